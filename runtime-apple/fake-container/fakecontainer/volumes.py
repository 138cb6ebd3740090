"""`volume`."""

import os
import re
import time
import uuid

from . import records, shapes, specification
from .encoding import encode
from .failures import Failure
from .home import read_json, remove_tree, write_json

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")
ANONYMOUS = "com.apple.container.resource.anonymous"
DEFAULT_SIZE = 512 << 30


def _path(home):
    return home.path("root", "volumes.json")


def known(home):
    return read_json(_path(home), {})


def folder(home, name):
    """Where the double keeps what the ext4 image of a volume would hold."""
    return home.path("root", "volumes", name, "data")


def make(home, name, labels, options=None, size=None):
    """Makes a volume; fails if there is one of the name."""
    if not NAME.fullmatch(name):
        raise Failure("invalidArgument", "invalid volume name '%s'" % name)
    volume = {
        "name": name,
        "driver": "local",
        "format": "ext4",
        "source": home.path("root", "volumes", name, "volume.img"),
        "created": time.time(),
        "labels": labels,
        "options": options or {},
        "sizeInBytes": size or DEFAULT_SIZE,
    }
    with home.lock("volumes"):
        volumes = known(home)
        if name in volumes:
            raise Failure("exists", "volume '%s' already exists" % name)
        os.makedirs(folder(home, name), exist_ok=True)
        with open(volume["source"], "wb") as image:
            image.truncate(1 << 20)
        write_json(_path(home), {**volumes, name: volume})
    return volume


def as_mount(call, name):
    """The part of a mount that a volume is; made if it is missing, and named if it has no name."""
    labels = {} if name else {ANONYMOUS: "true"}
    name = name or str(uuid.uuid4())
    if name not in known(call.home):
        try:
            make(call.home, name, labels)
        except Failure as failure:
            if failure.code != "exists":
                raise
    kind = {"name": name, "format": "ext4", "cache": {"on": {}}, "sync": {"fsync": {}}}
    return {"type": {"volume": kind}, "source": known(call.home)[name]["source"]}


def create(call, parsed):
    options = dict(word.partition("=")[::2] for word in parsed.all("opt"))
    text = parsed["s"] or options.get("size")
    size = specification.size(text) if text else None
    if size is not None and size < 1 << 20:
        raise Failure("invalidArgument", "volume size must be at least 1 MiB")
    if parsed["s"]:
        options["size"] = parsed["s"]
    labels = dict(word.partition("=")[::2] for word in parsed.all("label"))
    with call.home.server_lock():
        call.suffer("locked")
        make(call.home, parsed.words[0], labels, options, size)
    call.say(parsed.words[0])
    return 0


def delete(call, parsed):
    with call.home.server_lock():
        call.suffer("locked")
        volumes = known(call.home)
        names = list(volumes) if parsed.flag("all") else parsed.words
        if not names and not parsed.flag("all"):
            raise Failure("invalidArgument", "no volumes specified and --all not supplied")
        missing = [name for name in names if name not in volumes]
        if missing:
            raise Failure("notFound", "volume '%s' not found" % "', '".join(missing))
        used = {
            mount["type"]["volume"]["name"]
            for record in records.everything(call.home)
            for mount in record["config"]["mounts"]
            if "volume" in mount["type"]
        }
        for name in names:
            if name in used:
                continue
            with call.home.lock("volumes"):
                left = known(call.home)
                left.pop(name, None)
                write_json(_path(call.home), left)
            remove_tree(call.home.path("root", "volumes", name))
            call.say(name)
    if used & set(names):
        raise Failure(
            "internalError",
            "delete failed for one or more volumes: %s" % ", ".join(sorted(used & set(names))),
        )
    return 0


def list_volumes(call, parsed):
    volumes = [volume for _, volume in sorted(known(call.home).items())]
    if parsed.flag("quiet"):
        for volume in volumes:
            call.say(volume["name"])
    elif parsed["format"] == "json":
        shapes.emit(call, [shapes.volume(call, volume) for volume in volumes])
    else:
        call.say("NAME  TYPE  DRIVER")
        for volume in volumes:
            call.say("%s  named  local" % volume["name"])
    return 0


def inspect(call, parsed):
    volumes = known(call.home)
    missing = [name for name in parsed.words if name not in volumes]
    if missing:
        raise Failure("notFound", "volume '%s' not found" % "', '".join(missing))
    shown = [shapes.volume(call, volumes[name]) for name in parsed.words]
    # This one was pretty and dated in words in every version.
    call.say(encode(shown, sort=True, pretty=True, iso=True))
    return 0
