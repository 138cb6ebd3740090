"""One call of the CLI: its output, its faults, its place in the log, its end."""

import json
import os
import signal
import sys
import time

from . import processes
from .failures import XPC, Failure


class Call:
    """What a command's handler is given."""

    def __init__(self, home, dialect, faultless):
        self.home = home
        self.dialect = dialect
        self.faultless = faultless
        self.faults = []
        self.muted = False
        self.unseen = False
        self._id = None

    # output

    def say(self, line=""):
        """A line of stdout."""
        self.write((line + "\n").encode("utf-8", "surrogateescape"))

    def write(self, data):
        """Bytes for stdout; an end of it that is closed ends the call as it does the real one."""
        if self.muted or not data:
            return
        try:
            while data:
                data = data[os.write(1, data) :]
        except BrokenPipeError:
            if not self.dialect.since(1, 1, 0):
                self.end_log(128 + signal.SIGPIPE)
                signal.signal(signal.SIGPIPE, signal.SIG_DFL)
                os.kill(os.getpid(), signal.SIGPIPE)

    def warn(self, text):
        """Text for stderr, as it is."""
        data = text.encode("utf-8", "surrogateescape")
        try:
            while data:
                data = data[os.write(2, data) :]
        except OSError:
            pass

    # faults

    def fault(self, kind):
        return next((fault for fault in self.faults if fault["kind"] == kind), None)

    def suffer(self, moment):
        """Lives through what strikes at a moment: before, locked (in the server's lock), after."""
        for fault in self.faults:
            if fault["when"] != moment:
                continue
            if fault["kind"] == "slow":
                self.pause(fault["seconds"])
            elif fault["kind"] == "hung":
                self.hang()
            elif fault["kind"] == "crash":
                from . import server

                server.go(self.home, "crashed")
                raise Failure("interrupted", XPC + ": Connection interrupted")
            elif fault["kind"] == "fail":
                raise Failure("internalError", fault["text"] or "it failed")

    def pause(self, seconds):
        """Waits, unless the double is destroyed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(max(0.0, min(0.5, deadline - time.monotonic())))
            self.leave_if_destroyed()

    def hang(self):
        """Never returns; only SIGKILL ends it, or the end of the double."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._log(hangs=True)
        while True:
            time.sleep(0.5)
            self.leave_if_destroyed()

    def hang_with_server(self):
        """Waits as long as the apiserver hangs; only SIGKILL ends it before."""
        if self.home.server()["state"] != "hung":
            return
        kept = {n: signal.signal(n, signal.SIG_IGN) for n in (signal.SIGTERM, signal.SIGINT)}
        self._log(hangs=True)
        while self.home.server()["state"] == "hung":
            time.sleep(0.1)
            self.leave_if_destroyed()
        for number, handler in kept.items():
            signal.signal(number, handler)

    def work_unseen(self):
        """Goes on as a process of the double's own, that nobody hears and `destroy` ends."""
        os.setsid()
        self._id = None
        self.unseen = True
        processes.remember(self.home, os.getpid(), "late call")
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)

    def leave_if_destroyed(self):
        if not self.home.exists():
            os._exit(137)

    # the log of calls

    def begin_log(self, arguments):
        self._id = "%d-%d" % (os.getpid(), time.time_ns())
        self._log(argv=arguments, start=time.time(), **processes.identity(os.getpid()))

    def end_log(self, status):
        if self._id is not None:
            self._log(end=time.time(), exit=status)
            self._id = None

    def _log(self, **fields):
        if self.faultless or not self.home.exists():
            return
        line = json.dumps({"id": self._id, **fields}) + "\n"
        path = self.home.path("calls.jsonl")
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode("utf-8", "surrogateescape"))
        finally:
            os.close(descriptor)

    def end(self, status):
        """Ends the process."""
        self.end_log(status)
        if self.unseen and self.home.exists():
            processes.forget(self.home, os.getpid())
        os._exit(status)


def read_log(home):
    """The calls in the order in which they began; one without an end still runs or was killed."""
    calls = {}
    try:
        with open(home.path("calls.jsonl"), "rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    entry = json.loads(line)
                    calls.setdefault(entry["id"], {}).update(entry)
    except FileNotFoundError:
        pass
    return list(calls.values())


def die_on_signals(call):
    """SIGTERM and SIGINT end a call at once, with what it has half done left as it is."""
    signal.signal(signal.SIGTERM, lambda *_: call.end(143))
    signal.signal(signal.SIGINT, lambda *_: call.end(130))


def clean_streams():
    """Makes sure that 0, 1 and 2 are open, so that no file becomes one of them."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin.reconfigure(errors="surrogateescape")
