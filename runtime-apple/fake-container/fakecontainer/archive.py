"""`image load`: archives in the OCI layout."""

import json
import os
import shutil
import sys
import tarfile
import tempfile

from . import images
from .failures import Failure

NAMES = (
    "io.containerd.image.name",
    "com.apple.containerization.image.name",
    "org.opencontainers.image.ref.name",
)


def load(call, parsed):
    folder = tempfile.mkdtemp(dir=call.home.path("state"))
    try:
        with _open(parsed["input"]) as tar:
            for member in tar:
                _extract(tar, member, folder)
        found = [_image(call, folder, entry) for entry in _read(folder, "index.json")["manifests"]]
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise Failure("invalidArgument", "failed to load image archive: %s" % error) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not call.dialect.since(1, 0, 0):
        call.say("Loaded images:")
    for image in found:
        images.keep(call.home, image)
        call.say(image["reference"])
    return 0


def _open(path):
    if path is None:
        return tarfile.open(fileobj=sys.stdin.buffer, mode="r|*")
    if not os.path.exists(path):
        raise Failure("invalidArgument", "File does not exist %s" % path)
    return tarfile.open(path)


def _extract(tar, member, folder):
    """Unpacks one entry, if it stays inside the folder."""
    path = os.path.normpath(os.path.join(folder, member.name))
    if path != folder and not path.startswith(folder + os.sep):
        raise ValueError("an entry leaves the archive: %s" % member.name)
    if member.isdev():
        return
    if os.path.lexists(path) and not (member.isdir() and os.path.isdir(path)):
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    tar.extract(member, folder, set_attrs=True)


def _read(folder, *names):
    with open(os.path.join(folder, *names), encoding="utf-8") as file:
        return json.load(file)


def _blob(folder, digest):
    return os.path.join(folder, "blobs", *digest.split(":", 1))


def _image(call, folder, entry):
    notes = entry.get("annotations") or {}
    name = next((notes[key] for key in NAMES if key in notes), None)
    if name is None:
        raise ValueError("an image has no name (expected: one of the annotations %s)" % ", ".join(NAMES))
    manifest = _read(_blob(folder, entry["digest"]))
    if "manifests" in manifest:
        manifest = _read(_blob(folder, manifest["manifests"][0]["digest"]))
    config = _read(_blob(folder, manifest["config"]["digest"]))
    root = call.home.path("registry", "roots", entry["digest"].partition(":")[2])
    if not os.path.exists(root):
        draft = tempfile.mkdtemp(dir=call.home.path("registry", "roots"))
        for layer in manifest["layers"]:
            with tarfile.open(_blob(folder, layer["digest"])) as tar:
                for member in tar:
                    _extract(tar, member, draft)
        os.chmod(draft, 0o755)
        os.rename(draft, root)
    platform = "%s/%s" % (config["os"], config["architecture"])
    # The engine runs the other platform's programs; the double runs all that this machine runs.
    platforms = sorted({platform, "linux/arm64"})
    image = images.offer(images.normalise(name), config.get("config") or {}, root, platforms)
    image["descriptor"]["digest"] = entry["digest"]
    return image
