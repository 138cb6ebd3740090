"""The table of subcommands: their options, since which version, and who does them."""

from .options import Command, Option

FORMAT = Option("--format", "format", "Format of the output (values: json, table)")
QUIET = Option("-q --quiet", about="Only output the name")

PROCESS = [
    Option("-e --env", "env", "Set environment variables (format: key=value)", many=True),
    Option("--env-file", "env-file", "Read in a file of environment variables", many=True),
    Option("--gid", "gid", "Set the group ID for the process"),
    Option("-i --interactive", about="Keep the standard input open even if not attached"),
    Option("-t --tty", about="Open a TTY with the process"),
    Option("-u --user", "user", "Set the user for the process (format: name|uid[:gid])"),
    Option("--uid", "uid", "Set the user ID for the process"),
    Option("-w --workdir --cwd", "dir", "Set the initial working directory inside the container"),
    Option("--ulimit", "limit", "Set resource limits (type=soft[:hard])", (0, 9, 0), many=True),
]

CREATE = PROCESS + [
    Option("-c --cpus", "cpus", "Number of CPUs to allocate to the container"),
    Option("-m --memory", "memory", "Amount of memory, with an optional K, M, G, T or P suffix"),
    Option("-a --arch", "arch", "Set arch if image can target multiple architectures"),
    Option("--os", "os", "Set OS if image can target multiple operating systems"),
    Option("--platform", "platform", "Platform for the image if it's multi-platform"),
    Option("--cidfile", "cidfile", "Write the container ID to the path provided"),
    Option("-d --detach", about="Run the container and detach from the process"),
    Option("--dns", "ip", "DNS nameserver IP address", many=True),
    Option("--dns-domain", "domain", "Default DNS domain"),
    Option("--dns-option", "option", "DNS options", many=True),
    Option("--dns-search", "domain", "DNS search domains", many=True),
    Option("--no-dns", about="Do not configure DNS in the container"),
    Option("--entrypoint", "cmd", "Override the entrypoint of the image"),
    Option("-k --kernel", "path", "Set a custom kernel path"),
    Option("-l --label", "label", "Add a key=value label to the container", many=True),
    Option("--mount", "mount", "Add a mount to the container", many=True),
    Option("--name", "name", "Use the specified name as the container ID"),
    Option("--network", "network", "Attach the container to a network", many=True),
    Option("-p --publish", "spec", "Publish a port from container to host", many=True),
    Option("--publish-socket", "spec", "Publish a socket from container to host", many=True),
    Option("--rm --remove", about="Remove the container after it stops"),
    Option("--ssh", about="Forward SSH agent socket to container"),
    Option("--tmpfs", "tmpfs", "Add a tmpfs mount to the container at the given path", many=True),
    Option("-v --volume", "volume", "Bind mount a volume into the container", many=True),
    Option("--virtualization", about="Expose virtualization capabilities to the container"),
    Option("--scheme", "scheme", "Scheme to use when connecting to the registry"),
    Option("--rosetta", about="Enable Rosetta in the container"),
    Option("--max-concurrent-downloads", "n", "Maximum number of concurrent downloads"),
    Option("--read-only", about="Mount the container's root filesystem as read-only", since=(0, 9, 0)),
    Option("--init", about="Run an init process inside the container", since=(0, 10, 0)),
    Option("--init-image", "image", "Use a custom init image", (0, 10, 0)),
    Option("--runtime", "runtime", "Set the runtime handler", (0, 10, 0)),
    Option("--cap-add", "cap", "Add a Linux capability", (0, 12, 0), many=True),
    Option("--cap-drop", "cap", "Drop a Linux capability", (0, 12, 0), many=True),
    Option("--shm-size", "size", "Size of /dev/shm", (1, 0, 0)),
    Option("--kernel-arg", "arg", "Add a kernel argument", (1, 2, 0), many=True),
    Option("--masked-path", "path", "Mask a path in the container", (1, 2, 1), many=True),
    Option("--read-only-path", "path", "Make a path read-only", (1, 2, 1), many=True),
]

PROGRESS = Option("--progress", "type", "Progress type")
SIGNAL = Option("-s --signal", "signal", "Signal to send to the container(s)")
ALL = Option("-a --all", about="All of them")
LABEL = Option("--label", "label", "Set metadata (key=value)", many=True)
PLATFORM = [
    Option("--platform", "platform", "Limit to the platform os/arch[/variant]"),
    Option("-a --arch", "arch", "Limit to the architecture"),
    Option("--os", "os", "Limit to the operating system"),
]


def _containers():
    attach = [
        Option("-a --attach", about="Attach stdout/stderr"),
        Option("-i --interactive", about="Attach stdin"),
    ]
    stop = [ALL, SIGNAL, Option("-t --time", "time", "Seconds to wait before killing")]
    shown = [ALL, FORMAT, QUIET]
    logs = [
        Option("--boot", about="Display the boot log for the container"),
        Option("-f --follow", about="Follow log output"),
        Option("-n", "n", "Number of lines to show from the end of the logs"),
    ]
    stats = [FORMAT, Option("--no-stream", about="Only the first result")]
    run = CREATE + [PROGRESS]
    exec_options = PROCESS[:-1] + [Option("-d --detach", about="Run the process and detach")]
    return [
        Command("run", "run:run", run, ["image"], rest=True, doing="run container"),
        Command("create", "run:create", CREATE, ["image"], rest=True, doing="create container"),
        Command("start", "lifecycle:start", attach, ["container-id"], doing="start container"),
        Command("stop", "lifecycle:stop", stop, ["[container-ids...]"], doing="stop container"),
        Command("kill", "lifecycle:kill", [ALL, SIGNAL], ["[container-ids...]"], doing="kill container"),
        Command(
            "delete",
            "lifecycle:delete",
            [ALL, Option("-f --force", about="Delete even if running")],
            ["[container-ids...]"],
            doing="delete container",
        ),
        Command("list", "inquiry:list_containers", shown, doing="list containers"),
        Command("inspect", "inquiry:inspect", [], ["container-ids..."], doing="list containers"),
        Command("logs", "inquiry:logs", logs, ["container-id"], doing="get container logs"),
        Command("exec", "execute:execute", exec_options, ["container-id"], rest=True, doing="get container"),
        Command("stats", "statistics:stats", stats, ["[container-ids...]"], doing="get container stats"),
    ]


