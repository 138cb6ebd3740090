"""How a call fails: what it prints and its exit status."""

XPC = "XPC connection error"
HINT = "Ensure container system service has been started with `container system start`."


class Failure(Exception):
    """An error of one operation: exit status 1."""

    def __init__(self, code, message, cause=None, old_form=False):
        super().__init__(message)
        self.code = code
        self.message = message
        self.cause = cause
        self.old_form = old_form

    def old(self):
        return '%s: "%s"%s' % (self.code, self.message, self._cause())

    def text(self, dialect):
        if self.old_form or not dialect.since(0, 10, 0):
            return self.old()
        return self.message + self._cause()

    def _cause(self):
        return ' (cause: "%s")' % self.cause.old() if self.cause else ""


class Several(Exception):
    """Errors of some of the targets of one call: exit status 1."""

    def __init__(self, failures):
        super().__init__("%d failures" % len(failures))
        self.failures = failures


class Usage(Exception):
    """A call that is not understood: exit status 64."""

    def __init__(self, message, command=""):
        super().__init__(message)
        self.command = command


class Exit(Exception):
    """The end of a call with a status, with nothing printed."""

    def __init__(self, status):
        super().__init__(str(status))
        self.status = status & 0xFF


def not_found(name):
    return Failure("notFound", "container with ID %s not found" % name)


def server_gone(doing):
    """The apiserver does not answer."""
    return Failure(
        "internalError",
        "failed to %s" % doing,
        Failure("interrupted", XPC + ": Connection invalid"),
        old_form=True,
    )


def report(error, dialect):
    """The text for stderr and the exit status."""
    if isinstance(error, Usage):
        command = ("container " + error.command).strip()
        return (
            "Error: %s\nUsage: %s ...\n  See '%s --help' for more information.\n" % (error, command, command),
            64,
        )
    if isinstance(error, Exit):
        return "", error.status
    if isinstance(error, Several):
        text = "\n".join(failure.old() for failure in error.failures)
    else:
        text = error.text(dialect)
    hint = "\n" + HINT if XPC in text else ""
    return "Error: %s%s\n" % (text, hint), 1
