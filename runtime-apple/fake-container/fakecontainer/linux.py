"""System calls of Linux that Python has no name for."""

import ctypes
import os

from .capability_names import CAPABILITIES

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000

MNT_DETACH = 0x2

PR_SET_PDEATHSIG = 1
PR_CAPBSET_DROP = 24

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def unshare(flags):
    _check(_libc.unshare(ctypes.c_int(flags)))


def setns(descriptor, kind):
    _check(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)))


def mount(source, target, kind=None, flags=0, data=None):
    def text(value):
        return None if value is None else os.fsencode(value)

    try:
        _check(_libc.mount(text(source), text(target), text(kind), ctypes.c_ulong(flags), text(data)))
    except OSError as error:
        raise OSError(error.errno, "mount of %s: %s" % (target, error.strerror)) from None


def pivot_root():
    """Makes the working directory, a mount, the root; what was the root lies over it until detached."""
    _check(_libc.pivot_root(b".", b"."))


def detach_old_root():
    os.chdir("/")
    _check(_libc.umount2(b".", MNT_DETACH))


def set_hostname(name):
    data = os.fsencode(name)
    _check(_libc.sethostname(data, ctypes.c_size_t(len(data))))


def die_with_parent(number):
    """The kernel sends a signal when the parent ends. To be asked for after a change of user."""
    _check(_libc.prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(number), 0, 0, 0))


def keep_capabilities(names):
    """Gives up for ever all capabilities but these."""
    for number, name in enumerate(CAPABILITIES):
        if name not in names and _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(number), 0, 0, 0) != 0:
            # One that this kernel does not know cannot be held.
            continue
