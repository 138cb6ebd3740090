"""`stats`."""

import os
import sys

from . import records, shapes
from .failures import Failure


def stats(call, parsed):
    chosen = []
    if parsed.words:
        for name in parsed.words:
            record = records.load(call.home, name)
            if record is None:
                raise Failure("notFound", "no such container: %s" % name)
            chosen.append(record)
    else:
        chosen = records.everything(call.home)
    running = [record for record in chosen if records.is_running(record)]
    if running:
        call.pause(call.home.timing()["stats"])
    shown = [_counters(record) for record in running]
    if parsed["format"] == "json":
        shapes.emit(call, shown)
        return 0
    call.say("Container ID  Memory Usage  Pids")
    for row in shown:
        call.say("%s  %s  %s" % (row["id"], row["memoryUsageBytes"], row["numProcesses"]))
    return 0


def _counters(record):
    """Only sums that grow, but for the memory and the number of processes."""
    base = {
        "id": record["id"],
        "memoryUsageBytes": 0,
        "memoryLimitBytes": record["config"]["resources"]["memoryInBytes"],
        "cpuUsageUsec": 0,
        "networkRxBytes": 0,
        "networkTxBytes": 0,
        "blockReadBytes": 0,
        "blockWriteBytes": 0,
        "numProcesses": 1,
    }
    if record["vm"] is None or not sys.platform.startswith("linux"):
        return base
    pid = record["vm"]["init"]["pid"]
    try:
        return {**base, **_of_process(pid), "numProcesses": _count(pid)}
    except OSError:
        return base


def _of_process(pid):
    with open("/proc/%d/stat" % pid, "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    ticks = sum(int(field) for field in fields[11:15])
    received, sent = 0, 0
    with open("/proc/%d/net/dev" % pid, encoding="utf-8") as file:
        for line in file:
            name, colon, numbers = line.partition(":")
            if colon and name.strip().startswith("eth"):
                received += int(numbers.split()[0])
                sent += int(numbers.split()[8])
    return {
        "memoryUsageBytes": int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        "cpuUsageUsec": ticks * 1_000_000 // os.sysconf("SC_CLK_TCK"),
        "networkRxBytes": received,
        "networkTxBytes": sent,
    }


def _count(pid):
    space = os.readlink("/proc/%d/ns/pid" % pid)
    count = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                count += os.readlink("/proc/%s/ns/pid" % name) == space
            except OSError:
                continue
    return max(1, count)
