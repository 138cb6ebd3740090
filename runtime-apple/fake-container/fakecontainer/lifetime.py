"""The beginning and the end of a double, and of its apiserver."""

import os
import shlex
import sys
import time

from . import networks, probe, processes, records
from . import server as apiserver
from .call import read_log
from .dialect import Dialect
from .home import Home, remove_tree, write_json

FOLDERS = (
    "bin",
    "locks",
    "registry/empty",
    "registry/roots",
    "root/containers",
    "root/volumes",
    "state/processes",
)


def init(parsed):
    directory = os.path.abspath(parsed.directory)
    Dialect(parsed.version)
    if os.path.exists(os.path.join(directory, "config.json")):
        raise ValueError("a fake-container lives in %s already" % directory)
    for folder in FOLDERS:
        os.makedirs(os.path.join(directory, folder), exist_ok=True)
    program = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fake-container")
    python = [os.path.realpath(sys.executable), "-I", "-S", "-X", "utf8"]
    features = probe.features(directory, parsed.plain)
    config = {
        "version": parsed.version,
        "macos": parsed.macos,
        "features": features,
        "python": python,
        "program": program,
        "owner": _owner(parsed.owner),
    }
    state = "unregistered" if parsed.down else "up"
    write_json(
        os.path.join(directory, "state", "apiserver.json"),
        {
            "state": state,
            "life": 1,
            "kernel": not parsed.down,
            "logRoot": None,
            "logins": [],
            "keychain": False,
            "faults": 0,
        },
    )
    command = os.path.join(directory, "bin", "container")
    with open(command, "w", encoding="utf-8") as file:
        words = " ".join(shlex.quote(word) for word in python + [program, "@container", directory])
        file.write('#!/bin/sh\nexec %s "$@"\n' % words)
    os.chmod(command, 0o755)
    write_json(os.path.join(directory, "config.json"), config)
    home = Home(directory)
    networks.add(home, networks.new("default", {networks.BUILTIN: "builtin"}))
    return {
        "command": command,
        "appRoot": home.app_root,
        "version": home.config["version"],
        "features": features,
        "busybox": probe.find_busybox() if sys.platform.startswith("linux") else None,
    }


def _owner(pid):
    if pid is None:
        return None
    known = processes.identity(pid)
    if known["mark"] is None:
        raise ValueError("--owner: %d (expected: the pid of a process)" % pid)
    return known


def destroy(parsed):
    """Whoever still begins something finds the double gone and ends by itself."""
    try:
        home = Home(parsed.directory)
    except FileNotFoundError:
        return None
    calls = [c for c in read_log(home) if "exit" not in c and "pid" in c]
    os.rename(home.path("config.json"), home.path("config.gone"))
    deadline = time.monotonic() + 20
    while True:
        noted = processes.remembered(home)
        victims = [k for k in [known for known, _ in noted] + calls if processes.is_alive(k)]
        for known in victims:
            processes.kill(known)
        for known, what in noted:
            if what.startswith(("init", "exec")):
                processes.kill_session(known)
        if not victims:
            break
        if time.monotonic() > deadline:
            raise OSError("these processes did not end: %s" % [v["pid"] for v in victims])
        time.sleep(0.02)
    remove_tree(home.directory)
    return None


def server(parsed):
    home = Home(parsed.directory)
    if parsed.state == "up":
        apiserver.come_up(home)
    elif parsed.state == "crashed":
        apiserver.go(home, "crashed")
    elif parsed.state:
        apiserver.go(home, parsed.state)
    return home.server()


def reboot(parsed):
    """As the plug pulled: no signal, no record of an end, nothing comes up by itself."""
    home = Home(parsed.directory)
    apiserver.go(home, "unregistered")
    for record in records.everything(home):
        for vm in (record["vm"], record["hidden"]):
            if vm is not None:
                processes.kill(vm)
                processes.await_end(vm, 10)
                processes.kill_session(vm["init"])
    with home.server_lock():
        apiserver.forget(home)
    return home.server()


def timing(parsed):
    home = Home(parsed.directory)
    changes = {
        n: getattr(parsed, n)
        for n in ("start", "teardown", "linger", "stats")
        if getattr(parsed, n) is not None
    }
    if changes:
        write_json(home.path("state", "timing.json"), {**home.timing(), **changes})
    return home.timing()
