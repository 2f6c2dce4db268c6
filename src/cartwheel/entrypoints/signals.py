"""Signals that a server process gets, from whoever stops it or from the process that watches over it."""

import asyncio
import signal
from collections.abc import Callable

DRAIN = signal.SIGUSR1
"""What tells a process to drain."""

_STOP = (signal.SIGTERM, signal.SIGINT)

SERVING_SECONDS = 0.05
"""Granian serves as soon as the application has started; this is later."""


def hold() -> None:
    """Has signals to stop wait until the process serves: Granian forgets one that comes before."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)


def heed(drain: Callable[[], None]) -> None:
    """The process is about to serve: calls ``drain`` when it is told to, and no signal has to wait longer."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(DRAIN, drain)
    loop.call_later(SERVING_SECONDS, signal.pthread_sigmask, signal.SIG_UNBLOCK, _STOP)
