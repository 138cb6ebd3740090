"""The store of images, and the registries that the double pretends to reach."""

import hashlib
import json
import re
import sys
import time

from . import shapes
from .failures import Failure, Several
from .home import read_json, write_json

REFERENCE = re.compile(
    r"(?P<host>(?:localhost|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9.-]+:\d+|\[[0-9a-f:]+\]:\d+)/)?"
    r"(?P<path>[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)"
    r"(?P<tag>:[\w][\w.-]{0,127})?(?P<digest>@sha256:[0-9a-f]{64})?"
)


def normalise(text):
    """The full reference: with its registry and its tag."""
    match = REFERENCE.fullmatch(text)
    if not match:
        raise Failure("invalidArgument", "cannot parse reference: %s" % text)
    host, path = match.group("host"), match.group("path")
    if not host:
        host = "docker.io/"
        path = path if "/" in path else "library/" + path
    digest = match.group("digest") or ""
    tag = match.group("tag") or ("" if digest else ":latest")
    return host + path + tag + digest


def digest_of(document):
    return "sha256:" + hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def offer(reference, config, rootfs, platforms, **marks):
    """What a registry has: an image with its OCI configuration and its root file system."""
    created = time.time()
    variants = []
    for platform in platforms:
        system, architecture = platform.split("/")[:2]
        variant = {"variant": "v8"} if architecture == "arm64" else {}
        document = {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created)),
            "architecture": architecture,
            "os": system,
            **variant,
            "config": config,
            "rootfs": {"type": "layers", "diff_ids": [digest_of([reference, created])]},
        }
        variants.append(
            {
                "platform": {"os": system, "architecture": architecture, **variant},
                "config": document,
                "digest": digest_of(document),
                "size": 2_000_000,
            }
        )
    return {
        "reference": reference,
        "descriptor": {
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "digest": digest_of(variants),
            "size": 9228,
        },
        "created": created,
        "variants": variants,
        "rootfs": rootfs,
        **marks,
    }


def _store_path(home):
    return home.path("root", "images.json")


def stored(home):
    return read_json(_store_path(home), {})


def keep(home, image):
    """Puts an image into the store."""
    with home.lock("images"):
        write_json(_store_path(home), {**stored(home), image["reference"]: image})


def offered(home):
    return read_json(home.path("registry", "images.json"), {})


def require(call, reference, platform, always=False):
    """The image from the store, fetched first if it is not there; with the config of a platform."""
    image = stored(call.home).get(reference)
    if image is None or always:
        image = _fetch(call, reference)
    for variant in image["variants"]:
        known = variant["platform"]
        if "%s/%s" % (known["os"], known["architecture"]) == platform:
            return {**image, "config": variant["config"]}
    if always and platform is None:
        return image
    raise Failure("unsupported", "image %s does not support required platforms: %s" % (reference, platform))


def _fetch(call, reference):
    if call.fault("keychain"):
        raise Failure("internalError", "error querying keychain for %s: -25308" % reference.partition("/")[0])
    server = call.home.server()
    host = reference.partition("/")[0]
    if server["keychain"] and host in server["logins"]:
        raise Failure("internalError", "error querying keychain for %s: -25308" % host)
    image = offered(call.home).get(reference)
    if image is None:
        raise Failure(
            "internalError",
            "HTTP request to https://%s/v2/ failed with response: 404 Not Found. "
            'Reason: {"errors":[{"code":"MANIFEST_UNKNOWN"}]}' % host,
        )
    if image.get("slow"):
        call.warn("Fetching image %s\n" % reference)
        call.pause(image["slow"])
    if image.get("login") and host not in server["logins"]:
        raise Failure(
            "internalError", "HTTP request to https://%s/v2/ failed with response: 401 Unauthorized" % host
        )
    keep(call.home, image)
    return image


def pull(call, parsed):
    from .run import platform

    reference = normalise(parsed.words[0])
    wanted = platform(parsed) if parsed["platform"] or parsed["arch"] else None
    if parsed["progress"] in (None, "auto") and call.dialect.since(0, 12, 0):
        call.warn("[1/2] Fetching image\n[2/2] Unpacking image\n")
    require(call, reference, wanted, always=True)
    return 0


def list_images(call, parsed):
    found = [image for _, image in sorted(stored(call.home).items())]
    if parsed["format"] == "json":
        if (parsed.flag("quiet") or parsed.flag("verbose")) and not call.dialect.since(1, 0, 0):
            raise Failure("invalidArgument", "cannot use flag --quiet or --verbose with --format json")
        shapes.emit(call, [shapes.image_list(call, image) for image in found])
    elif parsed.flag("quiet"):
        for image in found:
            call.say(image["reference"])
    else:
        call.say("NAME  TAG  DIGEST")
        for image in found:
            name, _, tag = image["reference"].rpartition(":")
            call.say("%s  %s  %s" % (name, tag, image["descriptor"]["digest"][7:19]))
    return 0


def inspect(call, parsed):
    store = stored(call.home)
    found = [store[normalise(word)] for word in parsed.words if normalise(word) in store]
    missing = [word for word in parsed.words if normalise(word) not in store]
    if missing and call.dialect.since(1, 0, 0):
        raise Failure("notFound", "image not found: %s" % ", ".join(missing))
    if found or not missing:
        shapes.emit(call, [shapes.image_inspect(call, image) for image in found], pretty=True)
    if missing:
        raise Failure("notFound", "Image not found: %s" % ", ".join(missing))
    return 0


def delete(call, parsed):
    if parsed.flag("all"):
        words = list(stored(call.home))
    elif parsed.words:
        words = parsed.words
    else:
        raise Failure("invalidArgument", "no image specified and --all not supplied")
    missing = []
    with call.home.lock("images"):
        store = stored(call.home)
        for word in words:
            reference = normalise(word)
            if store.pop(reference, None) is None:
                missing.append(Failure("notFound", "image not found: %s" % word))
            else:
                call.say(reference)
        write_json(_store_path(call.home), store)
    if missing and not parsed.flag("force"):
        raise Several(missing)
    return 0


def login(call, parsed):
    if parsed.flag("password-stdin"):
        if not parsed["username"]:
            raise Failure("invalidArgument", "must provide --username with --password-stdin")
        sys.stdin.read()
    server = parsed.words[0]
    with call.home.lock("logins"):
        logins = call.home.server()["logins"]
        call.home.set_server(logins=sorted({*logins, server}))
    if call.dialect.since(1, 0, 0):
        call.warn("Login succeeded\n")
    else:
        call.say("Login succeeded")
    return 0


def logins(call, parsed):
    for server in call.home.server()["logins"]:
        call.say(server)
    return 0


def logout(call, parsed):
    with call.home.lock("logins"):
        kept = [server for server in call.home.server()["logins"] if server != parsed.words[0]]
        call.home.set_server(logins=kept)
    return 0
