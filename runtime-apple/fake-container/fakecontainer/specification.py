"""From the options of run and create to the configuration of a record, by the CLI's rules."""

import os
import re

from .failures import Failure, Usage

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
SIZE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*([bkmgtp]?)(?:i?b)?", re.IGNORECASE)
MIB = 1 << 20
LIMITS = (
    "as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack"
).split()


def invalid(message):
    return Failure("invalidArgument", message)


def check_name(name, dialect):
    if dialect.since(1, 2, 0):
        if not NAME.fullmatch(name) or len(name) > 63:
            raise invalid("container ID %s is not a valid container ID" % name)
    elif not NAME.fullmatch(name):
        raise invalid("invalid entity name %s" % name)


def labels(words):
    """With the fault of all versions: a value that contains '=' is refused or cut."""
    found = {}
    for word in words:
        parts = [part for part in word.split("=", 2) if part]
        if len(parts) > 2 or not parts:
            raise invalid("invalid label format %s" % word)
        found[parts[0]] = parts[1] if len(parts) == 2 else ""
    return found


def size(text):
    """Bytes; a bare number counts as such."""
    match = SIZE.fullmatch(text.strip())
    if not match:
        raise invalid("invalid memory value %s" % text)
    return int(float(match.group(1)) * 1024 ** "bkmgtp".index((match.group(2) or "b").lower()))