def _images():
    load = [Option("-i --input", "input", "Path to the archive"), Option("-f --force", about="Load all")]
    verbose = Option("-v --verbose", about="Verbose output")
    pull = PLATFORM + [
        Option("--scheme", "scheme", "Scheme to use when connecting to the registry"),
        PROGRESS,
        Option("--max-concurrent-downloads", "n", "Maximum number of concurrent downloads"),
    ]
    delete = [ALL, Option("-f --force", about="Ignore missing images", since=(0, 9, 0))]
    login = [
        Option("--scheme", "scheme", "Scheme to use"),
        Option("-u --username", "username", "Registry user name"),
        Option("--password-stdin", about="Take the password from stdin"),
    ]
    return [
        Command("image pull", "images:pull", pull, ["reference"], doing="pull image"),
        Command("image list", "images:list_images", [FORMAT, QUIET, verbose], doing="list images"),
        Command("image inspect", "images:inspect", [], ["images..."], doing="list images"),
        Command("image delete", "images:delete", delete, ["[images...]"], doing="delete images"),
        Command("image load", "archive:load", load, doing="load image"),
        Command("registry login", "images:login", login, ["server"], doing="log in"),
        Command("registry list", "images:logins", [FORMAT, QUIET], since=(0, 10, 0)),
        Command("registry logout", "images:logout", [], ["server"], since=(0, 10, 0)),
    ]


def _networks_and_volumes():
    create_network = [
        LABEL,
        Option("--subnet", "subnet", "Set subnet for a network"),
        Option("--subnet-v6", "subnet", "Set the IPv6 prefix for a network", (0, 9, 0)),
        Option("--internal", about="Restrict to host-only network", since=(0, 9, 0)),
        Option("--plugin", "plugin", "Set the plugin to use", (0, 10, 0)),
        Option("--option", "option", "Set a plugin option", (1, 0, 0), many=True),
    ]
    create_volume = [
        LABEL,
        Option("--opt", "opt", "Set driver specific options", many=True),
        Option("-s", "size", "Size of the volume"),
    ]
    return [
        Command("network create", "networks:create", create_network, ["name"], doing="create network"),
        Command("network delete", "networks:delete", [ALL], ["[network-names...]"], doing="delete network"),
        Command("network list", "networks:list_networks", [FORMAT, QUIET], doing="list networks"),
        Command("network inspect", "networks:inspect", [], ["networks..."], doing="list networks"),
        Command("volume create", "volumes:create", create_volume, ["name"], doing="create volume"),
        Command("volume delete", "volumes:delete", [ALL], ["[names...]"], doing="delete volume"),
        Command("volume list", "volumes:list_volumes", [FORMAT, QUIET], doing="list volumes"),
        Command("volume inspect", "volumes:inspect", [], ["names..."], doing="inspect volume"),
    ]


def _system():
    prefix = Option("-p --prefix", "prefix", "Launchd prefix for services")
    status = [prefix, Option("--format", "format", "Format of the output", (0, 10, 0))]
    start = [
        Option("-a --app-root", "path", "Path to the root directory for application data"),
        Option("--install-root", "path", "Path to the root directory for executables"),
        Option("--log-root", "path", "Path to the root directory for log data", (0, 10, 0)),
        Option("--timeout", "seconds", "Seconds to wait for the apiserver", (0, 10, 0)),
        Option("--enable-kernel-install", about="Install the default kernel if it is missing"),
        Option("--disable-kernel-install", about="Do not install the default kernel"),
    ]
    logs = [Option("-f --follow", about="Follow"), Option("--last", "last", "How far back")]
    return [
        Command("system start", "system:start", start, needs_server=False),
        Command("system stop", "system:stop", [prefix], needs_server=False),
        Command("system status", "system:status", status, needs_server=False),
        Command("system version", "system:version", [FORMAT], since=(0, 8, 0), needs_server=False),
        Command("system logs", "system:logs", logs, needs_server=False),
    ]


COMMANDS = {c.words: c for c in _containers() + _images() + _networks_and_volumes() + _system()}
GROUPS = ("image", "network", "volume", "registry", "system")
ALIASES = {
    "ls": "list", "rm": "delete", "i": "image", "images": "image", "n": "network",
    "v": "volume", "s": "system", "r": "registry",
}  # fmt: skip


def find(arguments, dialect):
    """The command that the words name, and what follows it; None if there is none."""
    words = []
    for position, word in enumerate(arguments):
        words.append(ALIASES.get(word, word))
        if words[0] in GROUPS and len(words) == 1:
            continue
        command = COMMANDS.get(" ".join(words))
        if command is None or not dialect.since(*command.since):
            return None, []
        return command, arguments[position + 1 :]
    return None, []
