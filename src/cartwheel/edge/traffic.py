"""Requests go first: work beside them, in the same process, stands back while many come."""

import asyncio
from collections.abc import Awaitable

from starlette.types import ASGIApp, Receive, Scope, Send

MANY = 4
"""Requests between two pieces of work, from which on more are on their way."""

SECONDS = 0.005
"""For so long work stands back; a piece of it takes about as long."""


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
        """To be called between pieces of work: lets others have a turn, and several where many come."""
        begun, self._begun = self._begun, 0
        await asyncio.sleep(SECONDS if begun >= MANY else 0)
