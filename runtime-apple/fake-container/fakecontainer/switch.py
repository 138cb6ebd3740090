"""The process that holds the double's network namespace."""

import signal
import time

from . import daemons


def main(home, announce):
    from . import linux

    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    linux.unshare(linux.CLONE_NEWNET)
    daemons.announce(home, announce, "switch")
    while home.exists():
        time.sleep(2)
