"""`list`, `inspect`, `logs`: they take no lock."""

import os
import time

from . import records, shapes
from .failures import Failure, not_found


def _visible(call):
    """The records that the server shows, in the order in which it does."""
    found = records.everything(call.home)
    if call.dialect.since(1, 0, 0):
        found = [record for record in found if record["kind"] != "machine"]
    hidden = call.fault("hidden")
    if hidden:
        import fnmatch

        found = [r for r in found if not fnmatch.fnmatchcase(r["id"], hidden["show"] or "*")]
    order = call.fault("order")
    if order and order["value"] in ("sorted", "reversed"):
        found.sort(key=lambda record: record["id"], reverse=order["value"] == "reversed")
    elif order and order["value"] == "shuffled":
        found.sort(key=lambda _: os.urandom(8))
    return found


def list_containers(call, parsed):
    form = parsed["format"] or "table"
    everything = parsed.flag("all")
    if form == "json" and not call.dialect.since(0, 10, 0):
        everything = True
    shown = [(record, records.is_running(record)) for record in _visible(call)]
    shown = [(record, running) for record, running in shown if running or everything]
    if parsed.flag("quiet"):
        for record, _ in shown:
            call.say(record["id"])
    elif form == "json":
        shapes.emit(call, [shapes.container(call, record, running) for record, running in shown])
    elif form == "table":
        _table(call, shown)
    else:
        raise Failure("unsupported", "the double does not write the format %s" % form)
    return 0


def _table(call, shown):
    rows = [("ID", "IMAGE", "OS", "ARCH", "STATE", "ADDR")]
    for record, running in shown:
        config = record["config"]
        addresses = ",".join(n["ipv4Address"] for n in record["networks"]) if running else ""
        rows.append(
            (
                record["id"],
                config["image"]["reference"],
                config["platform"]["os"],
                config["platform"]["architecture"],
                "running" if running else "stopped",
                addresses,
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        call.say("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def inspect(call, parsed):
    found = {record["id"]: record for record in _visible(call)}
    missing = [name for name in parsed.words if name not in found]
    if missing and call.dialect.since(1, 0, 0):
        raise Failure("notFound", "container not found: %s" % ", ".join(missing))
    chosen = [found[name] for name in parsed.words if name in found]
    shapes.emit(call, [shapes.container(call, r, records.is_running(r)) for r in chosen], pretty=True)
    return 0


def logs(call, parsed):
    name = parsed.words[0]
    path = os.path.join(call.home.bundle(name), "vminitd.log" if parsed.flag("boot") else "stdio.log")
    if records.load(call.home, name) is None:
        cause = Failure("internalError", "failed to open container logs: " + not_found(name).old())
        raise Failure("internalError", "failed to get logs for container %s" % name, cause)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        cause = Failure("internalError", "failed to open container logs: no such file")
        raise Failure("internalError", "failed to get logs for container %s" % name, cause) from None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise Failure("internalError", "failed to convert container logs to utf8") from None
    if parsed["n"] is not None:
        lines = [line for line in data.split(b"\n") if line]
        count = int(parsed["n"])
        data = b"\n".join(lines[-count:] if count else [])
    data = data.strip(b"\n")
    call.write(data + b"\n" if data else b"")
    if parsed.flag("follow"):
        _follow(call, path)
    return 0


def _follow(call, path):
    """Prints what is added, and never ends."""
    with open(path, "rb") as file:
        file.seek(0, os.SEEK_END)
        while True:
            line = file.readline()
            if line.strip():
                call.write(line)
            elif not line:
                time.sleep(0.1)
                call.leave_if_destroyed()
