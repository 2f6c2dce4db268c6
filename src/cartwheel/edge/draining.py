"""A process that is about to stop says so before it does: not ready any more, and no connection is kept."""

from collections.abc import Awaitable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cartwheel.kernel.errors import Unavailable

log = structlog.get_logger()

_CLOSE = (b"connection", b"close")


class Stopping(Unavailable):
    """This process is about to stop; others go on."""

    code = "stopping"

    def __init__(self) -> None:
        super().__init__("This process is about to stop.")


class Drain:
    """Whether this process is about to stop. It still answers whatever it is asked."""

    def __init__(self) -> None:
        self.begun = False

    def begin(self) -> None:
        """From now on, whoever asks is sent elsewhere the next time."""
        self.begun = True
        log.info("draining")

    def check(self) -> None:
        """Raises ``Stopping`` once it has begun."""
        if self.begun:
            raise Stopping

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application; while it drains, each answer closes its connection.

        A connection that is kept would be closed at the end, maybe while a request is on its way in it.
        """

        def passing_on(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            return app(scope, receive, _closing(send) if self.begun else send)

        return passing_on


def _closing(send: Send) -> Send:
    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], _CLOSE]}
        await send(message)

    return closing
