"""Use cases of stock: look, correct, promise, give back."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from cartwheel.inventory import tables
from cartwheel.inventory.model import (
    MAX_STOCK,
    RESERVATION_TIME,
    Cause,
    Checked,
    InvalidStock,
    Line,
    OutOfStock,
    Reservation,
    Stock,
    StockChange,
)
from cartwheel.inventory.tables import RESERVATIONS, STOCK
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import Clash, NotFound
from cartwheel.kernel.pages import Page
from cartwheel.messaging import emit
from cartwheel.storage import Change, Conflict, Store, Update

SWEEP_BATCH = 100

CHECK_BATCH = 100

COUNT_ATTEMPTS = 20
"""How often stock is set again when units moved between reading and writing."""


class NoSuchStock(NotFound):
    """No variant of that id has stock."""

    code = "variant_not_found"


CORRECTED = Cause()


class StockMoved(Clash):
    """Units kept moving while their number was to be set, or have moved since the caller looked."""

    code = "stock_moved"


class Inventory:
    """Stock of all variants. Amounts are units."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def stock(self, variant_ids: Sequence[str]) -> dict[str, Stock]:
        """The stock of these variants; those without a row are missing in the answer. One storage call."""
        rows = await self._store.get_many(STOCK, [(variant_id,) for variant_id in variant_ids])
        return {row.variant_id: row for row in rows if row is not None}

    async def reserve(self, order_id: str, lines: Sequence[Line]) -> Reservation:
        """Promises all lines to the order, or raises ``OutOfStock``. Repeatable for an order."""
        until = self._clock() + RESERVATION_TIME
        made = Reservation(order_id=order_id, lines=list(lines), expires_at=until)
        try:
            await self._store.write(*tables.reserve(made))
        except Conflict as conflict:
            kept = await self._store.get(RESERVATIONS, order_id)
            if kept is not None:
                return kept
            raise await self._out_of_stock(conflict.change) from None
        return made

    async def reservation(self, order_id: str) -> Reservation | None:
        """What is promised to the order, if anything still is."""
        return await self._store.get(RESERVATIONS, order_id)

    async def release(self, order_id: str) -> bool:
        """Gives back what was promised to the order; says whether there was anything. Repeatable."""
        reservation = await self._store.get(RESERVATIONS, order_id)
        return reservation is not None and await self._give_back(reservation)

    async def sweep(self) -> int:
        """Gives back promises whose time is over; answers how many. Safe beside orders that complete."""
        count = 0
        while reservations := (
            await self._store.query(tables.expired_reservations(self._clock(), SWEEP_BATCH))
        ).items:
            for reservation in reservations:
                count += await self._give_back(reservation)
                await asyncio.sleep(0)  # an embedded store never yields: requests come first
        return count

    async def check(self) -> int:
        """Looks at the whole stock: an event ``StockLow`` for each vendor of whose goods some run out, and
        one ``StockChecked`` about all. Puts right who is in the lists of what runs out. Answers how many do.
        """
        found, wrong = Checked(), list[Stock]()
        async for row in self._store.scan(STOCK):
            found.see(row)
            if not _is_told_right(row):
                wrong.append(row)
            if found.variants % CHECK_BATCH == 0:
                await self._tell_all(wrong)
                wrong = []
                await asyncio.sleep(0)
        await self._tell_all(wrong)
        told: list[Change] = [
            emit(self._clock, "StockLow", vendor_id, {"count": vendor.count, "items": vendor.items})
            for vendor_id, vendor in found.vendors.items()
        ]
        told.append(emit(self._clock, "StockChecked", f"{self._clock():%Y-%m-%d}", found.summary))
        for start in range(0, len(told), CHECK_BATCH):
            await self._store.write(*told[start : start + CHECK_BATCH])
            await asyncio.sleep(0)
        return found.low

    async def correct(self, variant_id: str, delta: int, reference: str, cause: Cause = CORRECTED) -> Stock:
        """Adds ``delta`` (may be negative) to what is on hand, never below what is promised."""
        if not -MAX_STOCK <= delta <= MAX_STOCK:
            raise InvalidStock(f"A correction is at most {MAX_STOCK} units.")
        before = await self._one(variant_id)
        if before.on_hand + delta > MAX_STOCK:
            raise InvalidStock(f"A variant has at most {MAX_STOCK} units.", variantId=variant_id)
        changed = tables.stock_changed(self._clock, [before.product_id])
        try:
            await self._store.write(*tables.adjust(before, delta, reference, cause, self._clock()), changed)
        except Conflict:
            raise OutOfStock(variant_id, (await self._one(variant_id)).available) from None
        return await self._one(variant_id)

    async def set_on_hand(
        self,
        variant_id: str,
        on_hand: int,
        reference: str,
        cause: Cause = CORRECTED,
        expected: int | None = None,
    ) -> Stock:
        """Sets what is on hand to a number that was counted, never below what is promised. Repeatable.

        With ``expected``, only if that many are on hand at that moment; else ``StockMoved``.
        """

        def delta_of(row: Stock) -> int:
            if expected not in (None, row.on_hand):
                raise StockMoved("The stock has moved since: look again.", onHand=row.on_hand)
            return on_hand - row.on_hand

        return await self._count(variant_id, delta_of, reference, cause)

    async def set_available(
        self, variant_id: str, available: int, reference: str, cause: Cause = CORRECTED
    ) -> Stock:
        """Sets what may be sold; what is promised comes on top of it. Repeatable."""
        return await self._count(variant_id, lambda row: available - row.available, reference, cause)

    async def set_low_at(self, variant_id: str, low_at: int) -> None:
        """Sets the number of units at which the vendor is told."""
        try:
            await self._store.write(Update(STOCK, (variant_id,), set={"low_at": low_at}))
        except Conflict:
            raise NoSuchStock("There is no such variant.", variantId=variant_id) from None

    async def scarce(self, vendor_id: str, at_most: int, cursor: str | None, limit: int) -> Page[Stock]:
        """A vendor's variants with at most so many units available, the scarcest first. One storage call."""
        return await self._store.query(tables.stock_of_vendor(vendor_id, at_most, cursor, limit))

    async def low(self, vendor_id: str, cursor: str | None, limit: int) -> Page[Stock]:
        """A vendor's variants at or below their own threshold, the scarcest first. One storage call.

        A page may hold fewer than ``limit``: what was filled up a moment ago is left out.
        """
        page = await self._store.query(tables.low_of_vendor(vendor_id, cursor, limit))
        return Page([row for row in page.items if row.is_low], page.next)

    async def watch(self, variant_ids: Sequence[str]) -> None:
        """Tells of variants that have become scarce, once per dip: an event ``LowStock`` for each."""
        await self._tell_all(list((await self.stock(variant_ids)).values()))

    async def _tell_all(self, rows: Sequence[Stock]) -> None:
        for row in rows:
            if _is_told_right(row):
                continue
            told = {"variantId": row.variant_id, "vendorId": row.vendor_id, "available": row.available}
            changes = [tables.tell_low(row), emit(self._clock, "LowStock", row.product_id, told)]
            with suppress(Conflict):  # a rival told it, or the stock has moved on
                await self._store.write(*(changes if row.is_low else [tables.forget_low(row)]))

    async def movements(self, variant_id: str, cursor: str | None, limit: int) -> Page[StockChange]:
        """The movement log of a variant, newest first."""
        return await self._store.query(tables.movements_of(variant_id, cursor, limit))

    async def _count(
        self, variant_id: str, delta_of: Callable[[Stock], int], reference: str, cause: Cause
    ) -> Stock:
        for _ in range(COUNT_ATTEMPTS):
            row = await self._one(variant_id)
            delta = delta_of(row)
            if delta == 0:
                return row
            if row.available + delta < 0:
                raise OutOfStock(variant_id, row.available)
            if row.on_hand + delta > MAX_STOCK:
                raise InvalidStock(f"A variant has at most {MAX_STOCK} units.", variantId=variant_id)
            changed = tables.stock_changed(self._clock, [row.product_id])
            with suppress(Conflict):  # units moved since the row was read: count on from where they are now
                await self._store.write(*tables.counted(row, delta, reference, cause, self._clock()), changed)
                return await self._one(variant_id)
        raise StockMoved("The stock moves too fast to be set: add a difference.", variantId=variant_id)

    async def _one(self, variant_id: str) -> Stock:
        row = await self._store.get(STOCK, variant_id)
        if row is None:
            raise NoSuchStock("There is no such variant.", variantId=variant_id)
        return row

    async def _give_back(self, reservation: Reservation) -> bool:
        rows = await self.stock([line.variant_id for line in reservation.lines])
        changed = tables.stock_changed(self._clock, [row.product_id for row in rows.values()])
        try:
            await self._store.write(*tables.release(reservation, self._clock()), changed)
        except Conflict:
            return False  # sold or given back in the meantime
        if any(row.low_told for row in rows.values()):  # a dip may be over
            await self.watch(list(rows))
        return True

    async def _out_of_stock(self, change: Change) -> OutOfStock:
        variant_id = change.key[0]
        rows = await self.stock([variant_id])
        return OutOfStock(variant_id, rows[variant_id].available if variant_id in rows else 0)


def _is_told_right(row: Stock) -> bool:
    """Whether the marks of a variant say what is so."""
    return row.is_low == row.low_told and row.is_low == (row.low_for is not None)
