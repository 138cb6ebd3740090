"""An attached call: it relays the output, passes signals on, and ends with the container's code."""

import os
import select
import signal
import threading
import time

from . import lifecycle
from .failures import Exit, Failure

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH)
DRAIN = 3.0


def run(call, name, interactive, threshold=None):
    """Starts a container and stays until it ends.

    threshold: so many SIGINT or SIGTERM end the call, and the container goes on.
    """
    life = call.home.server()["life"]
    out_read, out_write = os.pipe()
    err_read, err_write = os.pipe()
    code_read, code_write = os.pipe()
    stdin = os.dup(0) if interactive else -1
    streams = (stdin, out_write, err_write, code_write)
    try:
        vm = lifecycle.boot(call, name, streams, held=FORWARDED)
        _forward(call, name, vm, threshold)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
    for descriptor in streams:
        if descriptor >= 0:
            os.close(descriptor)
    code = _relay(call, {out_read: 1, err_read: 2}, code_read, life)
    if call.fault("drain-timeout"):
        cause = Failure("cancelled", "CancellationError()")
        raise Failure("internalError", "failed to run container", cause)
    if not code:
        raise _interrupted()
    raise Exit(int(code))


def _interrupted():
    return Failure("interrupted", "XPC connection error: Connection interrupted")


def _forward(call, name, vm, threshold):
    received = []

    def forward(number, _):
        if number in (signal.SIGTERM, signal.SIGINT):
            received.append(number)
            if threshold is not None and len(received) >= threshold:
                call.end(1)
        threading.Thread(
            target=lifecycle.ask,
            args=(call.home, name, vm),
            kwargs={"do": "signal", "number": number},
            daemon=True,
        ).start()

    for number in FORWARDED:
        signal.signal(number, forward)


def _relay(call, sources, code_source, life):
    """Copies until the code is there and both streams have ended; says the code, if there is one.

    When the container has ended and its streams have not, the call waits for them so long and no longer.
    """
    code, deadline, looked = None, None, time.monotonic()
    while sources or code is None:
        waiting = list(sources) + ([code_source] if code is None else [])
        ready, _, _ = select.select(waiting, [], [], 0.1)
        for descriptor in ready:
            data = os.read(descriptor, 65536)
            if descriptor == code_source:
                code, deadline = data, time.monotonic() + DRAIN
            elif not data:
                del sources[descriptor]
                os.close(descriptor)
            elif sources[descriptor] == 1:
                call.write(data)
            else:
                call.warn(data.decode("utf-8", "surrogateescape"))
        if sources and deadline is not None and time.monotonic() > deadline:
            raise Failure("cancelled", "CancellationError()")
        if time.monotonic() - looked > 0.2:
            looked = time.monotonic()
            _check_server(call, life)
    return code


def _check_server(call, life):
    """The code comes by way of the apiserver: when that is gone, nobody brings it."""
    call.leave_if_destroyed()
    server = call.home.server()
    if server["life"] != life:
        raise _interrupted()
