"""Images, registries, networks, volumes."""

import hashlib
import io
import json
import os
import tarfile
import time

from .support import CONFIG, FULL_IMAGE, IMAGE, SLEEP, Double, DoubleTest


class ImageTest(DoubleTest):
    def offer(self, reference, *options, config=None):
        return self.double.admin(
            "image", reference, "--busybox", "--config", json.dumps(config or CONFIG), *options
        )

    def test_a_pull_says_nothing_on_stdout_and_the_image_is_there(self):
        self.offer("127.0.0.1:5000/team/app:3")
        done = self.ok(
            "image", "pull", "--platform=linux/arm64", "--progress=none", "127.0.0.1:5000/team/app:3"
        )
        self.assertEqual(("", ""), (done.out, done.err))
        listed = [
            element["configuration"]["name"] for element in self.ok("image", "list", "--format=json").json
        ]
        self.assertIn("127.0.0.1:5000/team/app:3", listed)

    def test_progress_is_written_unless_it_is_declined(self):
        self.offer("noisy:1")
        self.assertIn("Fetching", self.ok("image", "pull", "noisy:1").err)

    def test_what_no_registry_has_or_hands_out_fails(self):
        self.fails("image", "pull", "absent:1", text="404 Not Found")
        self.offer("127.0.0.1:5001/secret:1", "--login")
        self.fails("image", "pull", "127.0.0.1:5001/secret:1", text="401 Unauthorized")
        self.fails("registry", "login", "--password-stdin", "127.0.0.1:5001", text="--username")
        self.ok("registry", "login", "--username=me", "--password-stdin", "127.0.0.1:5001", stdin=b"pw")
        self.ok("image", "pull", "127.0.0.1:5001/secret:1")
        self.double.admin("keychain", "broken")
        self.fails("image", "pull", "127.0.0.1:5001/secret:1", text="-25308")
        self.double.admin("keychain", "usable")
        self.fails("image", "pull", "--platform=linux/riscv64", "127.0.0.1:5001/secret:1", text="platform")

    def test_a_pull_can_be_slow(self):
        self.offer("slow:1", "--slow", "0.5")
        begun = time.monotonic()
        self.ok("image", "pull", "slow:1")
        self.assertGreater(time.monotonic() - begun, 0.5)

    def test_a_tag_that_moved_is_not_pulled_again_by_a_run(self):
        first = self.offer("moving:1", "--local")["digest"]
        second = self.offer("moving:1", config={**CONFIG, "Labels": {"v": "2"}})["digest"]
        self.assertNotEqual(first, second)
        self.ok("create", "--name=before", "moving:1")
        self.ok("image", "pull", "moving:1")
        self.ok("create", "--name=after", "moving:1")
        digests = [
            self.double.run("inspect", name).json[0]["configuration"]["image"]["descriptor"]["digest"]
            for name in ("before", "after")
        ]
        self.assertEqual([first, second], digests)

    def test_the_configuration_is_shown_and_missing_ones_fail(self):
        self.offer("shown:1", "--local", config={**CONFIG, "User": "7", "StopSignal": "SIGQUIT"})
        image = self.ok("image", "inspect", "shown:1").json[0]
        self.assertEqual("SIGQUIT", image["variants"][0]["config"]["config"]["StopSignal"])
        self.assertEqual("7", image["variants"][0]["config"]["config"]["User"])
        done = self.fails("image", "inspect", "shown:1", "nope:1", text="Error: image not found: nope:1\n")
        self.assertEqual("", done.out)

    def test_a_delete_says_full_references_and_is_not_hindered_by_containers(self):
        self.offer("gone:1", "--local")
        self.ok("create", "--name=uses-gone", "gone:1", "true")
        self.assertEqual("docker.io/library/gone:1\n", self.ok("image", "delete", "gone:1").out)
        self.fails("image", "delete", "gone:1", text="not found")
        self.ok("image", "delete", "--force", "gone:1")
        self.ok("start", "uses-gone")

    def test_an_archive_in_the_oci_layout_is_loaded(self):
        path = os.path.join(self.double.parent, "image.tar")
        with open(path, "wb") as file:
            file.write(
                oci_archive(
                    "loaded:1", {"Cmd": ["cat", "/greeting"], "Env": ["PATH=/bin"]}, {"greeting": b"hi\n"}
                )
            )
        self.assertEqual("docker.io/library/loaded:1\n", self.ok("image", "load", "--input=" + path).out)
        with open(path, "rb") as file:
            self.ok("image", "load", stdin=file.read())
        self.ok("image", "inspect", "loaded:1")
        self.ok("create", "--name=from-archive", "loaded:1")
        self.fails("image", "load", "-i", "/no/such.tar", text="File does not exist")


