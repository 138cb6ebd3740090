"""What this user may do on this machine: found out by trying."""

import os
import shutil
import struct
import sys
import tempfile

# Names a static busybox for those who find none in the usual places.
VARIABLE = "TALLYMAN_TEST_BUSYBOX"
BUSYBOX = ("/bin/busybox", "/usr/bin/busybox", "/usr/sbin/busybox", "/sbin/busybox")


# The header of an ELF file that names its loader.
PT_INTERP = 3


def features(directory, plain):
    """What the containers of a double have that is real."""
    found = {"namespaces": False, "overlay": False, "network": False, "ipv6": False, "reason": ""}
    if plain:
        return {**found, "reason": "asked for plain processes"}
    if not sys.platform.startswith("linux"):
        return {**found, "reason": "no namespaces on " + sys.platform}
    reason = _attempt(_namespaces, directory)
    if reason:
        return {**found, "reason": reason}
    found["namespaces"] = True
    found["overlay"] = not _attempt(_overlay, directory)
    reason = _attempt(_network, directory)
    found["network"] = not reason
    found["ipv6"] = not reason and not _attempt(_ipv6, directory)
    found["reason"] = reason
    return found


def _attempt(deed, directory):
    """Does it in a child, since it cannot be undone; says why it failed, or nothing."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            deed(directory)
        except BaseException as error:
            os.write(write, ("%s: %s" % (deed.__name__.strip("_"), error)).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        text = file.read().decode("utf-8", "replace")
    os.waitpid(pid, 0)
    return text


def _namespaces(_):
    from . import linux

    linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWUTS | linux.CLONE_NEWIPC | linux.CLONE_NEWPID)
    pid = os.fork()
    if pid > 0:
        _, status = os.waitpid(pid, 0)
        if status != 0:
            raise OSError("this user may not mount")
        return
    try:
        linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
        linux.mount("proc", "/proc", "proc")
        linux.mount("tmpfs", "/tmp", "tmpfs")
        os.mknod("/tmp/null", 0o20666, os.makedev(1, 3))
        with open("/tmp/null", "wb") as null:
            null.write(b"x")
        os.chdir("/tmp")
        linux.pivot_root()
        linux.detach_old_root()
    except BaseException:
        os._exit(1)
    os._exit(0)


def _overlay(directory):
    from . import linux

    linux.unshare(linux.CLONE_NEWNS)
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    folder = tempfile.mkdtemp(dir=directory)
    try:
        os.chdir(folder)
        for name in ("lower", "upper", "work", "merged"):
            os.mkdir(name)
        linux.mount("overlay", "merged", "overlay", 0, "lowerdir=lower,upperdir=upper,workdir=work")
        with open("merged/file", "w", encoding="utf-8") as file:
            file.write("x")
        from ctypes import CDLL

        CDLL(None).umount2(b"merged", 2)
    finally:
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)


def _network(_):
    from . import linux, tools

    linux.unshare(linux.CLONE_NEWNET)
    lines = [
        "link set lo up",
        "link add br1 type bridge",
        "link add va0 type veth peer name vb0",
        "link set va0 master br1 up",
    ]
    tools.ip(["-batch", "-"], lines)


def _ipv6(_):
    from . import linux, tools

    linux.unshare(linux.CLONE_NEWNET)
    tools.ip(["-batch", "-"], ["link set lo up", "addr add fd00::1/64 dev lo nodad"])


def find_busybox():
    """A busybox that needs no libraries; None if there is none."""
    given = os.environ.get(VARIABLE)
    return next((path for path in ([given] if given else []) + list(BUSYBOX) if is_static(path)), None)


def is_static(path):
    """Whether it is a program of 64 bits that asks for no loader, by its own headers."""
    if not os.access(path, os.X_OK):
        return False
    with open(path, "rb") as file:
        head = file.read(64)
        if len(head) < 64 or head[:6] != b"\x7fELF\x02\x01":
            return False
        start, size, count = struct.unpack_from("<Q14xHH", head, 32)
        file.seek(start)
        table = file.read(size * count)
    return all(struct.unpack_from("<I", table, size * i)[0] != PT_INTERP for i in range(count))
