"""Real picture bytes, and the tricks that people play with them."""

import io
import struct
import zlib

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600), **options: object) -> bytes:
    """A picture with something to see."""
    made = Image.linear_gradient("L").resize(size).convert("RGB")
    made.paste((200, 80, 40), (0, 0, size[0] // 2, size[1] // 2))
    into = io.BytesIO()
    made.save(into, kind, **options)
    return into.getvalue()


def photograph(orientation: int = 6) -> bytes:
    """A JPEG as a phone writes it: lying on its side, with the place where it was taken."""
    made = Image.new("RGB", (400, 200), "white")
    made.paste((255, 0, 0), (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "Taken by Mallory at home"
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)
    into = io.BytesIO()
    made.save(into, "JPEG", exif=exif)
    return into.getvalue()


def moving(kind: str = "GIF") -> bytes:
    """A picture of three frames."""
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "green", "blue")]
    into = io.BytesIO()
    frames[0].save(into, kind, save_all=True, append_images=frames[1:], duration=100)
    return into.getvalue()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes that would fill gigabytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
