"""The process behind a running container: what the virtual machine and its helper are to the CLI."""

import json
import os
import signal
import socket
import threading
import time

from . import daemons, network, processes, program, records, sandbox
from .program import StartFailure
from .proxy import Proxies


class Machine:
    """One life of one container."""

    def __init__(self, home, name, lock, report, streams):
        self.home = home
        self.name = name
        self.lock = lock
        self.report = report
        self.stdin, self.attached_out, self.attached_err, self.code_sink = streams
        self.identity = None
        self.started = None
        self.proxies = None
        self.code = None
        self.ended = threading.Event()
        self.settled = threading.Event()
        self.busy = []

    def boot(self):
        """Starts the container; the record says so before the caller hears of it."""
        os.chdir(self.home.bundle(self.name))
        record = records.load(self.home, self.name)
        log = os.open("stdio.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
        with open("vminitd.log", "a", encoding="utf-8") as boot:
            boot.write("%f vminitd: booted\n" % time.time())
        self.proxies = Proxies(record["config"]["publishedPorts"], _target(record))
        self.started = sandbox.launch(
            self.home,
            record,
            self.stdin,
            lambda pid: network.connect(self.home, record, pid) if self.home.features["network"] else None,
        )
        processes.await_program(self.started.pid)
        processes.remember(self.home, self.started.pid, "init of " + self.name)
        self.identity = {**processes.identity(os.getpid()), "init": processes.identity(self.started.pid)}
        server = self._listen()
        records.save(
            self.home,
            {
                **record,
                "state": records.RUNNING,
                "started": time.time(),
                "vm": self.identity,
                "hidden": None,
                "exit": None,
                "starts": record["starts"] + 1,
            },
        )
        self._thread(self._serve, server)
        pumps = [
            threading.Thread(target=self._pump, args=(source, log, sink), daemon=True)
            for source, sink in (
                (self.started.stdout, self.attached_out),
                (self.started.stderr, self.attached_err),
            )
        ]
        for pump in pumps:
            pump.start()
        self.proxies.start()
        self._thread(self._watch_home)
        return pumps

    def _thread(self, work, *arguments):
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def run(self, pumps):
        """Waits for the end of the container and writes it down."""
        _, status = os.waitpid(self.started.pid, 0)
        self.code = program.exit_code(status)
        at = time.time()
        self.ended.set()
        self._end_stragglers()
        for pump in pumps:
            pump.join(5)
        timing = self.home.timing()
        time.sleep(timing["teardown"])
        if self.code_sink is not None:
            daemons.tell(self.code_sink, b"%d" % self.code)
        for descriptor in (self.attached_out, self.attached_err):
            if descriptor is not None:
                _close(descriptor)
        self.proxies.stop()
        time.sleep(timing["linger"])
        self._settle(at)
        self.settled.set()
        for thread in list(self.busy):
            thread.join(2)
        processes.forget(self.home, self.started.pid)
        processes.forget(self.home, os.getpid())
        os._exit(0)

    def _settle(self, at):
        if not self.home.exists():
            return
        with self.home.server_lock():
            record = records.load(self.home, self.name)
            if record is None or record["vm"] != self.identity:
                return
            self._log_of_server(at)
            if record["remove"]:
                records.erase(self.home, self.name)
                return
            end = {"code": self.code, "at": at}
            records.save(self.home, {**records.stopped(record), "exit": end})

    def _log_of_server(self, at):
        root = self.home.server()["logRoot"]
        if root is None:
            return
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime())
        exited = time.strftime("%Y-%m-%d %H:%M:%S +0000", time.gmtime(at))
        line = (
            '%s [info] com.apple.container APIServer ["id": %s, "rc": ExitStatus(exitCode: %d, '
            "exitedAt: %s)]: container finished in exit monitor\n" % (stamp, self.name, self.code, exited)
        )
        with open(os.path.join(root, "container-apiserver.log"), "a", encoding="utf-8") as file:
            file.write(line)

    def _end_stragglers(self):
        """Without a namespace of its own, what the first process left behind ends here."""
        if self.home.features["namespaces"]:
            return
        processes.kill_session(self.identity["init"])
        for known, what in processes.remembered(self.home):
            if what == "exec in " + self.name:
                processes.kill_session(known)
                processes.forget(self.home, known["pid"])

    def _pump(self, source, log, sink):
        """Output goes to the attached call first and then to the log: never without the first."""
        while True:
            try:
                data = os.read(source, 65536)
            except OSError:
                return
            if not data:
                return
            try:
                if sink is not None:
                    _write_all(sink, data)
                _write_all(log, data)
            except OSError:
                continue

    def _watch_home(self):
        while self.home.exists():
            time.sleep(2)
        processes.kill(self.identity["init"])
        os._exit(0)

    # what calls of the CLI ask for

    def _listen(self):
        try:
            os.unlink("vm.sock")
        except FileNotFoundError:
            pass
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.bind("vm.sock")
        server.listen(64)
        return server

    def _serve(self, server):
        while True:
            connection, _ = server.accept()
            thread = threading.Thread(target=self._answer, args=(connection,), daemon=True)
            self.busy.append(thread)
            thread.start()

    def _answer(self, connection):
        try:
            with connection, connection.makefile("r") as lines:
                for line in lines:
                    answer = self._do(json.loads(line))
                    connection.sendall((json.dumps(answer) + "\n").encode())
        except (OSError, ValueError):
            pass
        finally:
            self.busy.remove(threading.current_thread())

    def _do(self, request):
        asked = request["do"]
        if asked == "signal":
            self._signal(request["number"])
        elif asked == "stop":
            self._signal(request["number"])
            if not self.ended.wait(request["grace"]):
                self._signal(signal.SIGKILL)
            self.settled.wait()
        elif asked == "settled":
            self.settled.wait()
        return {"code": self.code}

    def _signal(self, number):
        if self.ended.is_set():
            return
        try:
            os.kill(self.started.pid, number)
        except ProcessLookupError:
            pass


def _target(record):
    if not record["networks"]:
        return "127.0.0.1"
    return record["networks"][0]["ipv4Address"].partition("/")[0]


def _write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data) :]


def _close(descriptor):
    try:
        os.close(descriptor)
    except OSError:
        pass


def main(home, announce, name, lock, report, *streams):
    """arguments: the name, and descriptors: the lock, where to report, stdin, stdout, stderr, for the code; or -1."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    daemons.announce(home, announce, "machine of " + name)
    descriptors = [None if int(s) < 0 else int(s) for s in streams]
    for descriptor in [int(lock), int(report)] + [d for d in descriptors if d is not None]:
        os.set_inheritable(descriptor, False)
    machine = Machine(home, name, int(lock), int(report), descriptors)
    try:
        pumps = machine.boot()
    except (StartFailure, OSError) as error:
        text = str(error) or repr(error)
        processes.forget(home, os.getpid())
        daemons.tell(machine.report, json.dumps({"fault": text}).encode())
        os._exit(1)
    daemons.tell(machine.report, json.dumps({"vm": machine.identity}).encode())
    os.close(machine.lock)
    machine.run(pumps)
