"""Whole catalogues in and out of a shop.

An import may be broken off at any moment and run again: a product is known by its id, else by its handle, and
one that is as the file wants it is not written. So the shop itself is the checkpoint, and none can go stale.
"""

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path, PurePath
from typing import Self, TextIO

from cartwheel.catalog import (
    HOUSE,
    Catalog,
    Draft,
    Product,
    SkuTaken,
    SlugTaken,
    claims_of,
    revised,
    shown,
    word_slug,
)
from cartwheel.imports.formats import (
    Reading,
    Record,
    Unreadable,
    jsonl_lines,
    problem_of,
    read_jsonl,
    read_yaml,
)
from cartwheel.imports.model import Tally
from cartwheel.imports.shopify import COLUMNS, csv_rows, read_csv
from cartwheel.inventory import Inventory, Stock
from cartwheel.kernel.errors import CartwheelError
from cartwheel.storage import InvalidItem
from cartwheel.storage.port import MAX_CHANGES

BATCH = 100
"""Records that are looked up together."""

WRITE_CHARACTERS = 700_000
"""Text of one write; a character takes up to four bytes."""

SHOWN = 10
"""Rejections that a report keeps for the screen."""

REFERENCE = "import"
"""What the movement log names as the reason."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that did not come in. ``line`` is where it begins."""

    line: int
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How to import. ``vendor_id`` makes all products that vendor's, whatever the file says."""

    vendor_id: str | None = None
    dry_run: bool = False
    with_stock: bool = False
    """Sets the stock of variants that exist already; otherwise only new ones get the file's."""


@dataclass(frozen=True, slots=True)
class _New:
    """A product that is to be created."""

    record: Record
    draft: Draft
    product: Product
    units: Mapping[str, int]


@dataclass(slots=True)
class _Pack:
    """New products that go into one write."""

    news: list[_New] = field(default_factory=list)
    categories: set[str] = field(default_factory=set)
    changes: int = 0
    characters: int = 0

    def takes(self, new: _New) -> bool:
        """Adds the product, if a write still has room for it. An empty pack takes any."""
        product = new.product
        changes = self.changes + 2 + bool(shown(product)) + len(claims_of(product)) + len(new.units)
        characters = self.characters + len(product.model_dump_json())
        categories = self.categories | {product.category}
        is_full = changes + len(categories) > MAX_CHANGES or characters > WRITE_CHARACTERS
        if self.news and is_full:
            return False
        self.news.append(new)
        self.categories, self.changes, self.characters = categories, changes, characters
        return True