def memory(text, dialect):
    if text is None:
        return 1024 * MIB
    amount = size(text) // MIB * MIB
    if dialect.since(0, 10, 0) and amount < 200 * MIB:
        raise invalid("minimum memory amount allowed is 200 MiB, got %d MiB" % (amount // MIB))
    return amount


def cpus(text):
    if text is None:
        return 4
    if not text.isdigit() or int(text) == 0:
        raise Usage("The value '%s' is invalid for '-c <cpus>'" % text, "run")
    return int(text)


def environment(image, parsed, dialect):
    """The image's variables, the files', the options': later ones win."""
    entries = [e for e in image if "=" in e]
    for path in parsed.all("env-file"):
        entries += _environment_file(path)
    for word in parsed.all("env"):
        name, equals, value = word.partition("=")
        if equals:
            entries.append(word)
        elif name in os.environ:
            entries.append("%s=%s" % (name, os.environ[name]))
    if not dialect.since(0, 10, 0):
        return entries
    last = {entry.partition("=")[0]: entry for entry in entries}
    return sorted(last.values(), key=hash)


def _environment_file(path):
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().split("\n")
    except OSError:
        raise invalid("failed to read envfile at %s" % path) from None
    entries = []
    for line in lines:
        line = line.lstrip()
        if not line or line.startswith("#"):
            continue
        name, equals, _ = line.partition("=")
        if re.search(r"\s", name):
            raise invalid("variable '%s' contains whitespaces" % name)
        if equals:
            entries.append(line)
        elif name in os.environ:
            entries.append("%s=%s" % (name, os.environ[name]))
    return entries


def command_line(image, parsed):
    """Entrypoint and arguments: a given entrypoint is one word, and sets the image's Cmd aside."""
    given = parsed["entrypoint"]
    if given:
        words = [given] + parsed.rest
    else:
        words = list(image.get("Entrypoint") or [])
        words += parsed.rest or list(image.get("Cmd") or [])
    if not words:
        raise invalid("command/entrypoint not specified for container process")
    return words


def user(image, parsed):
    text = parsed["user"] or (image.get("User") if not parsed["uid"] else "") or ""
    if parsed["uid"] or parsed["gid"]:
        return {"id": {"uid": int(parsed["uid"] or 0), "gid": int(parsed["gid"] or 0)}}
    if not text:
        return {"id": {"uid": 0, "gid": 0}}
    return {"raw": {"userString": text}}


def rlimits(words):
    found = []
    for word in words:
        kind, equals, values = word.partition("=")
        if not equals or kind not in LIMITS:
            raise invalid("invalid ulimit %s" % word)
        soft, _, hard = values.partition(":")
        found.append(
            {
                "limit": "RLIMIT_" + kind.upper(),
                "soft": _limit(soft, word),
                "hard": _limit(hard or soft, word),
            }
        )
    return found


def _limit(text, word):
    if text in ("unlimited", "-1"):
        return 2**64 - 1
    if not text.isdigit():
        raise invalid("invalid ulimit %s" % word)
    return int(text)


def ports(words, dialect):
    if len(words) > 64:
        raise invalid("cannot exceed more than 64 port publish descriptors")
    found = [_port(word, dialect) for word in words]
    seen = set()
    for port in found:
        for offset in range(port["count"]):
            key = (port["hostPort"] + offset, port["proto"])
            if key in seen:
                raise invalid("host ports for different publish port specs may not overlap")
            seen.add(key)
    return found


def _port(word, dialect):
    spec, slash, proto = word.partition("/")
    proto = proto.lower() if slash else "tcp"
    match = re.fullmatch(r"(?:(\[[0-9a-fA-F:]+\]|[0-9.]+):)?([0-9-]+):([0-9-]+)", spec)
    if not match or proto not in ("tcp", "udp"):
        raise invalid("invalid publish value: %s" % word)
    address = (match.group(1) or "0.0.0.0").strip("[]")
    host, count = _port_range(match.group(2), word)
    inside, count_inside = _port_range(match.group(3), word)
    if count != count_inside:
        raise invalid("publish host and container port counts are not equal: %s" % word)
    if ":" in address and not dialect.since(0, 9, 0):
        raise invalid("invalid publish IPv6 address: %s" % word)
    return {"hostAddress": address, "hostPort": host, "containerPort": inside, "proto": proto, "count": count}


def _port_range(text, word):
    first, dash, last = text.partition("-")
    low = int(first or 0)
    high = int(last or 0) if dash else low
    if not 1 < low <= high <= 65535:
        raise invalid("invalid publish port: %s" % word)
    return low, high - low + 1


def volume_mount(word):
    """Of -v: (mount, None), or (mount without a type, the volume's name, empty for an anonymous one)."""
    parts = word.split(":")
    if len(parts) == 1:
        return {"source": "", "destination": parts[0], "options": []}, ""
    if len(parts) > 3 or not parts[1].startswith("/"):
        raise invalid("invalid volume format %s" % word)
    options = parts[2].split(",") if len(parts) == 3 else []
    mount = {"destination": os.path.normpath(parts[1]), "options": options}
    source = parts[0]
    if "/" not in source and source not in (".", ".."):
        return mount, source
    path = os.path.abspath(source)
    if not os.path.exists(path):
        raise invalid("path '%s' does not exist" % source)
    return {**mount, "type": {"virtiofs": {}}, "source": path}, None


def long_mount(word):
    """Of --mount, as of -v."""
    fields = {}
    for part in word.split(","):
        key, equals, value = part.partition("=")
        if "=" in value:
            raise invalid("invalid directive format missing value %s in %s" % (part, word))
        fields[key] = value if equals else None
    source = fields.get("source", fields.get("src")) or ""
    target = fields.get("target", fields.get("destination", fields.get("dst"))) or ""
    unknown = set(fields) - {
        "type",
        "source",
        "src",
        "target",
        "destination",
        "dst",
        "readonly",
        "ro",
        "size",
        "mode",
    }
    if unknown or not target:
        raise invalid("unknown directive %s when parsing mount %s" % (", ".join(sorted(unknown)), word))
    options = ["ro"] if "readonly" in fields or "ro" in fields else []
    kind = fields.get("type", "virtiofs")
    mount = {"destination": os.path.normpath(target), "options": options}
    if kind == "tmpfs":
        options += ["%s=%s" % (key, fields[key]) for key in ("size", "mode") if key in fields]
        return {**mount, "type": {"tmpfs": {}}, "source": "tmpfs"}, None
    if kind == "volume":
        return mount, source
    if kind not in ("bind", "virtiofs"):
        raise invalid("invalid mount type %s" % kind)
    if not os.path.isdir(source):
        raise invalid("path '%s' is not a directory" % source)
    return {**mount, "type": {"virtiofs": {}}, "source": os.path.abspath(source)}, None


def tmpfs_mount(word):
    if ":" in word or "," in word:
        raise invalid("invalid tmpfs path %s" % word)
    return {"type": {"tmpfs": {}}, "source": "tmpfs", "destination": word, "options": []}


def capabilities(words):
    from . import capability_names

    found = []
    for word in words:
        name = word.upper()
        name = name[4:] if name.startswith("CAP_") else name
        if name != "ALL" and name not in capability_names.CAPABILITIES:
            raise invalid("invalid capability %s" % word)
        found.append(name)
    return found


def attachments(words, name, config, domain):
    """The networks that are asked for, with the name that the container has in them."""
    if words == ["none"]:
        return []
    found = []
    dotted = name + "." if "." in name else "%s.%s." % (name, domain) if domain else name
    for word in words or ["default"]:
        network, *properties = word.split(",")
        options = {"hostname": dotted, "mtu": 1280}
        for item in properties:
            key, _, value = item.partition("=")
            if key == "mac":
                options["macAddress"] = value
            elif key == "mtu" and value.isdigit() and 1280 <= int(value) <= 65535:
                options["mtu"] = int(value)
            else:
                raise invalid("invalid network property %s in %s" % (item, word))
        if network != "default" and config["macos"] < 26:
            raise invalid("non-default network configuration requires macOS 26 or newer")
        found.append({"network": network, "options": options})
    return found


def dns(parsed, dialect):
    given = [parsed.all("dns"), parsed["dns-domain"], parsed.all("dns-search"), parsed.all("dns-option")]
    if parsed.flag("no-dns"):
        if any(given) and dialect.since(1, 0, 0):
            raise Usage("`--no-dns` cannot be used along with other dns flags", parsed.command.words)
        return None
    servers, domain, search, options = given
    return {"nameservers": servers, "domain": domain, "searchDomains": search, "options": options}
