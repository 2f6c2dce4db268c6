"""Uploads and pictures as they are stored, their limits, and how their files are named."""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.errors import Clash, Invalid, NotFound

MAX_BYTES = 5_000_000
MAX_PIXELS = 40_000_000
"""More than any phone takes; a picture of that size needs 160 MB to be opened."""

CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
"""What is taken, by the name that the decoder gives it."""

WIDTHS = (320, 640, 960, 1600)
"""Pixels of what is shown; never more than the picture has."""

SHOWN = 960
"""The width that is there at once, and for whoever knows no ``srcset``."""

FORMATS = ("avif", "webp")
"""What is shown, the smallest first."""

_NAME = re.compile(r"/media/(?P<media_id>[0-9a-f]{32})-\d+\.webp\Z")


class NoSuchUpload(NotFound):
    """There is no such upload, it is over, or it is somebody else's."""

    code = "upload_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such upload. Begin a new one.")


class NoSuchMedia(NotFound):
    """There is no such picture, or it is somebody else's."""

    code = "media_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such picture.")


class NothingUploaded(Clash):
    """The upload was completed before its bytes were there."""

    code = "nothing_uploaded"

    def __init__(self) -> None:
        super().__init__("The file has not arrived yet. Send it to the upload's address first.")


class BeingDeleted(Clash):
    """The same picture was swept a moment ago."""

    code = "being_deleted"

    def __init__(self) -> None:
        super().__init__("This picture was being deleted just now. Upload it again.")


class InvalidPicture(Invalid):
    """Not a picture that the shop takes; the message says why."""

    code = "invalid_picture"


class Upload(BaseModel):
    """A file that somebody may send. ``size`` in bytes; ``media_id`` once it was completed."""

    model_config = ConfigDict(frozen=True)

    upload_id: str
    owner_id: str
    size: int
    media_id: str | None = None
    created_at: datetime
    expires_at: datetime


class Media(BaseModel):
    """A picture. ``width`` and ``height`` in pixels, upright; ``widths`` are those that it is shown in."""

    model_config = ConfigDict(frozen=True)

    media_id: str
    owner_id: str
    original: str
    """The name of the cleaned original among the private files."""
    width: int
    height: int
    placeholder: str
    """A few blurred pixels as a ``data:`` address, to show until the picture is there."""
    widths: list[int] = []
    created_at: datetime
    shard: str = "0"
    unused_since: datetime | None
    going_since: datetime | None = None
    """Its files are being removed."""

    @property
    def url(self) -> str:
        """The path of the size for everybody."""
        return public_path(self.media_id, min(self.width, SHOWN), "webp")


class MediaUse(BaseModel):
    """Something that shows a picture: a product, by its id, or a vendor's page, as ``vendor:`` and the id."""

    model_config = ConfigDict(frozen=True)

    media_id: str
    user: str


def identify(owner_id: str, content: bytes) -> str:
    """The id of a picture. The same content of the same owner is the same picture, so addresses hold."""
    owner = blake2b(owner_id.encode(), digest_size=32).digest()
    return blake2b(content, key=owner, digest_size=16).hexdigest()


def media_id_of(url: str) -> str | None:
    """The picture that an address of this shop shows, if it shows one."""
    found = _NAME.match(url)
    return found["media_id"] if found else None


def public_path(media_id: str, width: int, kind: str) -> str:
    """Where a size of a picture is shown."""
    return f"/media/{media_id}-{width}.{kind}"


def sources(media_id: str, widths: Sequence[int]) -> list[dict[str, str]]:
    """The ``<source>`` elements of a picture: ``type`` and ``srcset``, the smallest format first."""
    return [
        {
            "type": f"image/{kind}",
            "srcset": ", ".join(f"{public_path(media_id, width, kind)} {width}w" for width in widths),
        }
        for kind in FORMATS
        if widths
    ]


def widths_of(width: int) -> list[int]:
    """The widths in which a picture of ``width`` pixels is shown."""
    return sorted({min(width, shown) for shown in WIDTHS})
