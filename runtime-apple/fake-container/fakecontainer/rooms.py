"""What a test sees of a double in truth, and does in it behind the CLI's back."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from . import images, lifecycle, probe, processes, records, run
from .cli import main as cli_main
from .home import Home, write_json

SLEEP = "while :; do sleep 3600 & wait; done"


def add_image(parsed):
    home = Home(parsed.directory)
    reference = images.normalise(parsed.reference)
    with home.lock("registry"):
        offered = images.offered(home)
        if parsed.withdraw:
            offered.pop(reference, None)
        else:
            config = json.loads(parsed.config)
            platforms = parsed.platform or ["linux/arm64", "linux/amd64"]
            image = images.offer(
                reference, config, _root(home, parsed), platforms, slow=parsed.slow, login=parsed.login
            )
            offered[reference] = image
            if parsed.local:
                images.keep(home, image)
        write_json(home.path("registry", "images.json"), offered)
    return {
        "reference": reference,
        "digest": offered[reference]["descriptor"]["digest"] if reference in offered else None,
    }


def _root(home, parsed):
    if parsed.rootfs:
        if not os.path.isdir(parsed.rootfs):
            raise ValueError("--rootfs: %s (expected: a folder)" % parsed.rootfs)
        return os.path.realpath(parsed.rootfs)
    if parsed.busybox is None:
        return home.path("registry", "empty")
    return busybox_root(home, parsed.busybox)


def busybox_root(home, path):
    """A root file system of one program with many names; made once for a double."""
    root = home.path("registry", "roots", "busybox")
    if os.path.exists(root):
        return root
    draft = tempfile.mkdtemp(dir=home.path("registry", "roots"))
    for folder in ("bin", "etc", "tmp", "root", "proc", "sys", "dev", "var", "run", "home"):
        os.mkdir(os.path.join(draft, folder))
    os.chmod(draft, 0o755)
    os.chmod(os.path.join(draft, "tmp"), 0o1777)
    if sys.platform.startswith("linux"):
        _put_busybox(path, draft)
    for name, text in (
        ("passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"),
        ("group", "root:x:0:\nnobody:x:65534:\n"),
    ):
        with open(os.path.join(draft, "etc", name), "w", encoding="utf-8") as file:
            file.write(text)
    os.rename(draft, root)
    return root


def _put_busybox(path, draft):
    source = path or probe.find_busybox()
    if source is None:
        expected = "one at %s, or in $%s, or --busybox FILE" % (" or ".join(probe.BUSYBOX), probe.VARIABLE)
        raise ValueError("no static busybox is here (expected: %s)" % expected)
    target = os.path.join(draft, "bin", "busybox")
    shutil.copy(source, target)
    os.chmod(target, 0o755)
    listed = subprocess.run([target, "--list"], stdout=subprocess.PIPE, check=True).stdout.decode().split()
    for applet in listed:
        if applet != "busybox":
            os.symlink("busybox", os.path.join(draft, "bin", applet))


def _truth(home, record):
    """A record with what no version shows."""
    vm = record["vm"] or record["hidden"]
    alive = processes.is_alive(vm)
    return {
        "id": record["id"],
        "kind": record["kind"],
        "listed": "running" if records.is_running(record) else "stopped",
        "alive": alive and processes.is_alive(vm["init"]),
        "pid": vm["init"]["pid"] if alive else None,
        "vmPid": vm["pid"] if alive else None,
        "hidden": alive and record["vm"] is None,
        "exit": record["exit"],
        "starts": record["starts"],
        "started": record["started"],
        "labels": record["config"]["labels"],
        "networks": record["networks"],
        "config": record["config"],
        "bundle": home.bundle(record["id"]),
        "log": os.path.join(home.bundle(record["id"]), "stdio.log"),
    }


def containers(parsed):
    home = Home(parsed.directory)
    return sorted((_truth(home, r) for r in records.everything(home)), key=lambda truth: truth["id"])


def container(parsed):
    home = Home(parsed.directory)
    record = records.load(home, parsed.name)
    return None if record is None else _truth(home, record)


def _live(home, name):
    record = records.load(home, name)
    if record is None:
        raise ValueError("container: %s (expected: one of %s)" % (name, sorted(records.names(home))))
    vm = record["vm"] or record["hidden"]
    if not processes.is_alive(vm):
        raise ValueError("container %s does not run" % name)
    return vm


def kill_process(parsed):
    vm = _live(Home(parsed.directory), parsed.name)
    processes.kill(vm["init"], lifecycle.signal_number(parsed.signal, None))
    return {"pid": vm["init"]["pid"]}


def kill_vm(parsed):
    vm = _live(Home(parsed.directory), parsed.name)
    processes.kill(vm)
    processes.await_end(vm, 10)
    processes.kill_session(vm["init"])
    return {"pid": vm["pid"]}


def vanish(parsed):
    home = Home(parsed.directory)
    lifecycle.remove(home, parsed.name)


def foreign(parsed):
    """A container that somebody else made."""
    home = Home(parsed.directory)
    labels = dict(word.partition("=")[::2] for word in parsed.label)
    reserved = {
        "container": {},
        "buildkit": {"com.apple.container.resource.role": "builder"},
        "machine": {"com.apple.container.plugin": "machine"},
    }[parsed.kind]
    reference = "ghcr.io/apple/container-builder-shim/builder:0.13.1"
    init = {
        "executable": "/bin/sh",
        "arguments": ["-c", SLEEP],
        "environment": ["PATH=/usr/bin:/bin"],
        "workingDirectory": "/",
        "terminal": False,
        "user": {"id": {"uid": 0, "gid": 0}},
        "supplementalGroups": [],
        "rlimits": [],
    }
    config = {
        "id": parsed.name,
        "image": {"reference": reference, "descriptor": images.offer(reference, {}, "", ["linux/arm64"])["descriptor"]},
        "mounts": [], "publishedPorts": [], "publishedSockets": [], "labels": {**labels, **reserved},
        "sysctls": {}, "networks": [{"network": "default", "options": {"hostname": parsed.name, "mtu": 1280}}],
        "dns": {"nameservers": [], "searchDomains": [], "options": []}, "rosetta": False, "initProcess": init,
        "platform": {"os": "linux", "architecture": "arm64"},
        "resources": {"cpus": 2, "cpuOverhead": 1, "memoryInBytes": 2 << 30},
        "runtimeHandler": "container-runtime-linux", "virtualization": False, "ssh": False, "readOnly": False,
        "useInit": False, "capAdd": [], "capDrop": [], "shmSize": None, "stopSignal": None,
        "maskedPaths": None, "readonlyPaths": None,
    }  # fmt: skip
    record = {
        "id": parsed.name, "kind": parsed.kind, "created": time.time(), "state": records.STOPPED, "started": None,
        "networks": [], "vm": None, "hidden": None, "exit": None, "starts": 0, "remove": False,
        "rootfs": busybox_root(home, ""), "config": config,
    }  # fmt: skip
    with home.server_lock():
        if records.load(home, parsed.name) is not None:
            raise ValueError("a container %s is there already" % parsed.name)
        run.make_bundle(home, record)
        records.save(home, record)
    if not parsed.stopped:
        subprocess.run([*_client(home), "start", parsed.name], stdout=subprocess.DEVNULL, check=True)
    return _truth(home, records.load(home, parsed.name))


def _client(home):
    return home.config["python"] + [home.config["program"], "@client", home.directory]


def client(parsed):
    cli_main(parsed.directory, parsed.arguments, faultless=True)


def keychain(parsed):
    home = Home(parsed.directory)
    home.set_server(keychain=parsed.state == "broken")
    return home.server()
