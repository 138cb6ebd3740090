"""`exec`: a further process in a running container, begun by the call itself."""

import os
import signal

from . import processes, program, records, specification
from .failures import Exit, Failure, Usage


def execute(call, parsed):
    home = call.home
    name = parsed.words[0]
    record = records.load(home, name)
    if record is None:
        raise Failure("notFound", "get failed: container %s not found" % name)
    if not records.is_running(record):
        raise Failure("invalidState", "container %s is not running" % name)
    if not parsed.rest:
        raise Usage("Missing expected argument '<arguments> ...'", "exec")
    with home.server_lock():
        call.suffer("locked")
        pid, fault = _begin(call, parsed, record)
    if fault:
        os.waitpid(pid, 0)
        raise Failure("internalError", "failed to exec process", Failure("internalError", fault))
    if parsed.flag("detach"):
        call.say(name)
        return 0
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, lambda received, _: _pass_on(pid, received))
    _, status = os.waitpid(pid, 0)
    raise Exit(program.exit_code(status))


def _pass_on(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _begin(call, parsed, record):
    """Starts the process; says its pid, and what went wrong."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            os.setsid()
            if not parsed.flag("interactive"):
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            if parsed.flag("detach"):
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, 1)
                os.dup2(nothing, 2)
            _enter_and_run(call, parsed, record, write)
        except BaseException as error:
            os.write(write, (str(error) or repr(error)).encode("utf-8", "replace"))
        os._exit(127)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        return pid, file.read().decode("utf-8", "replace")


def _enter_and_run(call, parsed, record, fault):
    init = record["config"]["initProcess"]
    environment = init["environment"] + specification.environment([], parsed, call.dialect)
    user = (
        specification.user({}, parsed) if parsed["user"] or parsed["uid"] or parsed["gid"] else init["user"]
    )
    folder = parsed["workdir"] or init["workingDirectory"]
    if call.home.features["namespaces"]:
        _in_namespaces(call, record, (environment, user, folder, parsed.rest), fault)
    processes.remember(call.home, os.getpid(), "exec in " + record["id"])
    root = os.path.realpath(record["rootfs"]) if record["rootfs"] else ""
    try:
        path = program.find(parsed.rest[0], environment, root)
    except program.StartFailure:
        path = program.find(parsed.rest[0], environment)
    program.enter_folder(call.home.bundle(record["id"]) + "/folder" + folder)
    program.reset_signals()
    program.execute(path, parsed.rest, environment)


def _in_namespaces(call, record, job, fault):
    """Enters them, and begins in them a child whose end this process passes on."""
    from . import capability_names, linux

    environment, user, folder, words = job
    init = record["vm"]["init"]["pid"]
    kinds = [
        ("ipc", linux.CLONE_NEWIPC),
        ("uts", linux.CLONE_NEWUTS),
        ("pid", linux.CLONE_NEWPID),
        ("mnt", linux.CLONE_NEWNS),
    ]
    if call.home.features["network"]:
        kinds.insert(0, ("net", linux.CLONE_NEWNET))
    root = os.open("/proc/%d/root" % init, os.O_RDONLY)
    opened = [(os.open("/proc/%d/ns/%s" % (init, name), os.O_RDONLY), kind) for name, kind in kinds]
    for descriptor, kind in opened:
        linux.setns(descriptor, kind)
    os.fchdir(root)
    os.chroot(".")
    os.chdir("/")
    child = os.fork()
    if child > 0:
        os.close(fault)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2):
            signal.signal(number, lambda received, _: _pass_on(child, received))
        os.closerange(3, 256)
        _, status = os.waitpid(child, 0)
        os._exit(program.exit_code(status))
    try:
        uid, gid = program.user_of(user, "")
        config = record["config"]
        program.enter_folder(folder)
        path = program.find(words[0], environment)
        program.reset_signals()
        linux.keep_capabilities(capability_names.allowed(config["capAdd"], config["capDrop"]))
        program.become(uid, gid, config["initProcess"]["supplementalGroups"])
        program.execute(path, words, environment)
    except BaseException as error:
        os.write(fault, (str(error) or repr(error)).encode("utf-8", "replace"))
    os._exit(127)