def oci_archive(name, config, files):
    """An image with one layer."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w:gz") as tar:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    blobs = {}

    def blob(data):
        digest = hashlib.sha256(data).hexdigest()
        blobs["blobs/sha256/" + digest] = data
        return {"digest": "sha256:" + digest, "size": len(data)}

    image = {
        "architecture": "arm64",
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": []},
    }
    described = blob(json.dumps(image).encode())
    manifest = blob(
        json.dumps({"schemaVersion": 2, "config": described, "layers": [blob(layer.getvalue())]}).encode()
    )
    entry = {**manifest, "annotations": {"io.containerd.image.name": "docker.io/library/" + name}}
    blobs["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode()
    blobs["oci-layout"] = b'{"imageLayoutVersion":"1.0.0"}'
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, data in blobs.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


class OldImageTest(DoubleTest):
    version = "0.12.3"

    def test_the_shapes_of_old_and_what_is_found_is_shown_before_the_failure(self):
        self.ok("image", "pull", IMAGE)
        self.assertEqual(
            {"reference", "descriptor", "fullSize"}, set(self.ok("image", "list", "--format=json").json[0])
        )
        done = self.fails("image", "inspect", IMAGE, "nope:1")
        self.assertEqual(FULL_IMAGE, done.json[0]["name"])
        self.fails("image", "list", "-q", "--format=json")

    def test_a_load_says_more(self):
        done = self.ok("image", "load", stdin=oci_archive("loaded:1", {}, {"x": b""}))
        self.assertEqual("Loaded images:\ndocker.io/library/loaded:1\n", done.out)


class NetworkTest(DoubleTest):
    def test_a_network_is_made_once_shown_and_deleted(self):
        self.assertEqual(
            "backend\n", self.ok("network", "create", "--label=io.x/managed=true", "backend").out
        )
        self.fails("network", "create", "backend", text="network backend already exists")
        self.fails("network", "create", "none")
        self.fails("network", "create", "--label=BAD=1", "other")
        shown = self.ok("network", "inspect", "backend").json[0]
        self.assertEqual({"io.x/managed": "true"}, shown["configuration"]["labels"])
        self.assertEqual(["backend", "default"], self.ok("network", "list", "-q").out.split())
        self.assertEqual("backend\n", self.ok("network", "delete", "backend").out)
        self.fails("network", "delete", "backend", text="not found")

    def test_what_is_in_use_or_builtin_stays(self):
        self.ok("network", "create", "used")
        self.ok("network", "create", "unused")
        self.ok("create", "--name=user", "--network=used", IMAGE)
        done = self.fails(
            "network",
            "delete",
            "unused",
            "used",
            text="cannot delete subnet used with referring containers: user",
        )
        self.assertEqual("unused\n", done.out)
        self.fails("network", "delete", "default", text="builtin")

    def test_macos_15_has_no_networks(self):
        double = Double("1.0.0", "--macos", "15")
        self.addCleanup(double.destroy)
        done = double.run("network", "list")
        self.assertEqual((64, True), (done.status, "Plugin 'container-network' not found." in done.err))
        self.assertEqual(1, double.run("create", "--network=other", IMAGE).status)
        self.assertEqual(0, double.run("create", "--network=default", IMAGE).status)


class VolumeTest(DoubleTest):
    def test_a_volume_is_made_once_shown_and_deleted(self):
        self.assertEqual("data\n", self.ok("volume", "create", "--label=a=b", "-s", "10G", "data").out)
        self.fails("volume", "create", "data", text="volume 'data' already exists")
        shown = self.ok("volume", "inspect", "data").json[0]
        self.assertEqual(
            (10 << 30, {"a": "b"}), (shown["configuration"]["sizeInBytes"], shown["configuration"]["labels"])
        )
        self.fails("volume", "inspect", "data", "nope", text="nope")
        self.ok("volume", "delete", "data")
        self.fails("volume", "delete", "data", text="not found")

    def test_one_machine_at_a_time_has_a_volume(self):
        self.double.shell("first", SLEEP, "-v=disk:/x")
        self.ok("create", "--name=second", "-v=disk:/x", IMAGE, "sleep", "9")
        self.fails("start", "second", text="The storage device attachment is invalid.")
        self.ok("stop", "-t=0", "first")
        self.ok("start", "second")

    def test_what_is_in_use_stays_even_if_nobody_runs(self):
        self.ok("create", "--name=user", "-v=used:/x", IMAGE)
        self.ok("volume", "create", "unused")
        done = self.fails("volume", "delete", "used", "unused", text="delete failed for one or more volumes")
        self.assertEqual("unused\n", done.out)
        self.ok("delete", "user")
        self.ok("volume", "delete", "used")


class ForeignTest(DoubleTest):
    def test_a_name_can_be_taken_by_somebody_else(self):
        self.double.admin("foreign", "taken")
        self.fails("create", "--name=taken", IMAGE, text="container already exists: taken")
        self.assertTrue(self.double.truth("taken")["alive"])
        self.double.shell("mine", SLEEP)
