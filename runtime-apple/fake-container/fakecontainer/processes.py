"""Which process is which: a pid alone may have been given to another one since."""

import errno
import os
import signal
import sys
import time


def start_mark(pid):
    """When a process began, in the system's own words; None if there is none."""
    if sys.platform.startswith("linux"):
        try:
            with open("/proc/%d/stat" % pid, "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            return None
        return None if fields[0] in (b"Z", b"X") else fields[19].decode()
    return mark_of_ps(pid)


def mark_of_ps(pid):
    """The same by ps(1), which every system has."""
    import subprocess  # slow to load, and only needed here

    answer = subprocess.run(
        ["/bin/ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)],
        stdout=subprocess.PIPE,
        env={"LC_ALL": "C", "TZ": "UTC0"},
        check=False,
    )
    state, _, began = answer.stdout.decode().strip().partition(" ")
    return None if not began or state.startswith("Z") else began.strip()


def await_program(pid):
    """Waits for the last moments of an execve(2), in which a process has no command line yet."""
    deadline = time.monotonic() + 1
    while start_mark(pid) is not None and time.monotonic() < deadline:
        try:
            with open("/proc/%d/cmdline" % pid, "rb") as file:
                if file.read(1):
                    return
        except OSError:
            return  # it has ended, or this system shows none
        time.sleep(0.001)


def identity(pid):
    """What is to be remembered of a process."""
    return {"pid": pid, "mark": start_mark(pid)}


def is_alive(known):
    """Whether the process that was remembered is still there."""
    return bool(known) and known["mark"] is not None and start_mark(known["pid"]) == known["mark"]


def kill(known, number=signal.SIGKILL):
    """Sends a signal to a remembered process; says whether it was there."""
    if not is_alive(known):
        return False
    try:
        os.kill(known["pid"], number)
        return True
    except OSError as error:
        if error.errno != errno.ESRCH:
            raise
        return False


def kill_session(known):
    """Ends a session that a remembered process leads or led, as long as that pid is not another's."""
    if not known or start_mark(known["pid"]) not in (None, known["mark"]):
        return
    try:
        os.killpg(known["pid"], signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def await_end(known, seconds):
    """Waits until a remembered process is gone; says whether it is."""
    deadline = time.monotonic() + seconds
    while is_alive(known):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def remember(home, pid, what):
    """Notes a process that `destroy` must end."""
    path = home.path("state", "processes", str(pid))
    with open(path, "w", encoding="utf-8") as file:
        file.write("%s\n%s\n" % (start_mark(pid), what))


def forget(home, pid):
    try:
        os.unlink(home.path("state", "processes", str(pid)))
    except FileNotFoundError:
        pass


def remembered(home):
    """All noted processes, with what they are; some may be gone."""
    found = []
    folder = home.path("state", "processes")
    for name in os.listdir(folder):
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                mark, what = file.read().split("\n")[:2]
        except (FileNotFoundError, ValueError):
            continue
        found.append(({"pid": int(name), "mark": mark}, what))
    return found
