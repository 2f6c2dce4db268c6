"""Pictures over HTTP: begin an upload, send the bytes to the address it names, complete it."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cartwheel.edge.caller import SignedIn, Vendor
from cartwheel.edge.errors import documented
from cartwheel.edge.routing import api_router
from cartwheel.edge.throttling import Throttle
from cartwheel.media.model import MAX_BYTES, Media, sources
from cartwheel.media.service import MediaLibrary

UploadId = Annotated[str, Path(alias="uploadId", min_length=1, max_length=64)]
MediaId = Annotated[str, Path(alias="mediaId", min_length=1, max_length=64)]


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class UploadIn(_Json):
    """A file that is to be sent; ``size`` in bytes."""

    filename: str = Field(default="", max_length=255)
    content_type: Literal["image/jpeg", "image/png", "image/webp", "image/gif"]
    size: int = Field(ge=1, le=MAX_BYTES)
    method: Literal["PUT", "POST"] = Field(
        default="PUT", description="POST for a form without scripts, where pictures are kept in S3."
    )


class UploadOut(_Json):
    """Where to send the file: ``method`` to ``url`` with exactly these ``headers``, until ``expiresAt``.

    With ``POST``: the ``fields`` as multipart/form-data, and the file after them, as ``file``.
    """

    upload_id: str
    method: Literal["PUT", "POST"] = "PUT"
    url: str
    headers: dict[str, str]
    fields: dict[str, str] = {}
    expires_at: datetime


class SourceOut(_Json):
    """A ``<source>`` of a ``<picture>``."""

    type: str
    srcset: str


class MediaOut(_Json):
    """A picture: ``url`` for a product's ``images``. ``sources`` come within seconds, when they are made."""

    media_id: str
    url: str
    width: int
    height: int
    placeholder: str
    sources: list[SourceOut]


class OriginalOut(_Json):
    """Where the original can be had for a quarter of an hour."""

    url: str


A_DAY = timedelta(days=1)
UPLOADS_A_DAY = 20
"""Of somebody who does not sell yet: enough for the logo of an application."""


def router(library: MediaLibrary, throttle: Throttle) -> APIRouter:
    """``/media/uploads`` and ``/media/{mediaId}``."""
    routes = api_router("media")

    @routes.post("/media/uploads", status_code=201, responses=documented(401))
    async def begin_upload(body: UploadIn, caller: SignedIn) -> UploadOut:
        """Begins an upload of at most 5 MB; 20 a day for those who do not sell."""
        if not (caller.is_vendor or caller.is_admin):
            await throttle.hit(f"uploads:{caller.user_id}", UPLOADS_A_DAY, A_DAY)
        upload, ticket = await library.begin(
            caller.user_id or "", body.content_type, body.size, by_form=body.method == "POST"
        )
        return UploadOut(
            upload_id=upload.upload_id,
            method=body.method,
            url=ticket.url,
            headers=dict(ticket.headers),
            fields=dict(ticket.fields),
            expires_at=upload.expires_at,
        )

    @routes.post("/media/uploads/{uploadId}/complete", responses=documented(401, 404, 409))
    async def complete_upload(upload_id: UploadId, caller: SignedIn) -> MediaOut:
        """Checks what was sent and makes it a picture of the caller's. Repeatable."""
        return _told(await library.complete(caller.user_id or "", upload_id))

    @routes.get("/media/{mediaId}", responses=documented(401, 403, 404))
    async def get_media(media_id: MediaId, caller: Vendor) -> MediaOut:
        """A picture and the sizes that are there, for its owner and for admins."""
        return _told(await library.get(media_id, None if caller.is_admin else caller.user_id))

    @routes.get("/media/{mediaId}/original", responses=documented(401, 403, 404))
    async def get_original(media_id: MediaId, caller: Vendor) -> OriginalOut:
        """The original, for its owner and for admins."""
        owner_id = None if caller.is_admin else caller.user_id
        return OriginalOut(url=await library.original(media_id, owner_id))

    return routes


def _told(media: Media) -> MediaOut:
    return MediaOut(
        media_id=media.media_id,
        url=media.url,
        width=media.width,
        height=media.height,
        placeholder=media.placeholder,
        sources=[SourceOut(**source) for source in sources(media.media_id, media.widths)],
    )
