"""The apiserver's life: what it forgets when it crashes."""

import signal
import time

from . import processes, records


def come_up(home, **changes):
    """Starts it. One that was gone has forgotten what ran, though the machines may still run."""
    with home.server_lock():
        if home.server()["state"] in ("crashed", "down"):
            forget(home)
        home.set_server(state="up", **changes)


def forget(home):
    """All is stopped, as far as the server knows; the machines go on unseen until a delete."""
    for record in records.everything(home):
        hidden = record["vm"] if processes.is_alive(record["vm"]) else record["hidden"]
        if record["remove"] and not processes.is_alive(hidden):
            records.erase(home, record["id"])
            continue
        records.save(home, {**records.stopped(record), "started": None, "hidden": hidden})


def go(home, state):
    """Puts it into another state; what it says of its life changes unless it only is slow."""
    server = home.server()
    life = server["life"] + (1 if state in ("crashed", "down", "unregistered") else 0)
    home.set_server(state=state, life=life)


def end_machine(home, vm, number=signal.SIGKILL, seconds=10):
    """Ends a virtual machine and all in it; says whether it is gone."""
    if vm is None:
        return True
    if processes.is_alive(vm):
        processes.kill(vm["init"], number)
        if not processes.await_end(vm, seconds):
            processes.kill(vm)
    processes.kill_session(vm["init"])
    return processes.await_end(vm, seconds)


def stop_everything(home, seconds=5):
    """Stops all containers, as `system stop` does."""
    running = [r["vm"] for r in records.everything(home) if processes.is_alive(r["vm"])]
    for vm in running:
        processes.kill(vm["init"], signal.SIGTERM)
    deadline = time.monotonic() + seconds
    for vm in running:
        if not processes.await_end(vm, max(0.0, deadline - time.monotonic())):
            end_machine(home, vm)
