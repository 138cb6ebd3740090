"""Processes of the double that outlive the call that started them."""

import os
import signal

from . import processes


def spawn(home, role, arguments, keep=()):
    """Starts one in a session of its own and waits until it is noted; returns its pid.

    keep: descriptors that it inherits besides its standard ones, which lead nowhere.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            os.setsid()
            if os.fork() > 0:
                os._exit(0)
            _become(home, role, arguments, keep, write)
        finally:
            os._exit(127)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as file:
        line = file.readline()
    if not line.strip():
        raise OSError("the process '%s' of the double did not start: see its log" % role)
    return int(line)


def _become(home, role, arguments, keep, write):
    log = os.open(home.path("state", "daemons.log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.chdir("/")
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for descriptor in keep:
        os.set_inheritable(descriptor, True)
    os.set_inheritable(write, True)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.dup2(log, 2)
    os.execv(
        home.config["python"][0],
        home.config["python"]
        + [home.config["program"], "@daemon", role, home.directory, str(write)]
        + [str(argument) for argument in arguments],
    )


def announce(home, descriptor, what):
    """Notes this process and tells who started it that it is there."""
    processes.remember(home, os.getpid(), what)
    tell(descriptor, b"%d\n" % os.getpid())


def tell(descriptor, data):
    """Writes to who waits, if it still does, and closes."""
    try:
        os.write(descriptor, data)
    except BrokenPipeError:
        pass  # the call was killed; what it asked for takes place all the same
    os.close(descriptor)
