"""How a server stops: its processes say that they are not ready, go on for a while, and then finish.

Whoever sends requests here needs that while to notice (a load balancer asks every few seconds). Granian
itself stops at once: it takes no more connections and finishes what is in flight.
"""

import os
import signal
import threading
from contextlib import suppress
from typing import Any

from granian.server.mp import MPServer

from cartwheel.entrypoints import signals

FINISH_SECONDS = 30
"""What is in flight or in hand after the drain has so long to end."""


class Server(MPServer):
    """Granian with a ``drain`` of so many seconds, begun by SIGTERM. A second one, or Ctrl-C, ends it."""

    def __init__(self, target: str, drain: float, **options: Any) -> None:  # noqa: ANN401 - Granian's own
        super().__init__(target, workers_kill_timeout=FINISH_SECONDS, **options)
        self._drain = drain
        self._draining = False
        # inherited: a process that is still starting, and does not listen to it yet, would be killed by it
        signal.signal(signals.DRAIN, signal.SIG_IGN)

    def signal_handler_interrupt(self, *given: Any) -> None:  # noqa: ANN401 - Granian's own
        """Granian calls this for SIGTERM and SIGINT."""
        if self._draining or not self._drain or given[0] != signal.SIGTERM:
            self._stop()
            return
        self._draining = True
        for process in self.wrks:
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(process.inner.pid, signals.DRAIN)
        end = threading.Timer(self._drain, self._stop)
        end.daemon = True
        end.start()

    def _stop(self) -> None:
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call] # Granian's own
