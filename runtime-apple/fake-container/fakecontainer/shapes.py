"""How a record, an image, a network and a volume look in the JSON of a version."""

from .encoding import Date, encode


def emit(call, documents, pretty=False):
    """Prints a result as this version does; pretty where the newer ones are."""
    modern = call.dialect.nested
    if call.fault("unknown-keys"):
        documents = [_with_unknown_keys(document) for document in documents]
    text = encode(
        documents, sort=modern, pretty=pretty and modern and bool(documents), iso=call.dialect.iso_dates
    )
    if call.fault("garbage"):
        text = text[: len(text) * 2 // 3]
    call.say(text)


def _with_unknown_keys(document):
    extra = {"schemaVersion": 9, "futureObject": {"nested": [1, {"deep": True}]}, "futureList": []}
    for key in ("configuration", "config", "status"):
        if isinstance(document.get(key), dict):
            document = {**document, key: {**document[key], "futureField": "x"}}
    return {**document, **extra}


def container(call, record, running):
    """The element of list and inspect."""
    dialect = call.dialect
    state = "running" if running else "stopped"
    odd = call.fault("state")
    if odd and _meant(odd, record):
        state = odd["value"]
    networks = [_address(n, call) for n in record["networks"]] if running else []
    started = Date(record["started"]) if record["started"] is not None else None
    config = _configuration(record, dialect)
    if not dialect.nested:
        element = {"status": state, "configuration": config, "networks": networks, "startedDate": started}
        status = element
    else:
        status = {"state": state, "networks": networks, "startedDate": started}
        element = {"id": record["id"], "configuration": config, "status": status}
    fault = call.fault("exit-code")
    if fault and _meant(fault, record) and record["exit"] is not None and not running:
        field = (fault["value"] or "status.exitCode").rpartition(".")
        place = status if field[0] == "status" else element
        place[field[2]] = record["exit"]["code"]
        place["exitedDate"] = Date(record["exit"]["at"])
    return element


def _meant(fault, record):
    """Whether a fault that changes what is shown is about this container."""
    import fnmatch

    return not fault["show"] or fnmatch.fnmatchcase(record["id"], fault["show"])


def _address(address, call):
    shown = dict(address)
    if not call.dialect.since(0, 12, 0):
        shown.pop("mtu")
    if call.dialect.since(1, 2, 2):
        shown["variant"] = "reserved" if call.home.config["macos"] >= 26 else "allocationOnly"
    return shown


def _configuration(record, dialect):
    config = dict(record["config"])
    resources = dict(config["resources"])
    if not dialect.since(1, 0, 0):
        for key in ("shmSize", "stopSignal"):
            config.pop(key)
        resources.pop("cpuOverhead")
        config["publishedSockets"] = [
            {key: "file://" + path for key, path in socket.items()} for socket in config["publishedSockets"]
        ]
    else:
        config["creationDate"] = Date(record["created"])
    if not dialect.since(1, 2, 2):
        for key in ("maskedPaths", "readonlyPaths"):
            config.pop(key)
    if not dialect.since(0, 12, 0):
        for key in ("useInit", "capAdd", "capDrop"):
            config.pop(key)
        config["networks"] = [
            {**n, "options": {k: v for k, v in n["options"].items() if k != "mtu"}}
            for n in config["networks"]
        ]
    config["resources"] = resources
    return config


def image_list(call, image):
    if call.dialect.nested:
        return image_inspect(call, image)
    size = "%.1f MB" % (sum(v["size"] for v in image["variants"]) / 1e6)
    return {"reference": image["reference"], "descriptor": image["descriptor"], "fullSize": size}


def image_inspect(call, image):
    variants = [dict(variant) for variant in image["variants"]]
    if call.dialect.nested:
        return {
            "id": image["descriptor"]["digest"].partition(":")[2],
            "configuration": {
                "creationDate": Date(image["created"]),
                "name": image["reference"],
                "descriptor": image["descriptor"],
            },
            "variants": variants,
        }
    for variant in variants:
        variant.pop("digest")
    return {"name": image["reference"], "index": image["descriptor"], "variants": variants}


def network(call, net, entry):
    status = {key: entry[key] for key in ("ipv4Subnet", "ipv4Gateway", "ipv6Subnet")}
    subnets = {"ipv4Subnet": net.get("ipv4Subnet"), "ipv6Subnet": net.get("ipv6Subnet")}
    common = {"mode": net["mode"], "labels": net["labels"], "creationDate": Date(net["created"]), **subnets}
    if call.dialect.nested:
        config = {**common, "name": net["id"], "plugin": net["plugin"], "options": net["options"]}
        return {"id": net["id"], "configuration": config, "status": status}
    config = {**common, "id": net["id"]}
    if call.dialect.since(0, 10, 0):
        config["pluginInfo"] = {"plugin": net["plugin"]}
    return {"id": net["id"], "state": "running", "config": config, "status": status}


def volume(call, vol):
    if call.dialect.nested:
        config = {
            key: vol[key]
            for key in ("name", "driver", "format", "source", "labels", "options", "sizeInBytes")
        }
        return {"id": vol["name"], "configuration": {**config, "creationDate": Date(vol["created"])}}
    shown = dict(vol)
    shown["createdAt"] = Date(shown.pop("created"))
    return shown
