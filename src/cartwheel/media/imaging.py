"""Pictures as bytes: what is taken, how it is cleaned, how it gets smaller. Pure; too slow for the loop.

What came is decoded and encoded again, so that nothing else that was in the file is kept: no EXIF (places,
names of owners), no comments, nothing appended. Pillow is imported when the first picture comes: a shop that
takes none does not need its memory.
"""

import base64
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartwheel.media.model import CONTENT_TYPES, MAX_BYTES, MAX_PIXELS, SHOWN, InvalidPicture

if TYPE_CHECKING:
    from PIL.Image import Image

_SCRIPTS = (b"<script", b"<?php", b"<html", b"<!doctype", b"<svg")
_CONTAINERS = (b"PK\x03\x04", b"%PDF-", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82", "GIF": b"\x00;"}
_KEPT = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG"}
"""The format of the cleaned original."""

_BLURRED = 16


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture that was taken: upright, without metadata. ``shown`` is the size for everybody, as WebP."""

    original: bytes
    suffix: str
    content_type: str
    width: int
    height: int
    shown: bytes
    placeholder: str


def clean(content: bytes) -> Cleaned:
    """Checks and cleans what came. Raises ``InvalidPicture`` with the reason."""
    if len(content) > MAX_BYTES:
        raise InvalidPicture(f"A picture has at most {MAX_BYTES // 1_000_000} MB.")
    picture, kind = _opened(content)
    _refuse_passengers(content, kind)
    picture = _upright(picture)
    kept = _KEPT[kind]
    return Cleaned(
        original=_encoded(picture, kept, quality=95),
        suffix=kept.lower().replace("jpeg", "jpg"),
        content_type=CONTENT_TYPES[kept],
        width=picture.width,
        height=picture.height,
        shown=shown(picture, min(picture.width, SHOWN), "webp"),
        placeholder=_placeholder(picture),
    )


def resized(original: bytes, width: int, kind: str) -> bytes:
    """A cleaned original ``width`` pixels wide, as ``webp`` or ``avif``."""
    picture, _ = _opened(original)
    return shown(picture, width, kind)


def shown(picture: "Image", width: int, kind: str) -> bytes:
    """The picture ``width`` pixels wide."""
    from PIL import Image  # noqa: PLC0415 - see above

    height = max(1, round(picture.height * width / picture.width))
    smaller = picture if width == picture.width else picture.resize((width, height), Image.Resampling.LANCZOS)
    # AVIF at speed 8 takes a tenth of the time of the default and is a twentieth larger.
    return _encoded(smaller, kind.upper(), quality=80 if kind == "webp" else 60, speed=8)


def _opened(content: bytes) -> tuple["Image", str]:
    """The decoded picture, whole, and its format. By content: the name says nothing."""
    from PIL import Image  # noqa: PLC0415 - see above

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(content), formats=tuple(CONTENT_TYPES))
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise _bomb() from None
        except (OSError, ValueError, SyntaxError):
            raise InvalidPicture("This is not a picture: send a JPEG, PNG, WebP or GIF file.") from None
        if picture.width * picture.height > MAX_PIXELS:
            raise _bomb()
        if getattr(picture, "n_frames", 1) > 1:
            raise InvalidPicture("Moving pictures are not shown: send a still one.")
        try:
            picture.load()
        except (OSError, ValueError, SyntaxError, IndexError, MemoryError, Image.DecompressionBombWarning):
            raise InvalidPicture("The picture is damaged or not complete: send it again.") from None
    return picture, str(picture.format)


def _bomb() -> InvalidPicture:
    return InvalidPicture(f"A picture has at most {MAX_PIXELS // 1_000_000} million pixels.")


def _refuse_passengers(content: bytes, kind: str) -> None:
    """Refuses a file that is something else as well. Films that phones append to photographs are dropped."""
    end = content.rfind(_ENDS[kind]) + len(_ENDS[kind]) if kind in _ENDS else 8 + _riff_length(content)
    lowered = content.lower()
    if any(script in lowered for script in _SCRIPTS) or any(
        magic in content[end:] or content.startswith(magic) for magic in _CONTAINERS
    ):
        raise InvalidPicture("The file holds something else beside the picture.")


def _riff_length(content: bytes) -> int:
    return int.from_bytes(content[4:8], "little")


def _upright(picture: "Image") -> "Image":
    """The picture turned as its camera meant it, in colours that every browser shows, without metadata."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - see above

    turned = ImageOps.exif_transpose(picture)
    has_alpha = turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info
    plain = turned.convert("RGBA" if has_alpha else "RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare


def _encoded(picture: "Image", kind: str, *, quality: int, speed: int = 6) -> bytes:
    into = io.BytesIO()
    options = {"speed": speed} if kind == "AVIF" else {"optimize": True} if kind == "JPEG" else {}
    flat = picture.convert("RGB") if kind == "JPEG" else picture
    flat.save(into, kind, quality=quality, **options)
    return into.getvalue()


def _placeholder(picture: "Image") -> str:
    tiny = picture.copy()
    tiny.thumbnail((_BLURRED, _BLURRED))
    return f"data:image/webp;base64,{base64.b64encode(_encoded(tiny, 'WEBP', quality=30)).decode()}"
