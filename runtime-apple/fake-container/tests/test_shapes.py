"""The JSON of each version, key by key: against our own list, and samples of the real one if they are here."""

import json
import os
import unittest

from .support import HERE, IMAGE, SLEEP, Double, free_port, until

SAMPLES = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(HERE))), "shared", "apple", "samples")

# What of a sample differs by what was run, not by the version.
FREE = ("labels", "sysctls", "options", "annotations", "Labels")
OPTIONAL = {
    "variant",
    "history",
    "created_by",
    "empty_layer",
    "created",
    "Entrypoint",
    "StopSignal",
    "stopSignal",
    "WorkingDir",
    "User",
    "ipv6Address",
    "domain",
}

CONFIGURATION = {
    "id", "image", "mounts", "publishedPorts", "publishedSockets", "labels", "sysctls", "networks", "dns", "rosetta",
    "initProcess", "platform", "resources", "runtimeHandler", "virtualization", "ssh", "readOnly",
}  # fmt: skip
SINCE_0_12 = {"useInit", "capAdd", "capDrop"}


def paths(document, prefix=""):
    """The keys of a document with their places; what lists hold is one place."""
    found = set()
    if isinstance(document, dict):
        for key, value in document.items():
            found.add("%s.%s" % (prefix, key))
            if key not in FREE:
                found |= paths(value, "%s.%s" % (prefix, key))
    elif isinstance(document, list):
        for item in document:
            found |= paths(item, prefix + "[]")
    return found


def kinds(document, prefix=""):
    """What kind of value stands where."""
    if isinstance(document, dict):
        return {
            k: v for key, value in document.items() for k, v in kinds(value, "%s.%s" % (prefix, key)).items()
        }
    if isinstance(document, list):
        return {k: v for item in document for k, v in kinds(item, prefix + "[]").items()}
    number = isinstance(document, (int, float)) and not isinstance(document, bool)
    return {prefix: "number" if number else type(document).__name__}


def without_optional(found):
    return {path for path in found if not OPTIONAL & set(path.replace("[]", "").split("."))}


class Shown:
    """One double of a version with one of everything."""

    made = {}

    @classmethod
    def of(cls, version):
        if version not in cls.made:
            cls.made[version] = Double(version)
            cls.fill(cls.made[version])
        return cls.made[version]

    @staticmethod
    def fill(double):
        config = (
            '{"Cmd":["sh"],"Env":["PATH=/bin"],"StopSignal":"SIGTERM","Labels":{"a":"b"},"Entrypoint":[]}'
        )
        double.admin("image", IMAGE, "--busybox", "--config", config, "--local")
        site = os.path.join(double.parent, "site")
        os.mkdir(site)
        double.run("volume", "create", "--label=a=b", "-s=10G", "web-data")
        double.run("network", "create", "--label=a=b", "backend")
        mounts = ["--tmpfs=/run/cache", "-v=%s:/site:ro" % site, "-v=web-data:/data"]
        ports = ["-p=127.0.0.1:%d:%d" % (free_port(), inside) for inside in (80, 443)]
        double.shell("web-1", SLEEP, *mounts, *ports, "--label=a=b", "--cpus=2", "--memory=512m")
        double.run("run", "--name=job-1", "--label=a=b", IMAGE, "sh", "-c", "exit 3")
        until(lambda: double.listed("job-1") == "stopped", "the job's end")


def tearDownModule():
    for double in Shown.made.values():
        double.destroy()


