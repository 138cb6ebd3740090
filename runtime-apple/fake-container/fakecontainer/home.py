"""The state of one double on disk: where each thing lies, and how it is read and written."""

import errno
import fcntl
import json
import os
import time

from . import processes

DEFAULT_TIMING = {
    # Seconds. The real times are longer: see README.
    "start": 0.05,
    "teardown": 0.05,
    "linger": 0.2,
    "stats": 2.0,
}


def read_json(path, default=None):
    """The document in a file, or the default if there is no such file."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return json.load(file)
    except FileNotFoundError:
        return default
    except NotADirectoryError:
        return default


def write_json(path, document):
    """Replaces a file at once: a reader sees the old document or the new one."""
    draft = "%s.%d.%d" % (path, os.getpid(), time.monotonic_ns())
    with open(draft, "w", encoding="utf-8", errors="surrogateescape") as file:
        json.dump(document, file)
    os.replace(draft, path)


class Lock:
    """An exclusive lock between processes, which ends with the last process that holds it."""

    def __init__(self, path):
        self.path = path
        self.fd = None

    def __enter__(self):
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        while True:
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX)
                return self
            except OSError as error:
                if error.errno != errno.EINTR:
                    raise

    def __exit__(self, *_):
        self.release()

    def release(self):
        """Lets go of it; a process that inherited it still holds it."""
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None


class Home:
    """The folder of one double."""

    def __init__(self, directory):
        self.directory = os.path.abspath(directory)
        self.config = read_json(self.path("config.json"))
        if self.config is None:
            raise FileNotFoundError("no fake-container lives in " + self.directory)

    def path(self, *names):
        return os.path.join(self.directory, *names)

    @property
    def app_root(self):
        """What the CLI calls its application root."""
        return self.path("root")

    def bundle(self, name):
        """The folder of a container."""
        return os.path.join(self.app_root, "containers", name)

    def exists(self):
        """Whether it goes on: its folder is there, and so is the process that it is to end with."""
        if not os.path.exists(self.path("config.json")):
            return False
        owner = self.config["owner"]
        return owner is None or processes.is_alive(owner)

    def server_lock(self):
        """The one lock of the apiserver: create, start, exec, the end of a container, delete."""
        return Lock(self.path("locks", "server"))

    def lock(self, name):
        return Lock(self.path("locks", name))

    def timing(self):
        return {**DEFAULT_TIMING, **read_json(self.path("state", "timing.json"), {})}

    def server(self):
        """What is known of the apiserver: its state, its life's number, kernel, log root."""
        return read_json(self.path("state", "apiserver.json"))

    def set_server(self, **changes):
        with self.lock("apiserver"):
            write_json(self.path("state", "apiserver.json"), {**self.server(), **changes})

    @property
    def features(self):
        return self.config["features"]


def remove_tree(path):
    """Deletes a folder, as often as it takes while others still write into it."""
    import shutil  # slow to load, and not needed by most calls

    for _ in range(20):
        shutil.rmtree(path, ignore_errors=True)
        if not os.path.lexists(path):
            return
        time.sleep(0.05)
    shutil.rmtree(path)
