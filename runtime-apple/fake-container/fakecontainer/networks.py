"""`network`."""

import ipaddress
import re
import time

from . import network, records, shapes
from .failures import Failure, Several
from .home import read_json, write_json

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")
LABEL_KEY = re.compile(r"[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?")
BUILTIN = "com.apple.container.resource.role"


def _path(home):
    return home.path("root", "networks.json")


def known(home):
    return read_json(_path(home), {})


def new(name, labels, **changes):
    base = {"mode": "nat", "plugin": "container-network-vmnet", "options": {}}
    return {"id": name, "labels": labels, "created": time.time(), **base, **changes}


def add(home, net):
    with home.lock("networks"):
        write_json(_path(home), {**known(home), net["id"]: net})


def require(home, name):
    net = known(home).get(name)
    if net is None:
        raise Failure("notFound", "network %s not found" % name)
    return net


def create(call, parsed):
    name = parsed.words[0]
    if not NAME.fullmatch(name) or name == "none":
        raise Failure("invalidArgument", "invalid network name: %s" % name)
    labels = {}
    for word in parsed.all("label"):
        key, _, value = word.partition("=")
        if len(key) > 128 or not LABEL_KEY.fullmatch(key) or len(word) > 4096:
            raise Failure("invalidArgument", "invalid label: %s" % word)
        labels[key] = value
    net = new(
        name,
        labels,
        mode="hostOnly" if parsed.flag("internal") else "nat",
        ipv4Subnet=_subnet(parsed["subnet"]),
        ipv6Subnet=_subnet(parsed["subnet-v6"]),
        options=dict(word.partition("=")[::2] for word in parsed.all("option")),
    )
    with call.home.server_lock():
        call.suffer("locked")
        if name in known(call.home):
            raise Failure("exists", "network %s already exists" % name)
        add(call.home, net)
    call.say(name)
    return 0


def _subnet(text):
    if text is None:
        return None
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise Failure("invalidArgument", "invalid subnet: %s" % text) from None


def delete(call, parsed):
    with call.home.server_lock():
        call.suffer("locked")
        nets = known(call.home)
        names = [n for n in nets if not _builtin(nets[n])] if parsed.flag("all") else parsed.words
        if not names:
            raise Failure("invalidArgument", "no networks specified and --all not supplied")
        missing = [name for name in names if name not in nets]
        if missing:
            raise Failure(
                "notFound", "failed to delete one or more networks: %s not found" % ", ".join(missing)
            )
        failures = []
        for name in names:
            failure = _obstacle(call.home, nets[name])
            if failure is not None:
                failures.append(failure)
                continue
            network.forget(call.home, name)
            with call.home.lock("networks"):
                left = known(call.home)
                left.pop(name, None)
                write_json(_path(call.home), left)
            call.say(name)
    if failures:
        raise Several(failures)
    return 0


def _builtin(net):
    return net["labels"].get(BUILTIN) == "builtin"


def _obstacle(home, net):
    if _builtin(net):
        return Failure("invalidArgument", "cannot delete builtin network %s" % net["id"])
    users = [
        record["id"]
        for record in records.everything(home)
        if any(a["network"] == net["id"] for a in record["config"]["networks"])
    ]
    if users:
        return Failure(
            "invalidState",
            "cannot delete subnet %s with referring containers: %s" % (net["id"], ", ".join(sorted(users))),
        )
    return None


def _shown(call, nets):
    return [shapes.network(call, net, network.subnet_of(call.home, net)) for net in nets]


def list_networks(call, parsed):
    nets = [net for _, net in sorted(known(call.home).items())]
    if parsed.flag("quiet"):
        for net in nets:
            call.say(net["id"])
    elif parsed["format"] == "json":
        shapes.emit(call, _shown(call, nets))
    else:
        call.say("NETWORK  STATE  SUBNET")
        for net in nets:
            call.say("%s  running  %s" % (net["id"], network.subnet_of(call.home, net)["ipv4Subnet"]))
    return 0


def inspect(call, parsed):
    nets = known(call.home)
    missing = [name for name in parsed.words if name not in nets]
    if missing and call.dialect.since(1, 0, 0):
        raise Failure("notFound", "network not found: %s" % ", ".join(missing))
    found = [nets[name] for name in parsed.words if name in nets]
    shapes.emit(call, _shown(call, found), pretty=True)
    return 0
