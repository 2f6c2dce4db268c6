"""What is taken for a picture, what is left of it, and how it is made smaller."""

import io
import zipfile

import pytest
from PIL import Image

from cartwheel.media import imaging
from cartwheel.media.model import MAX_BYTES, InvalidPicture
from tests.media.samples import bomb, moving, photograph, picture


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def zipped() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("evil.html", "hello")
    return into.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_four_formats_are_taken(kind: str) -> None:
    cleaned = imaging.clean(picture(kind))
    assert (cleaned.width, cleaned.height) == (800, 600)
    assert opened(cleaned.shown).format == "WEBP"
    assert opened(cleaned.original).size == (800, 600)
    assert cleaned.placeholder.startswith("data:image/webp;base64,")
    assert len(cleaned.placeholder) < 600


def test_a_photograph_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    content = photograph()
    assert b"Mallory" in content
    cleaned = imaging.clean(content)
    assert (cleaned.width, cleaned.height) == (200, 400)
    for kept in (cleaned.original, cleaned.shown):
        assert b"Mallory" not in kept
        assert not opened(kept).getexif()
        corner = opened(kept).convert("RGB").crop((110, 10, 190, 90)).resize((1, 1)).tobytes()
        assert corner[0] > 200
        assert corner[1] < 60


def test_what_is_transparent_stays_so() -> None:
    into = io.BytesIO()
    Image.new("RGBA", (100, 100), (255, 0, 0, 0)).save(into, "PNG")
    assert opened(imaging.clean(into.getvalue()).shown).mode == "RGBA"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a picture"),
        (b"GIF89a, says the text", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (picture("BMP"), "not a picture"),
        (picture("TIFF"), "not a picture"),
        (picture("JPEG")[:2000], "damaged"),
        (picture("PNG")[:-300], "damaged"),
        (picture("WEBP")[:500], "damaged|not a picture"),
        (picture("GIF")[:3000], "damaged"),
        (moving("GIF"), "Moving"),
        (moving("WEBP"), "Moving"),
        (moving("PNG"), "Moving"),
        (bomb(), "million pixels"),
        (bomb(9000, 9000), "million pixels"),
        (picture("PNG") + zipped(), "something else"),
        (picture("JPEG") + zipped(), "something else"),
        (picture("GIF") + b"<script>alert(1)</script>", "something else"),
        (picture("JPEG", comment=b"<?php system($_GET['c']); ?>"), "something else"),
        (picture("WEBP") + b"%PDF-1.7", "something else"),
        (b"\0" * (MAX_BYTES + 1), "at most 5 MB"),
    ],
)
def test_tricks_are_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidPicture, match=reason):
        imaging.clean(content)


def test_a_film_behind_a_photograph_is_dropped() -> None:
    cleaned = imaging.clean(picture("JPEG") + b"\0\0\0\x18ftypmp42" + b"film" * 1000)
    assert b"film" not in cleaned.original


@pytest.mark.parametrize("kind", ["webp", "avif"])
def test_sizes_keep_the_shape(kind: str) -> None:
    smaller = opened(imaging.resized(imaging.clean(picture("JPEG", (1000, 500))).original, 320, kind))
    assert smaller.size == (320, 160)
    assert smaller.format == kind.upper()
