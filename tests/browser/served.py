"""The shop with the built app in front of what the API does not answer, as one ASGI application."""

from collections.abc import AsyncIterator
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from cartwheel.edge.webapp import RESERVED, Head, Place, Site, webapp
from cartwheel.entrypoints import asgi
from cartwheel.settings import Settings

DIST = Path(__file__).parents[2] / "web" / "dist"


async def _describe(_: str) -> Head | None:
    return None


async def _places() -> AsyncIterator[Place]:
    for place in (Place("/"),):
        yield place


def application() -> ASGIApp:
    """What the server process loads."""
    settings = Settings()
    shop = asgi.application(settings)
    web = webapp(DIST, Site(settings.shop_name, settings.base_url), _describe, _places)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(RESERVED):
            await shop(scope, receive, send)
            return
        try:
            await web(scope, receive, send)
        except HTTPException as error:
            await PlainTextResponse(error.detail, error.status_code)(scope, receive, send)

    return front
