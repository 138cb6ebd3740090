"""What all tests need: a double of a version, its CLI, and waiting with a deadline."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from fakecontainer import admin, probe

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(HERE, "fake-container")
IMAGE = "tallyman-test:1"
FULL_IMAGE = "docker.io/library/tallyman-test:1"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CONFIG = {"Cmd": ["sh"], "Env": ["PATH=" + PATH]}
SLEEP = "while :; do sleep 3600 & wait; done"

# On macOS the loopback has one address until somebody gives it more.
ADDRESSES_DIFFER = sys.platform.startswith("linux")


class Done:
    """What a call came to."""

    def __init__(self, finished):
        self.status = finished.returncode
        self.raw = finished.stdout
        self.out = finished.stdout.decode("utf-8", "surrogateescape")
        self.err = finished.stderr.decode("utf-8", "surrogateescape")

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return "exit %d, stdout %r, stderr %r" % (self.status, self.out, self.err)


class Double:
    """A double in a folder of its own."""

    def __init__(self, version="1.0.0", *options):
        self.parent = tempfile.mkdtemp(prefix="fake-container-test-")
        self.directory = os.path.join(self.parent, "double")
        try:
            self._prepare(version, *options)
        except BaseException:
            self.destroy()
            raise

    def _prepare(self, version, *options):
        self.facts = self.admin("init", "--version", version, "--owner", str(os.getpid()), *options)
        self.command = self.facts["command"]
        if self.facts["features"]["namespaces"] and probe.find_busybox() is None:
            raise unittest.SkipTest("skipped: no static busybox is here to be put into an image")
        self.admin("image", IMAGE, "--busybox", "--config", json.dumps(CONFIG))
        self.admin("timing", "--start", "0", "--teardown", "0.02", "--linger", "0.1", "--stats", "0.2")

    def admin(self, command, *words):
        """A command of the test's, in this process for the sake of speed."""
        return admin.answer_to([command, self.directory, *words])

    def admin_call(self, command, *words):
        """The same as a call of its own."""
        words = [sys.executable, PROGRAM, command, self.directory, *words]
        return Done(
            subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
        )

    def run(self, *words, env=None, stdin=b"", cwd=None):
        """A call of the CLI, to its end."""
        return Done(
            subprocess.run(
                [self.command, *words],
                input=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=None if env is None else {**os.environ, **env},
                cwd=cwd,
                timeout=60,
                check=False,
            )
        )

    def begin(self, *words, **streams):
        """A call of the CLI that goes on."""
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **streams}
        return subprocess.Popen([self.command, *words], stdin=subprocess.DEVNULL, **streams)

    def shell(self, name, script, *options):
        """A container that runs a script, detached."""
        done = self.run("run", "-d", "--name=" + name, *options, IMAGE, "sh", "-c", script)
        if done.status != 0:
            raise AssertionError(done)
        return done

    def records(self):
        return {element_id(e): e for e in self.run("list", "--all", "--format=json").json}

    def state(self, name):
        element = self.records().get(name)
        if element is None:
            return None
        status = element["status"]
        return status if isinstance(status, str) else status["state"]

    def listed(self, name):
        """The same without a call, for those who wait."""
        truth = self.truth(name)
        return truth and truth["listed"]

    def truth(self, name):
        return self.admin("container", name)

    def log(self, name):
        with open(os.path.join(self.facts["appRoot"], "containers", name, "stdio.log"), "rb") as file:
            return file.read().decode("utf-8", "surrogateescape")

    def destroy(self):
        self.admin("destroy")
        shutil.rmtree(self.parent, ignore_errors=True)


def element_id(element):
    return element.get("id") or element["configuration"]["id"]


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, what, seconds=20):
    """Waits until it holds; says what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError("not within %d s: %s" % (seconds, what))
        time.sleep(0.02)


class DoubleTest(unittest.TestCase):
    """Tests that share a double of one version."""

    version = "1.0.0"
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.double = Double(cls.version, *cls.options)
        cls.addClassCleanup(cls.double.destroy)

    def tearDown(self):
        self.double.admin("fault", "clear")
        self.double.admin("server", "up")

    def ok(self, *words, **more):
        done = self.double.run(*words, **more)
        self.assertEqual(0, done.status, done)
        return done

    def fails(self, *words, text="", status=1, **more):
        done = self.double.run(*words, **more)
        self.assertEqual(status, done.status, done)
        self.assertIn(text, done.err)
        return done

    def await_state(self, name, state):
        until(lambda: self.double.listed(name) == state, "%s is %s" % (name, state))

    def await_log(self, name, text):
        until(lambda: text in self.double.log(name), "the log of %s says %s" % (name, text))
