"""`start`, `stop`, `kill`, `delete`: and what they ask of a container's machine."""

import json
import os
import signal
import socket
import threading

from . import daemons, network, networks, processes, records, server
from .failures import Failure, Several, not_found


def start(call, parsed):
    name = parsed.words[0]
    record = records.load(call.home, name)
    if record is None:
        raise Failure("notFound", "get failed: container %s not found" % name)
    if records.is_running(record):
        if parsed.flag("attach"):
            raise _attached_late()
        call.say(name)
        return 0
    if parsed.flag("attach"):
        from . import attach

        return attach.run(call, name, parsed.flag("interactive"))
    boot(call, name)
    call.say(name)
    return 0


def _attached_late():
    return Failure("invalidArgument", "attach is currently unsupported on already running containers")


def boot(call, name, streams=(-1, -1, -1, -1), held=()):
    """Starts a container's machine; one start at a time. Says which machine it is.

    held: signals that from the start on wait until the caller lets them through.
    """
    home = call.home
    _end_hidden(home, name)
    with home.server_lock() as lock:
        call.suffer("locked")
        record = records.require(home, name)
        if records.is_running(record):
            if held:
                raise _attached_late()
            return record["vm"]
        _check_sources(record, call.dialect)
        _check_volumes(home, record)
        call.pause(home.timing()["start"])
        records.save(home, {**records.stopped(record), "networks": _addresses(home, record)})
        read, write = os.pipe()
        keep = [lock.fd, write] + [s for s in streams if s >= 0]
        signal.pthread_sigmask(signal.SIG_BLOCK, held)
        try:
            daemons.spawn(home, "machine", [name, lock.fd, write, *streams], keep)
        finally:
            os.close(write)
        with os.fdopen(read, "rb") as file:
            report = json.loads(file.read() or b'{"fault": "the virtual machine ended while it booted"}')
        if "fault" in report:
            records.save(home, {**records.stopped(record), "state": records.STOPPED})
            raise Failure(
                "internalError", "failed to start container", Failure("internalError", report["fault"])
            )
        return report["vm"]


def _end_hidden(home, name):
    """A machine that the server lost sight of: the start fails, and ends it."""
    record = records.require(home, name)
    if processes.is_alive(record["hidden"]):
        server.end_machine(home, record["hidden"])
        raise Failure("invalidState", "expected to be in created state but instead in: stopped")


def _check_sources(record, dialect):
    for mount in record["config"]["mounts"]:
        if "virtiofs" in mount["type"] and dialect.since(0, 9, 0) and not os.path.exists(mount["source"]):
            raise Failure("notFound", "path '%s' does not exist" % mount["source"])


def _volumes(record):
    return {m["type"]["volume"]["name"] for m in record["config"]["mounts"] if "volume" in m["type"]}


def _check_volumes(home, record):
    """A volume is a disk with a file system, which one machine can have at a time."""
    wanted = _volumes(record)
    if not wanted:
        return
    for other in records.everything(home):
        holds = processes.is_alive(other["vm"]) or processes.is_alive(other["hidden"])
        if holds and wanted & _volumes(other):
            cause = Failure("internalError", "The storage device attachment is invalid.")
            raise Failure("internalError", "failed to start container", cause)


def _addresses(home, record):
    in_use = {
        address["ipv4Address"].partition("/")[0]
        for other in records.everything(home)
        for address in other["networks"]
    }
    leased = []
    for attachment in record["config"]["networks"]:
        leased.append(network.lease(home, attachment, networks.require(home, attachment["network"]), in_use))
    return leased


_FOLDER = threading.Lock()


