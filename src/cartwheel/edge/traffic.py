"""Requests go first: work beside them, in the same process, lets them pass."""

import asyncio
import time
from collections.abc import Awaitable

from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST = 0.005
"""Seconds for which work stands back; a piece of it takes about as long."""


class Traffic:
    """The requests of a process, as work beside them sees them."""

    def __init__(self) -> None:
        self._begun = 0

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application, with its requests seen."""

        def passing_on(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            self._begun += 1
            return app(scope, receive, send)

        return passing_on

    async def give_way(self) -> None:
        """To be called between pieces of work: returns when no more requests come, or after ``LONGEST``."""
        end = time.monotonic() + LONGEST
        while True:
            begun = self._begun
            await asyncio.sleep(0)
            if self._begun == begun or time.monotonic() >= end:
                return
