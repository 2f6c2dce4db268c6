"""From events to sums. What people look at is gathered in the process; what they buy comes as events."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog

from cartwheel.analytics import tables
from cartwheel.analytics.model import WHOLE_SHOP, Calendar, Heat, Part, Sums, heat, of_product, of_vendor
from cartwheel.analytics.tables import HEAT, SEEN, SUMS, Addition
from cartwheel.catalog import Catalog, Product
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.money import split
from cartwheel.messaging import Event
from cartwheel.messaging.once import once
from cartwheel.orders import Order, Orders, OrderStatus
from cartwheel.storage import Change, Conflict, StorageError, Store

log = structlog.get_logger()

FLUSH_SECONDS = 1.0
GATHERED_AT_MOST = 20_000
"""Events that wait in a process; what comes on top is not counted."""

REMEMBERED = 50_000
"""Marks that a process knows to be there, so that it does not ask again."""

SEEN_FOR = timedelta(days=2)
"""How long a mark of a day is kept: longer than the day, wherever on Earth the shop is."""

ROWS_AT_ONCE, MARKS_AT_ONCE = 80, 20
"""A mark adds to at most three rows; a write has at most 100 changes."""

PIECES_AT_ONCE, ROWS_OF_PIECE = 8, 10
"""How many pieces of an order are added together, and how many rows a piece adds to at most."""

ATTEMPTS = 8

Kind = Literal["visit", "view", "search", "cart", "checkout"]


@dataclass(frozen=True, slots=True)
class Glance:
    """Something that a visitor did. ``visit`` is the random id of the visit."""

    visit: str
    kind: Kind
    at: datetime
    product_id: str = ""


class Tally:
    """Additions, gathered for each row: pure arithmetic."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._counts: dict[tuple[Part, str], Counter[str]] = {}

    def add(self, part: Part, at: datetime, counts: Mapping[str, int]) -> None:
        """Adds to the hour, day and month of the part."""
        for bucket in part.among(self._calendar.buckets(at)):
            self._counts.setdefault((part, bucket), Counter()).update(counts)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._counts)

    def rows(self) -> list[Sums]:
        """The rows that hold nothing but what was added."""
        return [part.row(bucket, counts) for (part, bucket), counts in self._counts.items()]


Counted = list[tuple[Part, dict[str, int]]]


def of_order(order: Order, categories: Mapping[str, str]) -> dict[str, Counted]:
    """What an order adds to which part, in pieces of few rows. ``categories`` by product."""
    units = sum([line.quantity for line in order.lines])
    pieces: dict[str, Counted] = {"shop": [(WHOLE_SHOP, {"orders": 1, "units": units, "sales": order.total})]}
    for vendor_id in dict.fromkeys(line.vendor_id for line in order.lines):
        lines = [line for line in order.lines if line.vendor_id == vendor_id]
        sold = {"units": sum([line.quantity for line in lines]), "sales": sum([line.total for line in lines])}
        pieces[f"vendor:{vendor_id}"] = [(of_vendor(vendor_id), {"orders": 1, **sold})]
        for product_id in dict.fromkeys(line.product_id for line in lines):
            mine = [line for line in lines if line.product_id == product_id]
            sold = {
                "units": sum([line.quantity for line in mine]),
                "sales": sum([line.total for line in mine]),
            }
            first, *others = of_product(product_id, vendor_id, categories.get(product_id, ""))
            counted = [(first, {"orders": 1, **sold}), *((part, sold) for part in others)]
            pieces[f"product:{product_id}"] = counted
    return pieces


def of_refund(order: Order, amount: int, vendor_id: str = "") -> dict[str, Counted]:
    """What a refund adds. One vendor bears it, or all share it by what the order holds of theirs.

    What is refunded of the shipping is nobody's but the shop's.
    """
    sold: Counter[str] = Counter()
    for line in order.lines:
        sold[line.vendor_id] += line.total
    weights = [*sold.values(), order.shipping]
    shares = dict(zip(sold, split(amount, weights), strict=False))
    pieces: dict[str, Counted] = {"shop": [(WHOLE_SHOP, {"refunded": amount})]}
    for payer, share in {vendor_id: amount}.items() if vendor_id else shares.items():
        pieces[f"vendor:{payer}"] = [(of_vendor(payer), {"refunded": share})]
    return pieces


