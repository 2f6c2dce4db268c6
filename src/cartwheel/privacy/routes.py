"""Privacy over HTTP. Erasure is ``DELETE /users/me``, of accounts: the rest hears of it."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from cartwheel.edge.caller import SignedIn
from cartwheel.edge.errors import documented
from cartwheel.edge.routing import api_router
from cartwheel.privacy.service import Privacy

ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


def router(privacy: Privacy) -> APIRouter:
    """``/users/me/export``."""
    routes = api_router("privacy")

    @routes.get("/users/me/export", response_class=Response, responses={**documented(401), **ZIP})
    async def export_me(caller: SignedIn) -> Response:
        """All that the shop knows of the caller, as a zip of JSON files."""
        headers = {
            "Content-Disposition": 'attachment; filename="my-data.zip"',
            "Cache-Control": "private, no-store",
        }
        content = await privacy.export(caller.user_id or "")
        return Response(content, media_type="application/zip", headers=headers)

    return routes
