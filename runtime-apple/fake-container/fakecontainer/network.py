"""Addresses, and the wires that make them real where this user may make them.

Each double has a network namespace of its own with a bridge for each network; the host has one foot
in each, which is the network's gateway. A process holds the namespace: with it, all goes.
"""

import ipaddress
import os
import re
import sys

from . import processes, tools
from .home import read_json, write_json

MTU = 1280


def _path(home):
    return home.path("state", "addresses.json")


def _ip(lines, namespace_of=None):
    """Runs commands of ip(8), in this network namespace or a process's."""

    def enter():
        from . import linux

        descriptor = os.open("/proc/%d/ns/net" % namespace_of, os.O_RDONLY)
        linux.setns(descriptor, linux.CLONE_NEWNET)

    tools.ip(["-batch", "-"], lines, enter if namespace_of else None)


def subnet_of(home, network):
    """The subnet of a network, chosen when it is first asked for."""
    with home.lock("addresses"):
        book = read_json(_path(home), {})
        if network["id"] not in book:
            book[network["id"]] = _new_entry(home, network, book)
            write_json(_path(home), book)
        return book[network["id"]]


def _new_entry(home, network, book):
    index = 1 + max([entry["index"] for entry in book.values()] + [0])
    if network.get("ipv4Subnet"):
        subnet = network["ipv4Subnet"]
    elif home.features["network"]:
        subnet = _free_subnet([entry["ipv4Subnet"] for entry in book.values()])
    else:
        subnet = "127.%d.%d.0/24" % (64 + os.urandom(1)[0] % 64, (os.getpid() + index) % 256)
    net = ipaddress.ip_network(subnet)
    return {
        "index": index,
        "ipv4Subnet": subnet,
        "ipv4Gateway": str(net[1]),
        "ipv6Subnet": "fd%02x:%02x%02x:%02x%02x:%x::/64" % (*os.urandom(5), index),
        "next": 2,
    }


def _free_subnet(taken):
    """A private subnet that this machine has no route to."""
    answer = tools.ip(["-4", "route", "show", "table", "all"])
    words = re.findall(r"\d+\.\d+\.\d+\.\d+(?:/\d+)?", answer)
    used = [ipaddress.ip_network(word, strict=False) for word in words]
    used += [ipaddress.ip_network(subnet) for subnet in taken]
    for _ in range(1000):
        high, low = os.urandom(2)
        candidate = ipaddress.ip_network("10.%d.%d.0/24" % (128 + high % 128, low))
        if not any(net.prefixlen > 0 and net.overlaps(candidate) for net in used):
            return str(candidate)
    raise OSError("no free private subnet was found on this machine")


def forget(home, name):
    """A network was deleted: its number is not used again."""
    with home.lock("addresses"):
        book = read_json(_path(home), {})
        entry = book.pop(name, None)
        write_json(_path(home), book)
    switch = _switch(home)
    if entry and home.features["network"] and processes.is_alive(switch):
        try:
            _ip(["link del %s" % host_end(switch, entry)])
            _ip(["link del br%d" % entry["index"]], switch["pid"])
        except OSError:
            pass  # it was never used


def lease(home, attachment, network, in_use):
    """An address in a network, another one than at the last start."""
    entry = subnet_of(home, network)
    net = ipaddress.ip_network(entry["ipv4Subnet"])
    with home.lock("addresses"):
        book = read_json(_path(home), {})
        entry = book[network["id"]]
        number = entry["next"]
        for _ in range(net.num_addresses):
            if 2 <= number < net.num_addresses - 1 and str(net[number]) not in in_use:
                break
            number = number + 1 if number + 1 < net.num_addresses - 1 else 2
        else:
            raise OSError("no address is left in " + entry["ipv4Subnet"])
        entry["next"] = number + 1
        write_json(_path(home), book)
    address = str(net[number]) if _has_address(home) else "127.0.0.1"
    six = ipaddress.ip_network(entry["ipv6Subnet"])
    mac = attachment["options"].get("macAddress") or "f2:%02x:%02x:%02x:%02x:%02x" % (*os.urandom(5),)
    return {
        "network": network["id"],
        "hostname": attachment["options"]["hostname"],
        "ipv4Address": "%s/%d" % (address, net.prefixlen),
        "ipv4Gateway": entry["ipv4Gateway"],
        "ipv6Address": "%s/64" % six[number] if home.features["ipv6"] else None,
        "macAddress": mac,
        "mtu": attachment["options"].get("mtu", MTU),
    }


def _has_address(home):
    """Whether more than one address of the loopback can be used without making it."""
    return home.features["network"] or sys.platform.startswith("linux")


# The wires.


def _switch(home):
    return read_json(home.path("state", "switch.json"))


def host_end(switch, entry):
    """The name of the host's foot in a network: of 15 letters at most, and of this double alone."""
    return "fkc%s.%d" % (switch["tag"], entry["index"])


def require_switch(home):
    """The process that holds the network namespace, started if need be. With the server's lock."""
    switch = _switch(home)
    if processes.is_alive(switch):
        return switch
    from . import daemons

    pid = daemons.spawn(home, "switch", [])
    tag = "%x" % pid
    switch = {**processes.identity(pid), "tag": tag}
    write_json(home.path("state", "switch.json"), switch)
    _ip(["link set lo up"], pid)
    return switch


def connect(home, record, pid):
    """Gives a container's network namespace its wires."""
    switch = require_switch(home)
    for position, address in enumerate(record["networks"]):
        entry = read_json(_path(home))[address["network"]]
        _require_bridge(switch, entry, home.features["ipv6"])
        wire = "v%d.%d" % (pid, position)
        _ip(
            [
                "link add %s type veth peer name eth%d address %s mtu %d netns %d"
                % (wire, position, address["macAddress"], address["mtu"], pid),
                "link set %s master br%d up" % (wire, entry["index"]),
            ],
            switch["pid"],
        )


def _require_bridge(switch, entry, ipv6):
    host = host_end(switch, entry)
    if os.path.exists("/sys/class/net/" + host):
        return
    bridge = "br%d" % entry["index"]
    _ip(["link add %s type bridge forward_delay 0" % bridge, "link set %s up" % bridge], switch["pid"])
    net = ipaddress.ip_network(entry["ipv4Subnet"])
    six = ipaddress.ip_network(entry["ipv6Subnet"])
    _ip(
        [
            "link add %s type veth peer name up%d netns %d" % (host, entry["index"], switch["pid"]),
            "addr add %s/%d dev %s" % (entry["ipv4Gateway"], net.prefixlen, host),
            "link set %s up" % host,
            *(["addr add %s/64 dev %s nodad" % (six[1], host)] if ipv6 else []),
        ]
    )
    _ip(["link set up%d master %s up" % (entry["index"], bridge)], switch["pid"])


def configure_inside(record):
    """The addresses, set by the container's first process before it is the workload."""
    lines = ["link set lo up"]
    for position, address in enumerate(record["networks"]):
        lines.append("addr add %s dev eth%d" % (address["ipv4Address"], position))
        if address["ipv6Address"]:
            lines.append("addr add %s dev eth%d nodad" % (address["ipv6Address"], position))
        lines.append("link set eth%d up" % position)
        if position == 0:
            lines.append("route add default via %s" % address["ipv4Gateway"])
    _ip(lines)
