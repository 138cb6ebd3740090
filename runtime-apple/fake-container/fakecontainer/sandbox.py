"""The inside of a container: namespaces and a root of its own on Linux, else a plain process."""

import os
import signal
import stat
import sys

from . import capability_names, program, volumes
from .program import StartFailure

DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}


class Started:
    """A container's first process, and where its output comes from."""

    def __init__(self, pid, stdout, stderr):
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr


def launch(home, record, stdin, wire):
    """Starts the first process of a container.

    wire: called with the pid when there is a network namespace to be wired up.
    """
    features = home.features
    out_read, out_write = os.pipe()
    err_read, err_write = os.pipe()
    fault_read, fault_write = os.pipe()
    ready_read, ready_write = os.pipe()
    go_read, go_write = os.pipe()
    mine = None
    if features["namespaces"]:
        from . import linux

        mine = os.open("/proc/self/ns/pid", os.O_RDONLY)
        linux.unshare(linux.CLONE_NEWPID)
    pid = os.fork()
    if pid == 0:
        for descriptor in (out_read, err_read, fault_read, ready_read, go_write):
            os.close(descriptor)
        _child(home, record, (stdin, out_write, err_write), fault_write, (ready_write, go_read))
    if mine is not None:
        linux.setns(mine, linux.CLONE_NEWPID)
        os.close(mine)
    for descriptor in (out_write, err_write, fault_write, ready_write, go_read):
        os.close(descriptor)
    fault = ""
    try:
        if os.read(ready_read, 1):
            wire(pid)
            os.write(go_write, b"g")
    except Exception as error:
        fault = str(error) or repr(error)
    os.close(ready_read)
    os.close(go_write)
    with os.fdopen(fault_read, "rb") as file:
        fault = file.read().decode("utf-8", "replace") or fault
    if fault:
        _kill(pid)
        os.close(out_read)
        os.close(err_read)
        raise StartFailure(fault)
    return Started(pid, out_read, err_read)


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)


def _child(home, record, streams, fault, gate):
    try:
        os.setsid()
        _take_streams(streams)
        features = home.features
        if features["namespaces"]:
            _inside_namespaces(home, record, gate)
        else:
            _pass(gate)
            _plainly(home, record, os.path.realpath(record["rootfs"]) if record["rootfs"] else "")
    except BaseException as error:
        os.write(fault, (str(error) or repr(error)).encode("utf-8", "replace"))
    os._exit(127)


def _take_streams(streams):
    stdin, stdout, stderr = streams
    os.dup2(os.open(os.devnull, os.O_RDONLY) if stdin is None else stdin, 0)
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)


def _pass(gate):
    """Tells the parent to wire the network up, and waits until it has."""
    ready, go = gate
    os.write(ready, b"r")
    if not os.read(go, 1):
        raise StartFailure("failed to set up the network")


def _plainly(home, record, root):
    """Without privileges: a process of the host, with the programs of the image where they run."""
    init = record["config"]["initProcess"]
    environment = init["environment"]
    if root:
        environment = [_into_root(entry, root) for entry in environment]
    try:
        path = program.find(init["executable"], init["environment"], root)
    except StartFailure:
        path = program.find(init["executable"], init["environment"])
    folder = home.bundle(record["id"]) + "/folder" + init["workingDirectory"]
    os.umask(0o022)
    program.enter_folder(folder)
    program.set_limits(init["rlimits"])
    program.reset_signals()
    if sys.platform.startswith("linux"):
        from . import linux

        linux.die_with_parent(signal.SIGKILL)
    program.execute(path, [init["executable"]] + init["arguments"], environment)


def _into_root(entry, root):
    name, _, value = entry.partition("=")
    if name != "PATH":
        return entry
    return "PATH=" + ":".join([root + folder for folder in value.split(":")] + [value])


def _inside_namespaces(home, record, gate):
    from . import linux

    kinds = linux.CLONE_NEWNS | linux.CLONE_NEWUTS | linux.CLONE_NEWIPC
    if home.features["network"]:
        kinds |= linux.CLONE_NEWNET
    linux.unshare(kinds)
    _pass(gate)
    config = record["config"]
    if home.features["network"]:
        from . import network

        network.configure_inside(record)
    linux.set_hostname(hostname(record["id"]))
    sources = [_open_source(home, mount) for mount in config["mounts"]]
    _make_root(home, record, linux)
    linux.pivot_root()
    for mount, source in zip(config["mounts"], sources):
        _mount(mount, source, linux)
    # Only now: what was opened outside can be mounted as long as it is reachable.
    linux.detach_old_root()
    _guard_paths(config, linux)
    init = config["initProcess"]
    uid, gid = program.user_of(init["user"], "")
    program.enter_folder(init["workingDirectory"])
    if config["readOnly"]:
        linux.mount(None, "/", None, linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY)
        os.chdir(init["workingDirectory"])
    os.umask(0o022)
    start = _starter(init, config, uid, gid, linux)
    if config["useInit"]:
        path = program.find(init["executable"], init["environment"])
        linux.die_with_parent(signal.SIGKILL)
        os.closerange(3, 256)
        program.reap_as_init(lambda: start(path))
    start(program.find(init["executable"], init["environment"]))