def ask(home, name, vm, **request):
    """Asks a machine for something and waits for its answer; None if it is gone."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            _connect(connection, home.bundle(name))
            connection.sendall((json.dumps(request) + "\n").encode())
            with connection.makefile("r") as lines:
                line = lines.readline()
    except OSError:
        return None
    return json.loads(line) if line else None


def _connect(connection, bundle):
    """By way of the folder: the path of a socket must be short, that of a folder need not."""
    with _FOLDER:
        back = os.open(".", os.O_RDONLY)
        try:
            os.chdir(bundle)
            connection.connect("vm.sock")
        finally:
            os.fchdir(back)
            os.close(back)


def signal_number(text, default):
    if text is None:
        return default
    if text.isdigit() and int(text) in range(1, 65):
        return int(text)
    name = text.upper()
    name = name if name.startswith("SIG") else "SIG" + name
    try:
        return int(signal.Signals[name])
    except KeyError:
        raise Failure("invalidArgument", "invalid signal: %s" % text) from None


def _targets(call, parsed, running_only=True):
    if parsed.flag("all"):
        found = [r["id"] for r in records.everything(call.home) if r["kind"] != "machine"]
        keep = [n for n in found if not running_only or _runs(call.home, n)]
        return keep
    if not parsed.words:
        raise Failure("invalidArgument", "no containers specified and --all not supplied")
    return parsed.words


def _runs(home, name):
    record = records.load(home, name)
    return record is not None and records.is_running(record)


def _each(call, names, doing, deed):
    """Does something to all targets at the same time; says which succeeded, as they do."""
    failures = []

    def one(name):
        try:
            if deed(name):
                call.say(name)
        except Failure as failure:
            failures.append(Failure("internalError", "failed to %s container" % doing, failure))

    if len(names) == 1:
        one(names[0])
    else:
        threads = [threading.Thread(target=one, args=(name,), daemon=True) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if failures:
        raise Several(failures)
    return 0


def stop(call, parsed):
    given = signal_number(parsed["signal"], None)
    grace = parsed["time"] or "5"
    if not grace.isdigit():
        raise Failure("invalidArgument", "invalid time: %s" % grace)

    def one(name):
        record = records.load(call.home, name)
        if record is None:
            if call.dialect.since(0, 11, 0):
                raise not_found(name)
            return False
        number = given or _stop_signal(record, call.dialect)
        if records.is_running(record):
            ask(call.home, name, record["vm"], do="stop", number=number, grace=int(grace))
        return True

    return _each(call, _targets(call, parsed), "stop", one)


def _stop_signal(record, dialect):
    text = record["config"]["stopSignal"] if dialect.since(1, 0, 0) else None
    return signal_number(text, int(signal.SIGTERM))


def kill(call, parsed):
    number = signal_number(parsed["signal"], int(signal.SIGKILL))

    def one(name):
        record = records.load(call.home, name)
        modern = call.dialect.since(0, 10, 0)
        if record is None:
            if modern:
                raise not_found(name)
            return False
        if not records.is_running(record):
            if modern:
                client = "runtime" if call.dialect.since(1, 0, 0) else "sandbox"
                raise Failure("invalidState", "no %s client exists: container is stopped" % client)
            return False
        ask(call.home, name, record["vm"], do="signal", number=number)
        if number == signal.SIGKILL and call.dialect.since(1, 0, 0):
            ask(call.home, name, record["vm"], do="settled")
        return True

    return _each(call, _targets(call, parsed), "kill", one)


def delete(call, parsed):
    names = _targets(call, parsed, running_only=False)
    force = parsed.flag("force")
    home = call.home
    if parsed.flag("all") and not force:
        names = [name for name in names if not _runs(home, name)]
    elif not call.dialect.since(0, 11, 0):
        missing = [name for name in names if records.load(home, name) is None]
        if missing:
            raise Several(
                [Failure("internalError", "failed to delete container", not_found(n)) for n in missing]
            )

    def one(name):
        record = records.require(home, name)
        if records.is_running(record) and not force:
            raise Failure("invalidState", "container %s is running and can not be deleted" % name)
        with home.server_lock():
            call.suffer("locked")
        remove(home, name)
        return True

    return _each(call, names, "delete", one)


def remove(home, name):
    """Ends a container's machine, seen or not, and removes all that is kept of it."""
    record = records.load(home, name)
    if record is None:
        return
    for vm in (record["vm"], record["hidden"]):
        server.end_machine(home, vm)
    with home.server_lock():
        current = records.load(home, name)
        if current is not None and current["created"] == record["created"]:
            if processes.is_alive(current["vm"]) and current["vm"] != record["vm"]:
                raise Failure("invalidState", "container %s is running and can not be deleted" % name)
            records.erase(home, name)
