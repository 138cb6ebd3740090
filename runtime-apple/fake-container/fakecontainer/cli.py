"""The `container` command: what every call goes through."""

import importlib
import os

from . import commands, faults, options
from .call import Call, clean_streams, die_on_signals
from .dialect import Dialect
from .failures import Exit, Failure, Several, Usage, report, server_gone
from .home import Home

OVERVIEW = "OVERVIEW: A container platform for macOS\n\nUSAGE: container <subcommand>\n\nSUBCOMMANDS:\n"


def main(directory, arguments, faultless=False):
    """Runs one call and ends the process with its status."""
    clean_streams()
    home = Home(directory)
    call = Call(home, Dialect(home.config["version"]), faultless)
    die_on_signals(call)
    call.begin_log(arguments)
    try:
        status = _run(call, arguments)
        call.suffer("after")
        if call.fault("xpc-timeout"):
            raise _late()
    except (Failure, Several, Usage, Exit) as error:
        text, status = report(error, call.dialect)
        call.warn(text)
    except BrokenPipeError:
        status = 141
    except Exception:
        import traceback  # slow to load, and hardly ever needed

        call.warn("fake-container: internal fault\n" + traceback.format_exc())
        status = 70
    call.end(status or 0)


def _leave_it_for_later(call):
    """The call fails, and a process that nobody waits for does its work."""
    if os.fork() > 0:
        raise _late()
    call.work_unseen()
    call.pause(call.fault("late")["seconds"])


def _late():
    return Failure(
        "internalError",
        "failed to do it in time",
        Failure("timeout", "XPC timeout for request to com.apple.container.apiserver"),
        old_form=True,
    )


def _run(call, arguments):
    while arguments[:1] == ["--debug"]:
        arguments = arguments[1:]
    if arguments[:1] == ["--version"]:
        return call.say(call.dialect.sentence("container CLI"))
    if not arguments or arguments[0] in ("--help", "-h", "help"):
        return _help(call, OVERVIEW, {words.split()[0] for words in commands.COMMANDS})
    first = commands.ALIASES.get(arguments[0], arguments[0])
    if first == "network":
        _refuse_networks_of_old_macos(call)
    if first in commands.GROUPS and arguments[1:2] in ([], ["--help"], ["-h"]):
        return _help(call, "OVERVIEW: %s\n\nSUBCOMMANDS:\n" % first, _words_of(call, first))
    command, rest = commands.find(arguments, call.dialect)
    if command is None:
        raise Usage(_unknown(arguments))
    parsed = options.parse(command, rest, call.dialect)
    if parsed.flag("help"):
        call.write(options.help_text(command, call.dialect).encode())
        return 0
    if parsed.flag("version"):
        return call.say(call.dialect.sentence("container CLI"))
    if not call.faultless:
        names = [parsed["name"]] if parsed["name"] else parsed.words
        call.faults = faults.strike(call.home, command.words, names)
        call.muted = any(f["kind"] == "xpc-timeout" for f in call.faults)
    if call.fault("late"):
        _leave_it_for_later(call)
    call.suffer("before")
    if command.needs_server:
        require_server(call, command.doing)
    module, function = command.handler.split(":")
    handler = getattr(importlib.import_module("fakecontainer." + module), function)
    return handler(call, parsed)


def _help(call, head, names):
    call.write((head + "".join("  %s\n" % name for name in sorted(names))).encode())
    return 0


def _words_of(call, group):
    every = (c for c in commands.COMMANDS.values() if c.words.startswith(group + " "))
    return {command.words.split()[1] for command in every if call.dialect.since(*command.since)}


def _unknown(arguments):
    for word in arguments:
        if word.startswith("-"):
            return "Unknown option '%s'" % word
    if arguments[0] in commands.GROUPS:
        return "Missing or unknown subcommand: '%s'" % " ".join(arguments[:2])
    return "Plugin 'container-%s' not found." % arguments[0]


def _refuse_networks_of_old_macos(call):
    if call.home.config["macos"] < 26:
        raise Usage("Plugin 'container-network' not found.")


def require_server(call, doing):
    """Goes on only if the apiserver answers; one that crashed is started again by the call."""
    if call.faultless:
        return
    call.hang_with_server()
    state = call.home.server()["state"]
    if state == "crashed":
        from . import server

        server.come_up(call.home)
    elif state != "up":
        raise server_gone(doing)
