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
    stdin = os.dup(0) if interactive else -1
    try:
        vm = lifecycle.boot(call, name, (stdin, out_write, err_write), held=FORWARDED)
        _forward(call, name, vm, threshold)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
    for descriptor in [out_write, err_write] + ([stdin] if interactive else []):
        os.close(descriptor)
    answer = []
    waiting = threading.Thread(
        target=lambda: answer.append(lifecycle.ask(call.home, name, vm, do="code")), daemon=True
    )
    waiting.start()
    _relay(call, {out_read: 1, err_read: 2}, waiting, life)
    waiting.join()
    if call.fault("drain-timeout"):
        raise Failure("internalError", "failed to run container", Failure("cancelled", "CancellationError()"))
    if answer[0] is None:
        raise _interrupted()
    raise Exit(answer[0]["code"])


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
            target=lifecycle.ask, args=(call.home, name, vm), kwargs={"do": "signal", "number": number}, daemon=True
        ).start()

    for number in FORWARDED:
        signal.signal(number, forward)


def _relay(call, sources, waiting, life):
    """Copies until both streams have ended, or the container has and its streams do not."""
    deadline = None
    looked = time.monotonic()
    while sources:
        ready, _, _ = select.select(list(sources), [], [], 0.1)
        for descriptor in ready:
            data = os.read(descriptor, 65536)
            if not data:
                del sources[descriptor]
                os.close(descriptor)
            elif sources[descriptor] == 1:
                call.write(data)
            else:
                call.warn(data.decode("utf-8", "surrogateescape"))
        if not waiting.is_alive() and sources and deadline is None:
            deadline = time.monotonic() + DRAIN
        if deadline is not None and time.monotonic() > deadline:
            raise Failure("cancelled", "CancellationError()")
        if time.monotonic() - looked > 0.2:
            looked = time.monotonic()
            _check_server(call, life)
    while waiting.is_alive():
        waiting.join(0.2)
        _check_server(call, life)


def _check_server(call, life):
    """The code comes by way of the apiserver: when that is gone, nobody brings it."""
    call.leave_if_destroyed()
    server = call.home.server()
    if server["life"] != life:
        raise _interrupted()
