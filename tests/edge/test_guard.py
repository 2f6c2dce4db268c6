"""How much may be sent where."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

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