def _starter(init, config, uid, gid, linux):
    def start(path):
        program.set_limits(init["rlimits"])
        program.reset_signals()
        linux.keep_capabilities(capability_names.allowed(config["capAdd"], config["capDrop"]))
        program.become(uid, gid, init["supplementalGroups"])
        linux.die_with_parent(signal.SIGKILL)
        program.execute(path, [init["executable"]] + init["arguments"], init["environment"])

    return start


def hostname(name):
    return name.partition(".")[0][:63]


def _open_source(home, mount):
    if "tmpfs" in mount["type"]:
        return None
    volume = mount["type"].get("volume")
    return os.open(volumes.folder(home, volume["name"]) if volume else mount["source"], os.O_PATH)


def _make_root(home, record, linux):
    """Leaves the working directory in the container's root file system, with the usual mounts."""
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    os.chdir(home.bundle(record["id"]))
    if home.features["overlay"]:
        layers = "lowerdir=lower,upperdir=upper,workdir=work"
        linux.mount("overlay", "merged", "overlay", 0, layers)
    else:
        linux.mount("upper", "merged", None, linux.MS_BIND)
    os.chdir("merged")
    for folder in ("proc", "sys", "dev", "etc", "tmp"):
        os.makedirs(folder, exist_ok=True)
    linux.mount("proc", "proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    try:
        linux.mount("sysfs", "sys", "sysfs", linux.MS_RDONLY | linux.MS_NOSUID)
    except OSError:
        pass  # a container has one, but hardly anybody looks
    _make_devices(record["config"], linux)
    _write_names(record)


def _make_devices(config, linux):
    linux.mount("tmpfs", "dev", "tmpfs", linux.MS_NOSUID, "mode=755")
    for name, (major, minor) in DEVICES.items():
        os.mknod("dev/" + name, stat.S_IFCHR | 0o666, os.makedev(major, minor))
        os.chmod("dev/" + name, 0o666)
    for name, target in (
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ):
        os.symlink(target, "dev/" + name)
    os.mkdir("dev/shm")
    size = config.get("shmSize")
    linux.mount("shm", "dev/shm", "tmpfs", linux.MS_NOSUID, "mode=1777" + (",size=%d" % size if size else ""))


def _write_names(record):
    addresses = [n["ipv4Address"].partition("/")[0] for n in record["networks"]]
    lines = ["127.0.0.1 localhost", "::1 localhost"]
    lines += ["%s %s" % (addresses[0], hostname(record["id"]))] if addresses else []
    dns = record["config"].get("dns")
    files = {"hosts": "\n".join(lines) + "\n", "hostname": hostname(record["id"]) + "\n"}
    if dns is not None:
        gateways = [n["ipv4Gateway"] for n in record["networks"][:1]]
        text = "".join("nameserver %s\n" % server for server in dns["nameservers"] or gateways)
        if dns.get("domain"):
            text += "domain %s\n" % dns["domain"]
        for word, key in (("search", "searchDomains"), ("options", "options")):
            text += "%s %s\n" % (word, " ".join(dns[key])) if dns[key] else ""
        files["resolv.conf"] = text
    for name, text in files.items():
        path = "etc/" + name
        if os.path.islink(path):
            os.unlink(path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def _mount(mount, source, linux):
    target = mount["destination"]
    if source is None:
        os.makedirs(target, exist_ok=True)
        linux.mount(
            "tmpfs",
            target,
            "tmpfs",
            linux.MS_NOSUID | linux.MS_NODEV,
            ",".join(mount["options"]) or "mode=1777",
        )
        return
    if stat.S_ISDIR(os.fstat(source).st_mode):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.lexists(target):
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o644))
    linux.mount("/proc/self/fd/%d" % source, target, None, linux.MS_BIND | linux.MS_REC)
    os.close(source)
    if "ro" in mount["options"]:
        linux.mount(None, target, None, linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY)


def _guard_paths(config, linux):
    for path in config.get("maskedPaths") or []:
        if os.path.isdir(path):
            linux.mount("tmpfs", path, "tmpfs", linux.MS_RDONLY)
        elif os.path.exists(path):
            linux.mount("/dev/null", path, None, linux.MS_BIND)
    for path in config.get("readonlyPaths") or []:
        if os.path.exists(path):
            linux.mount(path, path, None, linux.MS_BIND | linux.MS_REC)
            linux.mount(None, path, None, linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY)
