"""Lists come in pages, found again by an opaque cursor; nothing counts the whole."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items in order, and the cursor of the next page (``None`` on the last)."""

    items: Sequence[T]
    next: str | None = None


async def every_page(read: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[Page[T]]:
    """All pages, each read when the one before is done with. ``read`` is given the cursor of a page."""
    cursor: str | None = None
    while True:
        page = await read(cursor)
        yield page
        cursor = page.next
        if cursor is None:
            return
