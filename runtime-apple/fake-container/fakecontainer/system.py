"""`system`: what can be asked and told while the apiserver is away."""

import os
import sys

from . import server
from .encoding import encode
from .failures import Exit, Failure


def _state(call):
    call.hang_with_server()
    state = call.home.server()["state"]
    if state == "crashed":
        server.come_up(call.home)
        state = "up"
    return state


def start(call, parsed):
    home = call.home
    state = _state(call)
    if parsed["log-root"]:
        os.makedirs(parsed["log-root"], exist_ok=True)
    if state == "unreachable":
        raise Failure(
            "internalError",
            "failed to get a response from apiserver: XPC connection error: Connection invalid",
        )
    if state != "up":
        changes = {"logRoot": parsed["log-root"]} if parsed["log-root"] else {}
        server.come_up(home, **changes)
    if not call.dialect.since(1, 0, 0):
        call.say("Verifying apiserver is running...")
    if not home.server()["kernel"]:
        _install_kernel(call, parsed)
    return 0


def _install_kernel(call, parsed):
    if parsed.flag("disable-kernel-install"):
        return
    if not parsed.flag("enable-kernel-install"):
        call.say("No default kernel configured.")
        call.write(b"Install the recommended default kernel? [Y/n]: ")
        answer = sys.stdin.readline()
        if not answer:
            raise Failure("internalError", "failed to read user input")
        if answer.strip().lower() not in ("", "y", "yes"):
            return
    call.home.set_server(kernel=True)


def stop(call, parsed):
    call.hang_with_server()
    state = call.home.server()["state"]
    if state in ("up", "crashed"):
        server.stop_everything(call.home)
    server.go(call.home, "down")
    with call.home.server_lock():
        server.forget(call.home)
    server.go(call.home, "unregistered")
    return 0


def status(call, parsed):
    state = _state(call)
    word = {"up": "running", "unregistered": "unregistered"}.get(state, "not running")
    form = parsed["format"] or "table"
    if form == "json":
        call.say(_status_json(call, word))
    elif word == "running":
        call.say("apiserver is running")
    elif word == "unregistered":
        call.say("apiserver is not running and not registered with launchd")
    else:
        call.say("apiserver is not running")
    if word != "running":
        raise Exit(1)
    return 0


def _status_json(call, word):
    up = word == "running"
    dialect, home = call.dialect, call.home
    facts = {
        "apiServerVersion": dialect.sentence("container-apiserver") if up else "",
        "apiServerCommit": dialect.commit if up else "",
        "apiServerBuild": "release" if up else "",
        "apiServerAppName": "container-apiserver" if up else "",
    }
    paths = {"appRoot": home.app_root + "/" if up else "", "installRoot": "/usr/local/" if up else ""}
    if up and home.server()["logRoot"]:
        paths["logRoot"] = home.server()["logRoot"]
    if call.fault("nested-status") or dialect.since(1, 4, 1):
        document = {"status": word, "server": facts, "paths": paths} if up else {"status": word}
    else:
        document = {"status": word, **facts, **paths}
    if call.fault("unknown-keys"):
        document = {**document, "future": {"nested": True}}
    return encode(document, sort=dialect.nested)


def version(call, parsed):
    dialect = call.dialect
    base = {"buildType": "release", "commit": dialect.commit}
    shown = [{**base, "version": dialect.version, "appName": "container"}]
    if _state(call) == "up":
        name = "container-apiserver" if dialect.since(0, 10, 0) else "container API Server"
        shown.append({**base, "version": dialect.sentence(name), "appName": name})
    if parsed["format"] == "json":
        call.say(encode(shown, sort=dialect.nested))
    else:
        call.say("COMPONENT  VERSION  BUILD  COMMIT")
        for row in shown:
            call.say("%(appName)s  %(version)s  %(buildType)s  %(commit)s" % row)
    return 0


def logs(call, parsed):
    root = call.home.server()["logRoot"]
    path = os.path.join(root, "container-apiserver.log") if root else None
    if path and os.path.exists(path):
        with open(path, "rb") as file:
            call.write(file.read())
    return 0
