"""Faults that a test has asked for: which call they strike, and how often."""

from .home import read_json, write_json

# What a fault does, by its kind. The README says more.
KINDS = {
    "slow": "waits --seconds before the work, or after it with --when after",
    "hung": "never ends, and takes no signal but SIGKILL; with --when after the work is done",
    "fail": "exits 1 with --text, with nothing done",
    "xpc-timeout": "does the work, prints nothing and exits 1 with 'XPC timeout'",
    "late": "exits 1 with 'XPC timeout' at once, and does the work --seconds later",
    "crash": "the apiserver crashes under the call, before its work or after it",
    "drain-timeout": "an attached call exits 1 after the workload's end",
    "keychain": "a pull fails with -25308",
    "hidden": "list and inspect leave the container out",
    "order": "list has the order --value: hash (the usual), sorted, reversed or shuffled",
    "unknown-keys": "JSON has keys and objects that no version knows",
    "nested-status": "system status has the shape of 1.4.1",
    "exit-code": "records show an exit code at --value: status.exitCode, exitCode, lastExitCode",
    "state": "list shows the state --value, whatever it is",
    "garbage": "the output is cut in the middle",
}


def _path(home):
    return home.path("state", "faults.json")


def listed(home):
    return read_json(_path(home), [])


def add(home, fault):
    """Sets a fault; says its number."""
    with home.lock("faults"):
        faults = listed(home)
        number = 1 + max([f["id"] for f in faults] + [home.server()["faults"]])
        home.set_server(faults=number)
        write_json(_path(home), faults + [{**fault, "id": number, "struck": 0}])
    return number


def clear(home, which):
    """Removes the faults of a kind or a number, or all of them."""
    with home.lock("faults"):
        kept = [f for f in listed(home) if which and which not in (f["kind"], str(f["id"]))]
        write_json(_path(home), kept)


def _matches(fault, command, names):
    import fnmatch  # slow to load, and not needed without faults

    if fault["on"] and not any(fnmatch.fnmatchcase(command, on) for on in fault["on"]):
        return False
    pattern = fault["container"]
    return not pattern or any(fnmatch.fnmatchcase(name, pattern) for name in names)


def strike(home, command, names):
    """The faults that strike this call, each counted once."""
    if not listed(home):
        return []
    struck = []
    with home.lock("faults"):
        faults = listed(home)
        for fault in faults:
            if not _matches(fault, command, names):
                continue
            if fault["skip"] > 0:
                fault["skip"] -= 1
            elif fault["times"] is None or fault["struck"] < fault["times"]:
                fault["struck"] += 1
                struck.append(dict(fault))
        write_json(_path(home), faults)
    return struck
