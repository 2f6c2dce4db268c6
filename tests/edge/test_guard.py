"""How much may be sent where, and how slowly."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cartwheel.edge import guard
from cartwheel.edge.guard import MAX_BODY, Guard
from cartwheel.entrypoints.asgi import LARGER


async def _count(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/api/cart", MAX_BODY, 200),
        ("/api/cart", MAX_BODY + 1, 413),
        ("/api/media/files/incoming/a", 5_000_000, 200),
        ("/api/media/files/incoming/a", 5_000_001, 413),
        ("/api/media/uploads", MAX_BODY + 1, 413),
    ],
)
async def test_pictures_may_be_larger_than_other_bodies(path: str, size: int, status: int) -> None:
    app = Starlette(routes=[Route("/{path:path}", _count, methods=["PUT"])])
    transport = httpx.ASGITransport(Guard(app, LARGER), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        answer = await http.put(path, content=b"x" * size)
    assert answer.status_code == status


@pytest.mark.parametrize(("pause", "status"), [(0.01, 200), (60, 408)])
async def test_a_body_that_stops_arriving_is_not_waited_for(
    pause: float, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.2)

    async def body() -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.sleep(pause)
        yield b"b"

    app = Starlette(routes=[Route("/{path:path}", _count, methods=["PUT"])])
    transport = httpx.ASGITransport(Guard(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        answer = await http.put("/api/cart", content=body())
    assert answer.status_code == status
