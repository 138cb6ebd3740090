"""The commands of `fake-container`: what a test does to a double."""

import argparse
import json
import sys

from . import faults, lifetime, rooms
from .call import read_log
from .home import Home


def answer_to(arguments):
    """Does a command; says what it answers, or None."""
    parsed = _parser().parse_args(arguments)
    return parsed.work(parsed)


def main(arguments):
    try:
        answer = answer_to(arguments)
    except (OSError, ValueError) as error:
        sys.stderr.write("fake-container: %s\n" % error)
        sys.exit(1)
    print(json.dumps(answer))


def _parser():
    parser = argparse.ArgumentParser(
        prog="fake-container", description="A test double of Apple's `container`."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name, work, about):
        made = commands.add_parser(name, help=about, description=about)
        made.add_argument("directory", metavar="DIR")
        made.set_defaults(work=work)
        return made

    _add_lifetime(command)
    _add_faults(command)
    _add_images(command)
    _add_rooms(command)
    return parser


def _add_lifetime(command):
    init = command("init", lifetime.init, "makes a double in DIR; its CLI is DIR/bin/container")
    init.add_argument(
        "--version", default="1.0.0", help="0.9.0, 0.10.x, 0.12.3, 1.0.0 (usual), 1.2.2, 1.4.1, ..."
    )
    init.add_argument("--macos", type=int, default=26, choices=(15, 26))
    init.add_argument(
        "--down", action="store_true", help="the apiserver was never started, no kernel is there"
    )
    init.add_argument("--owner", type=int, metavar="PID", help="all processes end when this one has ended")
    init.add_argument("--plain", action="store_true", help="plain processes, even where more is possible")
    command("destroy", lifetime.destroy, "ends all that the double started and deletes DIR")
    server = command("server", lifetime.server, "shows or changes the apiserver")
    server.add_argument(
        "state", nargs="?", choices=("up", "down", "crashed", "hung", "unreachable", "unregistered")
    )
    command("reboot", lifetime.reboot, "ends all machines at once, and the apiserver")
    timing = command("timing", lifetime.timing, "shows or changes how long things take, in seconds")
    for name in ("start", "teardown", "linger", "stats"):
        timing.add_argument("--" + name, type=float)


def _add_faults(command):
    kinds = "\n".join("  %s: %s" % item for item in faults.KINDS.items())
    fault = command("fault", _fault, "sets, lists or clears faults")
    fault.formatter_class = argparse.RawDescriptionHelpFormatter
    fault.description = "fault DIR: lists; fault DIR clear [KIND|ID]; fault DIR KIND [options]\n" + kinds
    fault.add_argument("kind", nargs="?", choices=[*faults.KINDS, "clear"], metavar="KIND")
    fault.add_argument("which", nargs="?", help="of clear: which ones")
    fault.add_argument("--on", action="append", default=[], help="a subcommand, as 'start' or 'image *'")
    fault.add_argument("--container", help="only calls that name this container (or image); * stands for any")
    fault.add_argument("--show", help="of what is shown, only this container; * stands for any")
    fault.add_argument("--times", type=int, help="how often (usual: until it is cleared)")
    fault.add_argument("--skip", type=int, default=0, help="so many calls are spared first")
    fault.add_argument("--seconds", type=float, default=1.0)
    fault.add_argument("--when", choices=("before", "locked", "after"), default="before")
    fault.add_argument("--text")
    fault.add_argument("--value")
    calls = command("calls", _calls, "the log of all calls")
    calls.add_argument("--on", help="only of this subcommand, as 'start' or 'image pull'")
    calls.add_argument("--clear", action="store_true", help="forgets them after that")


def _add_images(command):
    image = command("image", rooms.add_image, "offers an image in the pretend registry")
    image.add_argument("reference")
    image.add_argument(
        "--busybox", nargs="?", const="", help="its root: a static busybox (usual: found here)"
    )
    image.add_argument("--rootfs", help="its root: this folder")
    image.add_argument(
        "--config", default="{}", help="JSON with Entrypoint, Cmd, Env, User, WorkingDir, StopSignal, Labels"
    )
    image.add_argument("--platform", action="append", help="usual: linux/arm64 and linux/amd64")
    image.add_argument("--slow", type=float, help="a pull takes so many seconds")
    image.add_argument("--login", action="store_true", help="a pull needs a login first")
    image.add_argument("--local", action="store_true", help="it is pulled already")
    image.add_argument("--withdraw", action="store_true", help="the registry has it no more")


def _add_rooms(command):
    command("containers", rooms.containers, "what there is and runs in truth")
    container = command("container", rooms.container, "one container in truth; nothing if there is none")
    container.add_argument("name")
    kill = command("kill-process", rooms.kill_process, "signals a container's process behind the CLI's back")
    kill.add_argument("name")
    kill.add_argument("--signal", default="KILL")
    machine = command("kill-vm", rooms.kill_vm, "ends a container's machine behind the CLI's back")
    machine.add_argument("name")
    vanish = command("vanish", rooms.vanish, "makes a container's record disappear, and its machine")
    vanish.add_argument("name")
    foreign = command("foreign", rooms.foreign, "makes a container that is not the tester's")
    foreign.add_argument("name")
    foreign.add_argument("--kind", choices=("container", "buildkit", "machine"), default="container")
    foreign.add_argument("--label", action="append", default=[])
    foreign.add_argument("--stopped", action="store_true")
    client = command("client", rooms.client, "a call of the CLI that no fault strikes and no log shows")
    client.add_argument("arguments", nargs=argparse.REMAINDER)
    keychain = command("keychain", rooms.keychain, "whether pulls with a login fail with -25308")
    keychain.add_argument("state", choices=("broken", "usable"))


def _fault(parsed):
    home = Home(parsed.directory)
    if parsed.kind is None:
        return faults.listed(home)
    if parsed.kind == "clear":
        faults.clear(home, parsed.which)
        return None
    names = ("kind", "on", "container", "show", "times", "skip", "seconds", "when", "text", "value")
    return {"id": faults.add(home, {name: getattr(parsed, name) for name in names})}


def _calls(parsed):
    home = Home(parsed.directory)
    calls = [call for call in read_log(home) if "argv" in call]
    if parsed.on:
        words = parsed.on.split()
        calls = [call for call in calls if call["argv"][: len(words)] == words]
    if parsed.clear:
        open(home.path("calls.jsonl"), "w", encoding="utf-8").close()
    return calls
