"""Files as HTTP answers: what everybody may see, wherever it is kept."""

import re

from fastapi import APIRouter
from starlette.responses import Response

from cartwheel.media.model import NoSuchMedia
from cartwheel.media.provider import FOR_EVER, Files

_SHOWN = re.compile(r"[0-9a-f]{32}-\d{1,5}\.(webp|avif)\Z")
_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif"}


def public_router(files: Files) -> APIRouter:
    """``/media/…``: what everybody may see. A name never shows anything else, so it is kept for ever.

    Where a content delivery network stands in front of the bucket, it answers these itself.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/media/{name}", methods=["GET", "HEAD"])
    async def show(name: str) -> Response:
        """A picture in one size."""
        content = await files.read(f"public/{name}", -1) if _SHOWN.match(name) else None
        return answer(content, name, FOR_EVER)

    return routes


def answer(content: bytes | None, name: str, kept: str) -> Response:
    """A picture, ``kept`` as that header says. Raises ``NoSuchMedia`` for ``None``."""
    if content is None:
        raise NoSuchMedia
    headers = {"Cache-Control": kept, "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(content, media_type=_TYPES[name.rpartition(".")[2]], headers=headers)