class Importer:
    """One run over one file."""

    def __init__(
        self, catalog: Catalog, inventory: Inventory, plan: Plan, rejected: Callable[[Rejection], None]
    ) -> None:
        self._catalog = catalog
        self._inventory = inventory
        self._plan = plan
        self._vendor_id = plan.vendor_id or HOUSE
        self._rejected = rejected
        self._seen: set[int] = set()  # hashes only: 100,000 products take about 8 MB
        self.tally = Tally()

    async def run(
        self, records: Iterable[Record], progress: Callable[[Tally], None] = lambda _: None
    ) -> Tally:
        """Brings the records in; calls ``progress`` after each batch. Raises only where the storage fails."""
        source = iter(records)
        while batch := list(islice(source, BATCH)):
            await self.take(batch)
            progress(self.tally)
            await asyncio.sleep(0)
        return self.tally

    def pass_over(self, records: Iterable[Record]) -> None:
        """Leaves out what an earlier run has dealt with: its names are noted, for none may come twice."""
        for record in records:
            with suppress(Unreadable):
                self._addressed(record)

    async def take(self, records: Sequence[Record]) -> None:
        """Brings some records in."""
        drafts: list[tuple[Record, Draft]] = []
        for record in records:
            try:
                drafts.append((record, self._addressed(record)))
            except Unreadable as error:
                self._reject(record, problem_of(error))
        ids = [draft.product_id for _, draft in drafts if draft.product_id]
        slugs = [draft.slug for _, draft in drafts if draft.slug and not draft.product_id]
        by_id = await self._catalog.products(ids) if ids else {}
        by_slug = await self._catalog.by_slugs(slugs) if slugs else {}
        new: list[tuple[Record, Draft]] = []
        for record, draft in drafts:
            known = by_id.get(draft.product_id) if draft.product_id else by_slug.get(draft.slug or "")
            if known is None:
                new.append((record, draft))
            else:
                await self._change(record, known, draft)
        await self._create(new)

    def _addressed(self, record: Record) -> Draft:
        """The draft under a name by which a second run finds it again. Raises ``Unreadable``."""
        draft = record.draft
        if draft is None:
            raise Unreadable(record.problem)
        if draft.slug:
            draft = draft.model_copy(update={"slug": word_slug(draft.slug)})
        elif not draft.product_id:
            draft = draft.model_copy(update={"slug": word_slug(draft.title or "")})
        if not (draft.slug or draft.product_id):
            raise Unreadable("The product has neither an id nor a handle nor a name.")
        if self._plan.vendor_id:
            draft = draft.model_copy(update={"vendor_id": self._plan.vendor_id})
        names = [f"id:{draft.product_id}" if draft.product_id else f"slug:{draft.slug}"]
        names += [f"sku:{sku}" for sku in _skus(draft)]
        for name in names:
            if hash(name) in self._seen:
                raise Unreadable(f"The file has this twice: {name.replace(':', ' ', 1)}.")
        self._seen.update(hash(name) for name in names)
        return draft

    def _reject(self, record: Record, reason: str) -> None:
        self.tally.rejected += 1
        self._rejected(Rejection(record.line, record.key, reason))

    async def _change(self, record: Record, known: Product, draft: Draft) -> None:
        if self._plan.vendor_id not in (None, known.vendor_id):
            self._reject(record, "The product belongs to another vendor.")
            return
        draft = _without_foreign_ids(draft, known)
        try:
            if self._plan.dry_run:
                changed, _ = revised(known, draft)
                await self._refuse_taken(draft, known.product_id)
                is_changed = changed != known
            else:
                changed = await self._catalog.update(known.product_id, draft)
                is_changed = changed.version != known.version
            if self._plan.with_stock:
                is_changed |= await self._set_stock(changed, draft)
        except (CartwheelError, InvalidItem) as error:
            self._reject(record, problem_of(error))
            return
        if is_changed:
            self.tally.updated += 1
        else:
            self.tally.unchanged += 1

    async def _set_stock(self, product: Product, draft: Draft) -> bool:
        """Sets what the file says of stock; whether that is anything else than before."""
        wanted = [draft.only] if draft.only and draft.variants is None else draft.variants or []
        pairs = [(v.variant_id, w.stock) for v, w in zip(product.variants, wanted, strict=False)]
        rows = await self._inventory.stock([variant_id for variant_id, _ in pairs])
        is_changed = False
        for variant_id, units in pairs:
            row = rows.get(variant_id)
            if units is None or row is None or row.available == units:
                continue
            is_changed = True
            if not self._plan.dry_run:
                await self._inventory.set_available(variant_id, units, REFERENCE)
        return is_changed

    async def _create(self, rows: Sequence[tuple[Record, Draft]]) -> None:
        news = []
        for record, draft in rows:
            try:
                news.append(_New(record, draft, *self._catalog.planned(draft, self._vendor_id)))
            except CartwheelError as error:
                self._reject(record, problem_of(error))
        if self._plan.dry_run:
            for new in news:
                await self._try(new)
            return
        slugs = [new.product.slug for new in news]
        taken = set(await self._catalog.slug_owners(slugs)) if slugs else set()
        pack = _Pack()
        for new in news:
            if new.product.slug in taken:
                await self._try(new)  # finds a slug of its own, or says that this one is taken
                continue
            taken.add(new.product.slug)
            if not pack.takes(new):
                await self._write(pack)
                pack = _Pack()
                pack.takes(new)
        await self._write(pack)

    async def _write(self, pack: _Pack) -> None:
        if not pack.news:
            return
        try:
            await self._catalog.create_many([(new.product, new.units) for new in pack.news])
            self.tally.created += len(pack.news)
        except (CartwheelError, InvalidItem):
            for new in pack.news:  # one of them is wrong: the others come in by themselves
                await self._try(new)

    async def _try(self, new: _New) -> None:
        try:
            if self._plan.dry_run:
                await self._refuse_taken(new.draft, None)
            else:
                await self._catalog.create(new.draft, self._vendor_id)
        except (CartwheelError, InvalidItem) as error:
            self._reject(new.record, problem_of(error))
        else:
            self.tally.created += 1

    async def _refuse_taken(self, draft: Draft, product_id: str | None) -> None:
        """What a write would find out, for a dry run."""
        skus = _skus(draft)
        for sku, owner in (await self._catalog.sku_owners(skus) if skus else {}).items():
            if owner != product_id:
                raise SkuTaken(sku)
        if draft.slug:
            owners = await self._catalog.slug_owners([draft.slug])
            if owners.get(draft.slug, product_id) != product_id:
                raise SlugTaken(draft.slug)


