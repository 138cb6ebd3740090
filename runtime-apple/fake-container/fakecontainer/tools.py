"""Runs ip(8): subprocess would be slow to load at each start of a container."""

import os

# Where it may lie, whatever the caller's own path is.
PLACES = ("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip")


def ip(words, lines=(), enter=None):
    """Runs it with lines for its input; says what it printed.

    enter: called in the child before, as to enter a namespace.
    """
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(in_read, 0)
            os.dup2(out_write, 1)
            os.dup2(out_write, 2)
            if enter is not None:
                enter()
            _become(words)
        except BaseException as error:
            os.write(2, str(error).encode())
        os._exit(127)
    os.close(in_read)
    os.close(out_write)
    with os.fdopen(in_write, "wb") as file:
        file.write("\n".join(lines).encode())
    with os.fdopen(out_read, "rb") as file:
        output = file.read().decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise OSError("ip: " + output.strip())
    return output


def _become(words):
    for place in PLACES:
        try:
            os.execve(place, ["ip", *words], {})
        except FileNotFoundError:
            continue
    raise FileNotFoundError("no ip(8) at " + " or ".join(PLACES))
