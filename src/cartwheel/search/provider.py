"""The port that an index of products serves: one in a folder here, OpenSearch on AWS."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """What is searched of a product."""

    product_id: str
    title: str
    brand: str
    category: str
    category_name: str
    description: str
    skus: Sequence[str]


class SearchIndex(ABC):
    """Products by words. What is put is found within a second. Repeatable; raises ``Unavailable``."""

    @abstractmethod
    async def put(self, entries: Sequence[Entry], gone: Sequence[str] = ()) -> None:
        """Adds or replaces products, and removes those with the ids in ``gone``."""

    @abstractmethod
    async def rebuild(self, entries: AsyncIterator[Entry]) -> int:
        """Replaces everything: into a new index, which takes the place of the old one when it is whole."""

    @abstractmethod
    async def find(self, text: str, category: str | None, offset: int, limit: int) -> list[str]:
        """The ids of products that have all the words, the best first.

        The last word may be a beginning; words of five letters and more may have one mistake.
        """

    async def close(self) -> None:
        """Closes connections, where there are any."""
        return


class FolderIndex(SearchIndex):
    """An index whose files lie in a folder, so that copies of it can be made."""

    @abstractmethod
    def folder(self) -> Path:
        """Where its files are. They stay as they are while nothing is put."""

    @abstractmethod
    def take_over(self, fill: Callable[[Path], None]) -> None:
        """Replaces everything by the files that ``fill`` writes into a new folder. Blocks."""
