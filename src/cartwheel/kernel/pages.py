"""Lists come in pages, found again by an opaque cursor; nothing counts the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items in order, and the cursor of the next page (``None`` on the last)."""

    items: Sequence[T]
    next: str | None = None
