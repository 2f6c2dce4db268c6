"""The HTTP door on AWS: requests of API Gateway's REST API, answered by the same application as elsewhere.

``CARTWHEEL_SERVICES`` says which part of the API a function serves. A frozen process does nothing in the
background: it hears what others changed before a request, at most once a second, and writes down what it has
counted after one, at most every five.
"""

import time
from functools import cache
from typing import Any

from mangum import Mangum

from cartwheel.adapters import open_proof
from cartwheel.analytics import Counting
from cartwheel.edge.vouched import Vouched
from cartwheel.entrypoints.api import create_app
from cartwheel.entrypoints.asgi import behind_cache
from cartwheel.entrypoints.lambda_process import run, shop
from cartwheel.entrypoints.pages import pages
from cartwheel.entrypoints.services import parse
from cartwheel.messaging.broadcast import Listener

LISTEN_SECONDS = 1.0
COUNT_SECONDS = 5.0


class Between:
    """What other processes do in the background, here between two requests."""

    def __init__(self, listener: Listener, counting: Counting) -> None:
        self._listener = listener
        self._counting = counting
        self._listened = float("-inf")
        self._counted = time.monotonic()

    async def before(self) -> None:
        """Hears what others changed."""
        now = time.monotonic()
        if now - self._listened >= LISTEN_SECONDS:
            self._listened = now
            await self._listener.try_to_listen()

    async def after(self) -> None:
        """Writes down what was counted."""
        now = time.monotonic()
        if now - self._counted >= COUNT_SECONDS:
            self._counted = now
            await self._counting.try_to_flush()


@cache
def _door() -> tuple[Mangum, Between]:
    made = shop()
    run(made.keys.prepare())
    app = create_app(made, parse(made.settings.services))
    if made.pages:
        app.router.default = pages(made) or app.router.default
    cached, listener = behind_cache(app, made)
    return Mangum(Vouched(cached, open_proof(made.settings)), lifespan="off"), Between(
        listener, made.counting
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own
    """Answers one proxied request."""
    door, between = _door()
    run(between.before())
    answer = door(event, context)
    run(between.after())
    return answer


_door()  # while the function is initialised, which SnapStart keeps
