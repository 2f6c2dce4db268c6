"""The embedded index: Tantivy in a folder. Any process reads it, one at a time writes.

``current`` names the folder of the index, so that a rebuilt one takes over in one step. Tantivy is imported
when it is first needed.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from cartwheel.kernel.errors import Unavailable
from cartwheel.kernel.ids import sortable_id
from cartwheel.search.provider import Entry, FolderIndex

if TYPE_CHECKING:
    import tantivy

HEAP = 30_000_000
"""Bytes that a writer may gather."""

BATCH = 500
TYPO_LENGTH = 5
MOST_WORDS = 8

WEIGHTS = {"title": 4.0, "sku": 4.0, "brand": 2.0, "category_name": 2.0, "description": 1.0}
_WORD = re.compile(r"\w+")


class Embedded(FolderIndex):
    """An index below ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._opened: tuple[str, tantivy.Index] | None = None

    async def put(self, entries: Sequence[Entry], gone: Sequence[str] = ()) -> None:
        await asyncio.to_thread(self._put, self._index(), entries, gone)

    async def rebuild(self, entries: AsyncIterator[Entry]) -> int:
        name, count, batch = sortable_id(), 0, []
        index = self._made(name)
        async for entry in entries:
            batch.append(entry)
            if len(batch) == BATCH:
                await asyncio.to_thread(self._put, index, batch, ())
                count, batch = count + BATCH, []
        await asyncio.to_thread(self._put, index, batch, ())
        self._point_to(name)
        self._leave_only(name)
        return count + len(batch)

    async def find(self, text: str, category: str | None, offset: int, limit: int) -> list[str]:
        words = [word.lower() for word in _WORD.findall(text)][:MOST_WORDS]
        if not words:
            return []
        return await asyncio.to_thread(self._find, words, category, offset, limit)

    def folder(self) -> Path:
        self._index()
        return self._root / (self._root / "current").read_text()

    def take_over(self, fill: Callable[[Path], None]) -> None:
        name = sortable_id()
        (self._root / name).mkdir(parents=True)
        fill(self._root / name)
        self._point_to(name)
        self._leave_only(name)

    def _leave_only(self, name: str) -> None:
        for other in self._root.iterdir():
            if other.is_dir() and other.name != name:
                rmtree(other, ignore_errors=True)

    def _find(self, words: Sequence[str], category: str | None, offset: int, limit: int) -> list[str]:
        import tantivy  # noqa: PLC0415 - see above

        index = self._index()
        clauses = [
            (tantivy.Occur.Must, self._any_field(index.schema, word, is_last=word is words[-1]))
            for word in words
        ]
        if category:
            clauses.append((tantivy.Occur.Must, tantivy.Query.term_query(index.schema, "category", category)))
        searcher = index.searcher()
        hits = searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False, offset=offset).hits
        return [str(searcher.doc(address)["product_id"][0]) for _, address in hits]

    def _any_field(self, schema: "tantivy.Schema", word: str, *, is_last: bool) -> "tantivy.Query":
        """The word in any field: as it is, as a beginning, or with one mistake."""
        import tantivy  # noqa: PLC0415 - see above

        query = tantivy.Query
        ways = []
        for name, weight in WEIGHTS.items():
            ways.append(query.boost_query(query.term_query(schema, name, word), weight))
            if is_last:
                begins = query.fuzzy_term_query(schema, name, word, distance=0, prefix=True)
                ways.append(query.boost_query(begins, weight / 2))
            if len(word) >= TYPO_LENGTH and name != "sku":
                wrong = query.fuzzy_term_query(schema, name, word, distance=1, prefix=is_last)
                ways.append(query.boost_query(wrong, weight / 4))
        return query.disjunction_max_query(ways, 0.2)

    def _put(self, index: "tantivy.Index", entries: Sequence[Entry], gone: Sequence[str]) -> None:
        import tantivy  # noqa: PLC0415 - see above

        try:
            writer = index.writer(HEAP, num_threads=1)
        except ValueError as error:  # another process writes at this moment
            raise Unavailable(f"The search index is locked: {error}") from None
        for product_id in [*gone, *(entry.product_id for entry in entries)]:
            writer.delete_documents_by_term("product_id", product_id)
        for entry in entries:
            told: dict[str, Any] = {
                "product_id": entry.product_id,
                "title": entry.title,
                "brand": entry.brand,
                "category": entry.category,
                "category_name": entry.category_name,
                "description": entry.description,
                "sku": [sku for sku in entry.skus if sku],
            }
            writer.add_document(tantivy.Document(**told))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()

    def _index(self) -> "tantivy.Index":
        pointer = self._root / "current"
        if not pointer.exists():
            name = sortable_id()
            self._made(name)
            self._point_to(name)
        name = pointer.read_text()
        if self._opened is None or self._opened[0] != name:
            self._opened = (name, self._made(name))
        return self._opened[1]

    def _made(self, name: str) -> "tantivy.Index":
        import tantivy  # noqa: PLC0415 - see above

        folder = self._root / name
        folder.mkdir(parents=True, exist_ok=True)
        schema = tantivy.SchemaBuilder()
        for field in ("product_id", "category"):
            schema.add_text_field(
                field, stored=field == "product_id", tokenizer_name="raw", index_option="basic"
            )
        for field in WEIGHTS:
            schema.add_text_field(field, tokenizer_name="words", index_option="freq")
        index = tantivy.Index(schema.build(), path=str(folder))
        plain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        analyzer = plain.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()).build()
        index.register_tokenizer("words", analyzer)
        index.config_reader("commit")
        return index

    def _point_to(self, name: str) -> None:
        part = self._root / f".current.{name}"
        part.write_text(name)
        part.replace(self._root / "current")