class _Batch:
    """Orders that are counted in one write."""

    def __init__(self, calendar: Calendar) -> None:
        self._tally = Tally(calendar)
        self._heat: dict[tuple[str, str], Heat] = {}
        self.events: list[Event] = []

    def has_room(self, pieces: int) -> bool:
        """Whether an order of so many pieces still fits, whatever they are of."""
        there = len(self._tally) + len(self._heat) + len(self.events)
        return there + ROWS_OF_PIECE * pieces < ROWS_AT_ONCE

    def take(self, event: Event, pieces: Mapping[str, Counted], at: datetime) -> None:
        """Adds an order."""
        self.events.append(event)
        for name, counted in pieces.items():
            for part, counts in counted:
                self._tally.add(part, at, counts)
            kind, _, product_id = name.partition(":")
            if kind == "product":
                more = heat(product_id, {"orders": 1}, at)
                kept = self._heat.get(tables.key_of(more))
                score = more.score + (kept.score if kept else 0)
                self._heat[tables.key_of(more)] = more.model_copy(update={"score": score})

    def rows(self) -> list[Addition]:
        """The rows that hold nothing but what was added."""
        return [*self._tally.rows(), *self._heat.values()]


class Counting:
    """Gathers what visitors do and writes it down about once a second, for any number of visitors at once.

    A process that is killed loses what its visitors looked at within the last second or so, and what cannot
    be written down is given up. Purchases are never lost, nor counted twice: they come from the outbox.
    """

    def __init__(
        self, store: Store, clock: Clock, calendar: Calendar, catalog: Catalog, orders: Orders
    ) -> None:
        self._store = store
        self._clock = clock
        self._calendar = calendar
        self._catalog = catalog
        self._orders = orders
        self._gathered: list[Glance] = []
        self._known: OrderedDict[str, None] = OrderedDict()

    def take(self, glances: Iterable[Glance]) -> None:
        """Takes events in; nothing is read or written now."""
        room = GATHERED_AT_MOST - len(self._gathered)
        self._gathered.extend(list(glances)[:room])

    async def run(self) -> None:
        """Writes down what was gathered, again and again, until it is cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.try_to_flush()

    async def try_to_flush(self) -> None:
        """Writes down what was gathered; what cannot be written is lost, and the log says so."""
        try:
            await self.flush()
        except StorageError as error:
            log.warning("views_not_counted", error=repr(error))

    async def flush(self) -> None:
        """Writes down what was gathered. Products that do not exist are not counted."""
        glances, self._gathered = self._gathered, []
        if not glances:
            return
        ids = {glance.product_id for glance in glances if glance.product_id}
        products = await self._catalog.products(sorted(ids)) if ids else {}
        tally = Tally(self._calendar)
        interest: dict[str, Counter[str]] = {}
        marks: dict[str, tuple[Part, str, datetime]] = {}
        for glance in glances:
            product = products.get(glance.product_id)
            if glance.product_id and product is None:
                continue
            self._count(tally, interest, glance, product)
            marks.update(self._marks(glance, product))
        now = self._clock()
        hot = [heat(product_id, counts, now) for product_id, counts in interest.items()]
        await self._add_all([*tally.rows(), *hot])
        await self._mark_all(marks)

    async def order_placed(self, event: Event) -> None:
        """Counts an order: the consumer of ``OrderPlaced``. Repeatable."""
        order = await self._orders.get(event.subject)
        products = await self._catalog.products([line.product_id for line in order.lines])
        categories = {product_id: product.category for product_id, product in products.items()}
        await self._add_pieces(event, of_order(order, categories), order.created_at)

    async def orders_placed(self, events: Sequence[Event]) -> None:
        """Counts many orders in few writes: at a busy time they add to the same rows. Repeatable."""
        found = await self._orders.many([event.subject for event in events])
        lines = [line.product_id for order in found.values() for line in order.lines]
        products = await self._catalog.products(sorted(set(lines)))
        categories = {product_id: product.category for product_id, product in products.items()}
        batch = _Batch(self._calendar)
        for event in events:
            pieces = of_order(found[event.subject], categories)
            if len(pieces) > PIECES_AT_ONCE:
                await self.order_placed(event)
                continue
            if not batch.has_room(len(pieces)):
                await self._add_batch(batch)
                batch = _Batch(self._calendar)
            batch.take(event, pieces, found[event.subject].created_at)
        await self._add_batch(batch)

    async def _add_batch(self, batch: "_Batch") -> None:
        marks = [once("analytics:0", event, self._clock()) for event in batch.events]
        if marks and not await self._add(marks, batch.rows()):
            for event in batch.events:  # one of them was counted before
                await self.order_placed(event)

    async def refund_settled(self, event: Event) -> None:
        """Counts a refund: the consumer of ``RefundSettled``. Repeatable."""
        order = await self._orders.get(event.subject)
        if order.status is not OrderStatus.FAILED:  # it was never counted as an order
            pieces = of_refund(order, int(event.payload["amount"]), event.payload.get("about", ""))
            await self._add_pieces(event, pieces, event.at)

    async def _add_pieces(self, event: Event, pieces: Mapping[str, Counted], at: datetime) -> None:
        """Adds some pieces at a time, each time once per event: all of them may be too many for one write."""
        names = list(pieces)
        for start in range(0, len(names), PIECES_AT_ONCE):
            tally, rows = Tally(self._calendar), list[Addition]()
            for name in names[start : start + PIECES_AT_ONCE]:
                for part, counts in pieces[name]:
                    tally.add(part, at, counts)
                kind, _, product_id = name.partition(":")
                if kind == "product":
                    rows.append(heat(product_id, {"orders": 1}, at))
            await self._add([once(f"analytics:{start}", event, self._clock())], [*tally.rows(), *rows])

    def _count(
        self, tally: Tally, interest: dict[str, Counter[str]], glance: Glance, product: Product | None
    ) -> None:
        if glance.kind == "search":
            tally.add(WHOLE_SHOP, glance.at, {"searches": 1})
        name = {"view": "views", "cart": "added"}.get(glance.kind)
        if name is None or product is None:
            return
        parts = of_product(product.product_id, product.vendor_id, product.category)
        for part in [WHOLE_SHOP, of_vendor(product.vendor_id), *parts]:
            tally.add(part, glance.at, {name: 1})
        interest.setdefault(product.product_id, Counter())[name] += 1

    def _marks(
        self, glance: Glance, product: Product | None
    ) -> Iterator[tuple[str, tuple[Part, str, datetime]]]:
        """What this visit has done today, as far as it may not have been counted."""
        stage = {"view": "viewed", "cart": "carted", "checkout": "checked_out"}.get(glance.kind)
        parts = [WHOLE_SHOP, of_vendor(product.vendor_id)] if product else [WHOLE_SHOP]
        day = self._calendar.day(glance.at)
        for part in parts:
            for name in ("visits", stage) if stage else ("visits",):
                mark = f"{day}|{part.series}|{name}|{glance.visit}"
                if mark not in self._known:
                    yield mark, (part, name, glance.at)

    async def _mark_all(self, marks: Mapping[str, tuple[Part, str, datetime]]) -> None:
        names = list(marks)
        for start in range(0, len(names), MARKS_AT_ONCE):
            some = names[start : start + MARKS_AT_ONCE]
            await self._mark({name: marks[name] for name in some})
            self._known.update(dict.fromkeys(some))
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    async def _mark(self, marks: Mapping[str, tuple[Part, str, datetime]]) -> None:
        """Counts those visits that no process has counted yet."""
        for _ in range(ATTEMPTS):
            found = await self._store.get_many(SEEN, [(mark,) for mark in marks])
            new = [mark for mark, row in zip(marks, found, strict=True) if row is None]
            if not new:
                return
            tally = Tally(self._calendar)
            for mark in new:
                part, name, at = marks[mark]
                tally.add(part, at, {name: 1})
            noted = [tables.seen(mark, marks[mark][2] + SEEN_FOR) for mark in new]
            if await self._add(noted, tally.rows()):
                return
        log.warning("visits_not_counted", count=len(marks))

    async def _add_all(self, rows: Sequence[Addition]) -> None:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            await self._add([], rows[start : start + ROWS_AT_ONCE])

    async def _add(self, given: Sequence[Change], rows: Sequence[Addition]) -> bool:
        """Adds to all rows if ``given`` can be written with them; whether it could."""
        rows = sorted(rows, key=tables.key_of)  # rivals lock rows in the same order
        changes: list[Change] = []
        for _ in range(ATTEMPTS):
            there = await self._there(rows)
            changes = [tables.added(row, is_there=tables.key_of(row) in there) for row in rows]
            try:
                await self._store.write(*given, *changes)
            except Conflict as conflict:
                if any(conflict.change is change for change in given):
                    return False
                continue  # a row came into being meanwhile
            return True
        raise Conflict(changes[0])

    async def _there(self, rows: Sequence[Addition]) -> set[tuple[str, str]]:
        """The keys of those rows that exist. Two storage calls at most."""
        sums = [tables.key_of(row) for row in rows if isinstance(row, Sums)]
        hot = [tables.key_of(row) for row in rows if not isinstance(row, Sums)]
        found: set[tuple[str, str]] = set()
        if sums:
            found |= {tables.key_of(row) for row in await self._store.get_many(SUMS, sums) if row}
        if hot:
            found |= {tables.key_of(row) for row in await self._store.get_many(HEAT, hot) if row}
        return found