class ShapeTest(unittest.TestCase):
    def test_before_1_0_a_state_is_a_string_and_a_date_a_number(self):
        for version in ("0.9.0", "0.12.3"):
            element = Shown.of(version).run("inspect", "web-1").json[0]
            self.assertEqual({"status", "configuration", "networks", "startedDate"}, set(element))
            self.assertEqual("running", element["status"])
            self.assertIsInstance(element["startedDate"], float)
            self.assertGreater(element["startedDate"], 700_000_000)
            self.assertLess(element["startedDate"], 1_000_000_000)

    def test_since_1_0_a_state_is_an_object_and_a_date_a_text(self):
        for version in ("1.0.0", "1.2.2"):
            element = Shown.of(version).run("inspect", "web-1").json[0]
            self.assertEqual({"id", "configuration", "status"}, set(element))
            self.assertEqual({"state", "networks", "startedDate"}, set(element["status"]))
            self.assertRegex(element["status"]["startedDate"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertIn("creationDate", element["configuration"])

    def test_a_configuration_has_the_keys_of_its_version(self):
        later = CONFIGURATION | SINCE_0_12
        for version, expected in (
            ("0.9.0", CONFIGURATION),
            ("0.12.3", later),
            ("1.0.0", later | {"creationDate", "stopSignal"}),
            ("1.2.2", later | {"creationDate", "stopSignal"}),
        ):
            config = Shown.of(version).run("inspect", "web-1").json[0]["configuration"]
            self.assertEqual(expected, set(config), version)

    def test_keys_are_sorted_and_inspections_for_people_since_1_0(self):
        double = Shown.of("1.0.0")
        text = double.run("list", "-a", "--format=json").out
        self.assertEqual(
            json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")).replace("/", "\\/") + "\n",
            text,
        )
        self.assertNotIn("null", text)
        self.assertEqual(1, Shown.of("0.12.3").run("inspect", "web-1").out.count("\n"))

    def test_an_address_of_1_2_2_says_what_kind_it_is(self):
        network = Shown.of("1.2.2").records()["web-1"]["status"]["networks"][0]
        self.assertEqual("reserved", network["variant"])


class SampleTest(unittest.TestCase):
    """Compares with what the real CLI printed."""

    CALLS = {
        "list-all.running": (["list", "--format=json"], None),
        "list-all.stopped": (["list", "--all", "--format=json"], "job-1"),
        "inspect.running": (["inspect", "web-1"], None),
        "inspect.stopped": (["inspect", "job-1"], None),
        "image-list": (["image", "list", "--format=json"], None),
        "image-inspect": (["image", "inspect", IMAGE], None),
        "network-list": (["network", "list", "--format=json"], None),
        "network-inspect": (["network", "inspect", "backend"], None),
        "volume-list": (["volume", "list", "--format=json"], None),
        "volume-inspect": (["volume", "inspect", "web-data"], None),
        "stats": (["stats", "--format=json", "web-1"], None),
        "system-status.running": (["system", "status", "--format=json"], None),
        "system-version": (["system", "version", "--format=json"], None),
    }

    def test_keys_and_kinds_are_those_of_the_samples(self):
        if not os.path.isdir(SAMPLES):
            self.skipTest("skipped: no samples of the real CLI in " + os.path.normpath(SAMPLES))
        for version in ("0.12.3", "1.0.0"):
            for name, (words, only) in self.CALLS.items():
                with self.subTest(version=version, sample=name):
                    with open(os.path.join(SAMPLES, version, name + ".json"), encoding="utf-8") as file:
                        text = file.read()
                    done = Shown.of(version).run(*words)
                    ours = done.json
                    if only:
                        ours = [e for e in ours if e["configuration"]["id"] == only]
                    self._compare(json.loads(text), ours)
                    self.assertEqual(text.count("\n") > 1, done.out.count("\n") > 1, "pretty or not")

    def _compare(self, theirs, ours):
        self.assertEqual(without_optional(paths(theirs)), without_optional(paths(ours)))
        wanted, found = kinds(theirs), kinds(ours)
        for place in without_optional(set(wanted) & set(found)):
            if not any(".%s." % free in place for free in FREE):
                self.assertEqual(wanted[place], found[place], place)

    def test_failures_say_what_the_samples_say(self):
        if not os.path.isdir(SAMPLES):
            self.skipTest("skipped: no samples of the real CLI in " + os.path.normpath(SAMPLES))
        calls = {
            "list, apiserver down": ["list"],
            "run, name exists": ["run", "--name=web-1", IMAGE],
            "create, name exists": ["create", "--name=web-1", IMAGE],
            "start, missing": ["start", "nope"],
            "exec, missing": ["exec", "nope", "true"],
            "exec, stopped": ["exec", "job-1", "true"],
            "start -a, already running": ["start", "-a", "web-1"],
            "stop, missing": ["stop", "nope"],
            "kill, missing": ["kill", "nope"],
            "kill, stopped": ["kill", "job-1"],
            "delete, missing": ["delete", "nope"],
            "delete, running without --force": ["delete", "web-1"],
            "logs, missing": ["logs", "nope"],
            "inspect, missing": ["inspect", "nope"],
            "unknown flag": ["run", "--restart", IMAGE],
            "missing positional": ["run"],
        }
        for version in ("0.12.3", "1.0.0"):
            double = Shown.of(version)
            with open(os.path.join(SAMPLES, version, "errors.tsv"), encoding="utf-8") as file:
                rows = [line.rstrip("\n").split("\t") for line in file if line.strip()]
            self.assertLessEqual({row[0] for row in rows}, set(calls))
            for title, status, text in rows:
                with self.subTest(version=version, call=title):
                    if "down" in title:
                        double.admin("server", "unreachable")
                    done = double.run(*calls[title])
                    double.admin("server", "up")
                    self.assertEqual(int(status), done.status)
                    if text.startswith("("):
                        self.assertEqual("[]\n", done.out)
                    else:
                        expected = text.replace("\\n...", "\n").replace("\\n", "\n").rstrip()
                        self.assertTrue(done.err.startswith(expected), done)
