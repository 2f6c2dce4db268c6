"""The embedded files: a folder, with signed addresses that the shop itself answers."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from cartwheel.edge.errors import documented
from cartwheel.edge.routing import api_router
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import Denied, Invalid
from cartwheel.kernel.ids import secret_token
from cartwheel.kernel.signing import Signer
from cartwheel.media.model import CONTENT_TYPES
from cartwheel.media.provider import Files, Ticket
from cartwheel.media.shown import answer


class AddressOver(Denied):
    """The signed address is over, or was never signed by this shop."""

    code = "address_over"

    def __init__(self) -> None:
        super().__init__("This address is not valid any more. Ask for a new one.")


class WrongSize(Invalid):
    """Another number of bytes came than was announced."""

    code = "wrong_size"


class Folder(Files):
    """Files below ``root``. ``signer`` makes and checks addresses."""

    def __init__(self, root: Path, signer: Signer, clock: Clock) -> None:
        self._root = root
        self._signer = signer
        self._clock = clock

    async def upload(self, name: str, content_type: str, size: int, lasts: timedelta) -> Ticket:
        until = int((self._clock() + lasts).timestamp())
        return Ticket(self._address("PUT", name, until, size), {"Content-Type": content_type})

    async def download(self, name: str, lasts: timedelta) -> str:
        return self._address("GET", name, int((self._clock() + lasts).timestamp()), 0)

    def opens(self, method: str, name: str, until: int, size: int, signature: str) -> None:
        """Raises ``AddressOver`` unless this shop has signed exactly that, and it still holds."""
        signed = f"{_told(method, name, until, size)}.{signature}"
        if self._signer.verify(signed) is None or until < self._clock().timestamp():
            raise AddressOver

    async def read(self, name: str, limit: int) -> bytes | None:
        def load() -> bytes | None:
            try:
                with (self._root / name).open("rb") as file:
                    return file.read(limit)
            except FileNotFoundError:
                return None

        return await asyncio.to_thread(load)

    async def write(self, name: str, content: bytes, content_type: str) -> None:  # noqa: ARG002 - by the name
        def keep() -> None:
            path = self._root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{secret_token()[:8]}")
            part.write_bytes(content)
            part.replace(path)

        await asyncio.to_thread(keep)

    async def delete(self, names: Sequence[str]) -> None:
        def remove() -> None:
            for name in names:
                (self._root / name).unlink(missing_ok=True)

        await asyncio.to_thread(remove)

    async def sweep(self, prefix: str, before: datetime) -> int:
        def remove() -> int:
            old = [
                path for path in (self._root / prefix).glob("*") if path.stat().st_mtime < before.timestamp()
            ]
            for path in old:
                path.unlink(missing_ok=True)
            return len(old)

        return await asyncio.to_thread(remove)

    def _address(self, method: str, name: str, until: int, size: int) -> str:
        signature = self._signer.sign(_told(method, name, until, size)).rpartition(".")[2]
        query = urlencode({"until": until, "size": size, "signature": signature})
        return f"/api/media/files/{name}?{query}"


def _told(method: str, name: str, until: int, size: int) -> str:
    return f"{method}:{name}:{until}:{size}"


Until = Annotated[int, Query(ge=0, le=2**40, description="Unix seconds.")]
Size = Annotated[int, Query(ge=0, le=2**40, description="Bytes, for what is sent.")]
Signature = Annotated[str, Query(max_length=64)]


def router(files: Folder) -> APIRouter:
    """Signed addresses of private files, as ``upload`` and ``download`` make them."""
    routes = api_router("media")

    @routes.put("/media/files/{name:path}", status_code=204, responses=documented(403, 404, 413))
    async def put_file(name: str, request: Request, until: Until, size: Size, signature: Signature) -> None:
        """Takes the bytes of an upload: as many as were announced."""
        files.opens("PUT", name, until, size, signature)
        content = b""
        async for chunk in request.stream():
            content += chunk
            if len(content) > size:
                break
        if len(content) != size:
            raise WrongSize(f"{size} bytes were announced.", size=size)
        await files.write(name, content, "")

    @routes.get(
        "/media/files/{name:path}",
        response_class=Response,
        responses={**documented(403, 404), 200: {"content": {kind: {} for kind in CONTENT_TYPES.values()}}},
    )
    async def get_file(name: str, until: Until, size: Size, signature: Signature) -> Response:
        """Shows a private file to whoever was given its address."""
        files.opens("GET", name, until, size, signature)
        return answer(await files.read(name, -1), name, "private, no-store")

    return routes
