"""A process from its description in a record: who it is, where, and with what."""

import os
import resource
import signal

RLIMITS = {
    "RLIMIT_" + name: getattr(resource, "RLIMIT_" + name, None)
    for name in "AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME "
    "SIGPENDING STACK".split()
}


class StartFailure(Exception):
    """No process could be started."""


def user_of(description, root):
    """Numbers of the user and of the group, by the files in a root file system."""
    if "id" in description:
        return description["id"]["uid"], description["id"]["gid"]
    name, colon, group = description["raw"]["userString"].partition(":")
    uid, gid = _look_up(root + "/etc/passwd", name, 2, 3)
    if colon:
        gid, _ = _look_up(root + "/etc/group", group, 2, 2)
    return uid, gid


def _look_up(path, name, number, other):
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                fields = line.rstrip("\n").split(":")
                if len(fields) > max(number, other) and name in (fields[0], fields[number]):
                    return int(fields[number]), int(fields[other])
    except OSError:
        pass
    if name.isdigit():
        return int(name), 0
    raise StartFailure("failed to find user or group '%s'" % name)


def find(executable, environment, root=""):
    """The file that a name means: by PATH if it has no slash."""
    if "/" in executable:
        candidates = [executable]
    else:
        path = dict(e.partition("=")[::2] for e in environment if "=" in e).get("PATH")
        folders = (path or "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").split(":")
        candidates = [folder + "/" + executable for folder in folders if folder]
    for candidate in candidates:
        if os.path.isfile(root + candidate) and os.access(root + candidate, os.X_OK):
            return root + candidate
    raise StartFailure("failed to find target executable %s" % executable)


def reset_signals():
    """Undoes what Python and a caller have set: a program begins with the usual handling."""
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            continue
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def set_limits(rlimits):
    for limit in rlimits:
        kind = RLIMITS.get(limit["limit"])
        if kind is None:
            raise StartFailure("this system has no limit %s" % limit["limit"])
        ceiling = resource.getrlimit(kind)[1] if os.geteuid() != 0 else resource.RLIM_INFINITY
        soft, hard = (
            resource.RLIM_INFINITY if value >= 2**63 else value for value in (limit["soft"], limit["hard"])
        )
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = (
                ceiling if v in (-1, resource.RLIM_INFINITY) else min(v, ceiling) for v in (soft, hard)
            )
        resource.setrlimit(kind, (soft, hard))


def become(uid, gid, groups):
    """Changes the user, if this process may."""
    if os.geteuid() == 0:
        os.setgroups(groups)
        os.setgid(gid)
        os.setuid(uid)


def enter_folder(path):
    """The working directory, made if it is missing."""
    try:
        os.makedirs(path, exist_ok=True)
        os.chdir(path)
    except OSError as error:
        raise StartFailure(
            "failed to change to the working directory %s: %s" % (path, error.strerror)
        ) from None


def execute(path, arguments, environment):
    """Becomes the program; comes back only by a failure."""
    block = {}
    for entry in environment:
        name, _, value = entry.partition("=")
        block[name] = value
    try:
        os.execve(path, arguments, block)
    except OSError as error:
        raise StartFailure("failed to find target executable %s: %s" % (path, error.strerror)) from None


def reap_as_init(start):
    """Is process 1 for a program: passes signals on, buries orphans, ends with its status."""
    child = os.fork()
    if child == 0:
        start()
        os._exit(127)
    passed = {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGPIPE}
    for number in set(range(1, signal.NSIG)) - passed:
        try:
            signal.signal(number, lambda received, _: _send(child, received))
        except (OSError, ValueError):
            continue
    while True:
        pid, status = os.wait()
        if pid == child:
            os._exit(exit_code(status))


def _send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def exit_code(status):
    """As a shell says it: the program's own, or 128 and the signal that ended it."""
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
