"""Parsing of a command line, with the rules of Swift's ArgumentParser."""

from .failures import Usage


class Option:
    """An option. Without a value's name it is a flag."""

    def __init__(self, names, value=None, about="", since=(0, 0, 0), many=False):
        self.names = names.split()
        self.value = value
        self.about = about
        self.since = since
        self.many = many

    @property
    def key(self):
        return next((n for n in self.names if n.startswith("--")), self.names[0]).lstrip("-")

    def label(self):
        tail = " <%s>" % self.value if self.value else ""
        return "/".join(self.names) + tail


class Command:
    """A subcommand.

    positionals: names; one that ends with "..." takes all that are left, one in brackets may be
    missing. rest: what follows the last positional is passed through as it is.
    """

    def __init__(self, words, handler, options=(), positionals=(), rest=False, about="", **marks):
        self.words = words
        self.handler = handler
        self.options = list(options)
        self.positionals = list(positionals)
        self.rest = rest
        self.about = about
        self.since = marks.pop("since", (0, 0, 0))
        # Whether the call needs the apiserver, and what it says to be doing when that is away.
        self.needs_server = marks.pop("needs_server", True)
        self.doing = marks.pop("doing", words)
        if marks:
            raise TypeError(str(marks))

    def known(self, dialect):
        return [option for option in self.options if dialect.since(*option.since)]


class Parsed:
    """A command line that was understood."""

    def __init__(self, command):
        self.command = command
        self.values = {}
        self.words = []
        self.rest = []

    def __getitem__(self, key):
        return self.values.get(key)

    def all(self, key):
        return self.values.get(key, [])

    def flag(self, key):
        return bool(self.values.get(key))


HELP = Option("-h --help", about="Show help information.")
VERSION = Option("--version", about="Show the version.")
DEBUG = Option("--debug", about="Enable debug output [environment: CONTAINER_DEBUG]")


def parse(command, arguments, dialect):
    """Understands what follows a subcommand; `--help` and `--version` win over all faults."""
    named = {}
    for option in command.known(dialect) + [HELP, VERSION, DEBUG]:
        for name in option.names:
            named[name] = option
    parsed = Parsed(command)
    wanted = len(command.positionals)
    position = 0
    while position < len(arguments):
        word = arguments[position]
        position += 1
        if command.rest and len(parsed.words) == wanted:
            parsed.rest = arguments[position - 1 :]
            break
        if word == "--" and not command.rest:
            parsed.words += arguments[position:]
            break
        if len(word) < 2 or not word.startswith("-"):
            parsed.words.append(word)
            continue
        name, equals, value = word.partition("=")
        option = named.get(name)
        if option is None:
            if _is_cluster(word, named):
                for letter in word[1:]:
                    _put(parsed, named["-" + letter], True)
                continue
            raise Usage("Unknown option '%s'" % name, command.words)
        if option.value is None:
            if equals:
                raise Usage(
                    "The option '%s' does not take any value, but '%s' was specified." % (name, value),
                    command.words,
                )
            _put(parsed, option, True)
            continue
        if not equals:
            if position == len(arguments) or _is_option(arguments[position]):
                raise Usage("Missing value for '%s <%s>'" % (name, option.value), command.words)
            value = arguments[position]
            position += 1
        _put(parsed, option, value)
    if not parsed.flag("help") and not parsed.flag("version"):
        _check_words(parsed)
    return parsed


def _is_option(word):
    return len(word) > 1 and word.startswith("-")


def _is_cluster(word, named):
    """Whether it is several flags of one letter in one word, as -it."""
    return (
        len(word) > 2
        and not word.startswith("--")
        and "=" not in word
        and all("-" + letter in named and not named["-" + letter].value for letter in word[1:])
    )


def _put(parsed, option, value):
    if option.many:
        parsed.values.setdefault(option.key, []).append(value)
    else:
        parsed.values[option.key] = value


def _check_words(parsed):
    wanted = parsed.command.positionals
    required = [name for name in wanted if not name.startswith("[")]
    if len(parsed.words) < len(required):
        name = required[len(parsed.words)].rstrip(".")
        raise Usage("Missing expected argument '<%s>'" % name, parsed.command.words)
    endless = bool(wanted) and wanted[-1].rstrip("]").endswith("...")
    if not endless and len(parsed.words) > len(wanted):
        extra = parsed.words[len(wanted) :]
        text = " ".join("'%s'" % word for word in extra)
        kind = "argument" if len(extra) == 1 else "arguments"
        number = (
            "Unexpected %s %s" % (kind, text)
            if len(extra) == 1
            else ("%d unexpected %s: %s" % (len(extra), kind, text))
        )
        raise Usage(number, parsed.command.words)


def help_text(command, dialect):
    """What --help prints: the options of this version, one a line."""
    operands = " ".join(
        name if name.startswith("[") else "<%s>" % name.replace("...", "") + "..." * ("..." in name)
        for name in command.positionals
    )
    lines = ["OVERVIEW: " + (command.about or command.words), ""]
    usage = ("USAGE: container %s [<options>] %s" % (command.words, operands)).rstrip()
    lines += [usage + (" [<arguments> ...]" if command.rest else ""), "", "OPTIONS:"]
    for option in command.known(dialect) + [DEBUG, VERSION, HELP]:
        tail = " <%s>" % option.value if option.value else ""
        lines.append(("  %-30s %s" % (", ".join(option.names) + tail, option.about)).rstrip())
    return "\n".join(lines) + "\n"
