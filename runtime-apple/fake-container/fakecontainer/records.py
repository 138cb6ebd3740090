"""The records of containers: one file each, replaced at once, so that a list needs no lock."""

import os

from . import processes
from .failures import not_found
from .home import read_json, remove_tree, write_json

STOPPED = "stopped"
RUNNING = "running"


def path_of(home, name):
    return os.path.join(home.bundle(name), "record.json")


def load(home, name):
    """A record, or None."""
    if not name or "/" in name or name in (".", ".."):
        return None
    return read_json(path_of(home, name))


def require(home, name):
    record = load(home, name)
    if record is None:
        raise not_found(name)
    return record


def save(home, record):
    write_json(path_of(home, record["id"]), record)


def erase(home, name):
    """Removes a record first, so that nobody sees half of it, and then all that belongs to it."""
    try:
        os.unlink(path_of(home, name))
    except FileNotFoundError:
        pass
    remove_tree(home.bundle(name))


def names(home):
    folder = os.path.join(home.app_root, "containers")
    return os.listdir(folder)


def everything(home):
    """All records, in an order that is another one in each process."""
    found = (load(home, name) for name in sorted(names(home), key=hash))
    return [record for record in found if record is not None]


def is_running(record):
    """Whether the server says that it runs: a virtual machine that was killed is noticed."""
    return record["state"] == RUNNING and (record["vm"] is None or processes.is_alive(record["vm"]))


def stopped(record):
    """The record of a container that has ended."""
    return {**record, "state": STOPPED, "networks": [], "vm": None}
