"""`create` and `run`."""

import os
import time
import uuid

from . import images, lifecycle, networks, records, volumes
from . import specification as spec
from .failures import XPC, Failure


def create(call, parsed):
    record = _prepare(call, parsed, _name(call, parsed))
    _add(call, record, "container already exists: %s")
    _write_cidfile(call, parsed, record["id"])
    call.say(record["id"])
    return 0


def run(call, parsed):
    name = _name(call, parsed)
    if records.load(call.home, name) is not None:
        raise Failure("exists", "container with id %s already exists" % name)
    record = _prepare(call, parsed, name)
    _add(call, record, "container with id %s already exists")
    try:
        _write_cidfile(call, parsed, name)
        if not parsed.flag("detach"):
            from . import attach

            return attach.run(call, name, parsed.flag("interactive"), threshold=3)
        lifecycle.boot(call, name)
    except (Failure, OSError) as failure:
        # Without the server there is nobody who could remove it.
        if not (isinstance(failure, Failure) and XPC in failure.message):
            lifecycle.remove(call.home, name)
        if isinstance(failure, Failure):
            raise
        raise Failure("internalError", str(failure)) from None
    call.say(name)
    return 0


def _name(call, parsed):
    name = parsed["name"] or str(uuid.uuid4())
    spec.check_name(name, call.dialect)
    return name


def _prepare(call, parsed, name):
    """All that the client does before it asks the server for a record."""
    marks = spec.labels(parsed.all("label"))
    reference = images.normalise(parsed.words[0])
    image = images.require(call, reference, platform(parsed))
    config = image["config"].get("config") or {}
    words = spec.command_line(config, parsed)
    amount = spec.memory(parsed["memory"], call.dialect)
    record = {
        "id": name,
        "kind": "container",
        "created": time.time(),
        "state": records.STOPPED,
        "started": None,
        "networks": [],
        "vm": None,
        "hidden": None,
        "exit": None,
        "starts": 0,
        "remove": parsed.flag("rm") or parsed.flag("remove"),
        "rootfs": image["rootfs"],
    }
    record["config"] = {
        "id": name,
        "image": {"reference": reference, "descriptor": image["descriptor"]},
        "mounts": _mounts(call, parsed),
        "publishedPorts": spec.ports(parsed.all("publish"), call.dialect),
        "publishedSockets": _sockets(parsed),
        "labels": marks,
        "sysctls": {},
        "networks": spec.attachments(parsed.all("network"), name, call.home.config, parsed["dns-domain"]),
        "dns": spec.dns(parsed, call.dialect),
        "rosetta": parsed.flag("rosetta") or platform(parsed).endswith("amd64"),
        "initProcess": {
            "executable": words[0],
            "arguments": words[1:],
            "environment": spec.environment(config.get("Env") or [], parsed, call.dialect),
            "workingDirectory": parsed["workdir"] or config.get("WorkingDir") or "/",
            "terminal": parsed.flag("tty"),
            "user": spec.user(config, parsed),
            "supplementalGroups": [],
            "rlimits": spec.rlimits(parsed.all("ulimit")),
        },
        "platform": {"os": "linux", "architecture": platform(parsed).split("/")[1]},
        "resources": {"cpus": spec.cpus(parsed["cpus"]), "cpuOverhead": 1, "memoryInBytes": amount},
        "runtimeHandler": parsed["runtime"] or "container-runtime-linux",
        "virtualization": parsed.flag("virtualization"),
        "ssh": parsed.flag("ssh"),
        "readOnly": parsed.flag("read-only"),
        "useInit": parsed.flag("init"),
        "capAdd": spec.capabilities(parsed.all("cap-add")),
        "capDrop": spec.capabilities(parsed.all("cap-drop")),
        "shmSize": spec.size(parsed["shm-size"]) if parsed["shm-size"] else None,
        "stopSignal": config.get("StopSignal"),
        "maskedPaths": parsed.all("masked-path") or None,
        "readonlyPaths": parsed.all("read-only-path") or None,
    }
    return record


def platform(parsed):
    """os/architecture; the machine's own unless another one is asked for."""
    if parsed["platform"]:
        parts = parsed["platform"].split("/")
        if len(parts) < 2:
            raise spec.invalid("invalid platform %s" % parsed["platform"])
        return "/".join(parts[:2])
    default = os.environ.get("CONTAINER_DEFAULT_PLATFORM", "linux/arm64").split("/")
    return "%s/%s" % (parsed["os"] or default[0], parsed["arch"] or default[1])


def _mounts(call, parsed):
    mounts = [spec.tmpfs_mount(word) for word in parsed.all("tmpfs")]
    for parser, words in ((spec.volume_mount, "volume"), (spec.long_mount, "mount")):
        for word in parsed.all(words):
            mount, volume = parser(word)
            if volume is not None:
                mount.update(volumes.as_mount(call, volume))
            mounts.append(mount)
    return mounts


def _sockets(parsed):
    for word in parsed.all("publish-socket"):
        raise Failure("unsupported", "the double relays no sockets: --publish-socket=%s" % word)
    return []


def _add(call, record, clash):
    """Makes the record, unless the name or a host name is taken."""
    home = call.home
    for attachment in record["config"]["networks"]:
        networks.require(home, attachment["network"])
    with home.server_lock():
        call.suffer("locked")
        if records.load(home, record["id"]) is not None:
            raise Failure("exists", clash % record["id"])
        taken = {
            attachment["options"]["hostname"]
            for other in records.everything(home)
            for attachment in other["config"]["networks"]
        }
        asked = {attachment["options"]["hostname"] for attachment in record["config"]["networks"]}
        if taken & asked:
            raise Failure("exists", "hostname(s) already exist: %s" % sorted(taken & asked))
        make_bundle(home, record)
        records.save(home, record)


def make_bundle(home, record):
    """The folder of a container, with a root file system of its own."""
    bundle = home.bundle(record["id"])
    os.makedirs(bundle, exist_ok=True)
    if not home.features["namespaces"]:
        return
    for folder in ("upper", "work", "merged"):
        os.makedirs(os.path.join(bundle, folder), exist_ok=True)
    source = record["rootfs"] or home.path("registry", "empty")
    if home.features["overlay"]:
        os.symlink(source, os.path.join(bundle, "lower"))
    else:
        import shutil

        shutil.copytree(source, os.path.join(bundle, "upper"), symlinks=True, dirs_exist_ok=True)


def _write_cidfile(call, parsed, name):
    path = parsed["cidfile"]
    if not path:
        return
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(name)
        os.chmod(path, 0o644)
    except OSError as error:
        lifecycle.remove(call.home, name)
        raise Failure("internalError", "failed to write cidfile: %s" % error.strerror) from None