def _skus(draft: Draft) -> list[str]:
    drafts = [*([draft.only] if draft.only else []), *(draft.variants or [])]
    return list(dict.fromkeys(variant.sku for variant in drafts if variant.sku))


def _without_foreign_ids(draft: Draft, known: Product) -> Draft:
    """A variant that the product does not have (any more) is made anew."""
    if draft.variants is None:
        return draft
    variants = [
        variant.model_copy(update={"variant_id": None})
        if variant.variant_id and known.variant(variant.variant_id) is None
        else variant
        for variant in draft.variants
    ]
    return draft.model_copy(update={"variants": variants})


READERS: dict[str, Callable[[TextIO, Reading], Iterator[Record]]] = {
    "csv": read_csv,
    "jsonl": read_jsonl,
    "yaml": read_yaml,
}
_SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".yaml": "yaml", ".yml": "yaml"}


def format_of(path: PurePath) -> str | None:
    """The format that a file's name tells: ``csv``, ``jsonl`` or ``yaml``."""
    return _SUFFIXES.get(path.suffix.lower())


class Report:
    """Keeps the first rejections for the screen and, where there is a path, writes all of them as they come.

    A JSON array where the name ends in .json, else CSV. A context manager: complete at its end.
    """

    def __init__(self, path: Path | None) -> None:
        self.shown: list[Rejection] = []
        self._stream = path.open("w", encoding="utf-8", newline="") if path else None
        self._is_json = path is not None and path.suffix.lower() == ".json"
        self._before = "[\n" if self._is_json else "line,key,reason\r\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._stream:
            empty = "[]\n" if self._is_json else self._before
            self._stream.write(empty if not self.shown else "\n]\n" if self._is_json else "")
            self._stream.close()

    def add(self, rejection: Rejection) -> None:
        """Takes one rejection."""
        row = Rejection(rejection.line, _readable(rejection.key), _readable(rejection.reason))
        if len(self.shown) < SHOWN:
            self.shown.append(row)
        if self._stream is None:
            return
        self._stream.write(self._before)
        if self._is_json:
            json.dump(asdict(row), self._stream, ensure_ascii=False)
        else:
            csv.writer(self._stream).writerow([row.line, row.key, row.reason])
        self._before = ",\n" if self._is_json else ""


def _readable(text: str) -> str:
    """Bytes that are no UTF-8 came in as lone surrogates, which cannot be written."""
    return text.encode("utf-8", "backslashreplace").decode()


async def export(
    stream: TextIO, format: str, catalog: Catalog, inventory: Inventory, progress: Callable[[int], None]
) -> int:
    """Writes all products as ``csv`` or ``jsonl``, in no particular order; answers how many."""
    rows = csv.DictWriter(stream, COLUMNS, restval="")
    if format == "csv":
        rows.writeheader()
    count = 0
    async for products, stock in _in_batches(catalog, inventory):
        if format == "csv":
            rows.writerows(row for product in products for row in csv_rows(product, stock))
        else:
            stream.writelines(jsonl_lines(products, stock))
        count += len(products)
        progress(count)
    return count


async def _in_batches(
    catalog: Catalog, inventory: Inventory
) -> AsyncIterator[tuple[list[Product], dict[str, Stock]]]:
    """All products with their stock, some at a time: for export."""
    batch: list[Product] = []
    async for product in catalog.everything():
        batch.append(product)
        if len(batch) == BATCH:
            yield batch, await _stock_of(inventory, batch)
            batch = []
    if batch:
        yield batch, await _stock_of(inventory, batch)


async def _stock_of(inventory: Inventory, products: Sequence[Product]) -> dict[str, Stock]:
    return await inventory.stock([v.variant_id for product in products for v in product.variants])
