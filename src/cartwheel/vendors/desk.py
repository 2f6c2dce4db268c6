"""The vendor's desk: figures at a glance, and many prices and stocks in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from cartwheel.catalog import Catalog, NoSuchProduct, NoSuchVariant, Outdated, Product, SeveralVariants
from cartwheel.inventory import (
    MAX_STOCK,
    Cause,
    InvalidStock,
    Inventory,
    OutOfStock,
    Stock,
    counted,
    stock_changed,
)
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import CartwheelError, Invalid
from cartwheel.orders import Orders
from cartwheel.storage import Change, Conflict, Store
from cartwheel.storage.port import MAX_CHANGES
from cartwheel.vendors.accounting import Accounting

COUNTED = 100
"""What runs out is counted so far."""

ATTEMPTS = 5
"""How often a product's rows are tried again when others change it, or sell of it, at the same time."""


class RowTwice(Invalid):
    """Two rows are about the same variant."""

    code = "row_twice"

    def __init__(self, variant_id: str) -> None:
        super().__init__("Two rows are about the same variant.", variantId=variant_id)


@dataclass(frozen=True, slots=True)
class Row:
    """What one variant shall cost (minor units), and how many of it may be sold. ``None`` stays as it is."""

    product_id: str
    variant_id: str | None
    price: int | None = None
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A vendor's desk at a glance. Counts go up to ``limit``; ``balance`` is minor units."""

    to_ship: int
    low_stock: int
    balance: int
    limit: ClassVar[int] = COUNTED


@dataclass(frozen=True, slots=True)
class Editor:
    """Who edits; what ``is_staff`` do is audited."""

    user_id: str
    is_staff: bool = False


@dataclass(slots=True)
class _Group:
    """The rows of one product, each with its place in the request and its variant."""

    product: Product
    rows: list[tuple[int, str, Row]] = field(default_factory=list)


class VendorDesk:
    """What vendors do with their things beyond one at a time."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        catalog: Catalog,
        inventory: Inventory,
        orders: Orders,
        accounting: Accounting,
    ) -> None:
        self._store = store
        self._clock = clock
        self._catalog = catalog
        self._inventory = inventory
        self._orders = orders
        self._accounting = accounting

    async def figures(self, vendor_id: str) -> Figures:
        """What waits for the vendor. Three storage calls."""
        low = await self._inventory.low(vendor_id, None, COUNTED)
        return Figures(
            to_ship=await self._orders.waiting(vendor_id),
            low_stock=len(low.items),
            balance=await self._accounting.balance(vendor_id),
        )

    async def edit(self, vendor_id: str, rows: Sequence[Row], editor: Editor) -> list[CartwheelError | None]:
        """Sets prices and stocks; answers for each row what stood in its way, or ``None``.

        Rows of one product that can be made are made together. A fixed number of storage calls as long as
        nobody else changes the same products: two reads, one write for each 100 changes, one look at what
        runs out.
        """
        outcome: list[CartwheelError | None] = [None] * len(rows)
        products = await self._catalog.products([row.product_id for row in rows])
        groups = _grouped(vendor_id, rows, products, outcome)
        stock = await self._inventory.stock([variant for group in groups for _, variant, _ in group.rows])
        batch: list[Change] = []
        batched: list[_Group] = []
        for group in groups:
            changes = self._changes(group, stock, editor, outcome)
            if len(batch) + len(changes) > MAX_CHANGES:
                await self._write(batch, batched, editor, outcome)
                batch, batched = [], []
            if changes:
                batch += changes
                batched.append(group)
        await self._write(batch, batched, editor, outcome)
        done = [variant for group in groups for at, variant, row in group.rows if outcome[at] is None]
        if done:
            await self._inventory.watch(done)
        return outcome

    async def _write(
        self,
        changes: Sequence[Change],
        groups: Sequence[_Group],
        editor: Editor,
        outcome: list[CartwheelError | None],
    ) -> None:
        if not changes:
            return
        try:
            await self._store.write(*changes)
        except Conflict:  # somebody changed one of them, or bought of it: each by itself, as it is now
            for group in groups:
                await self._again(group, editor, outcome)

    async def _again(self, group: _Group, editor: Editor, outcome: list[CartwheelError | None]) -> None:
        for _ in range(ATTEMPTS):
            now = await self._catalog.products([group.product.product_id])
            stock = await self._inventory.stock([variant for _, variant, _ in group.rows])
            fresh = _Group(now.get(group.product.product_id, group.product), group.rows)
            for at, variant, _ in group.rows:
                outcome[at] = None if fresh.product.variant(variant) else NoSuchVariant(variant)
            changes = self._changes(fresh, stock, editor, outcome)
            try:
                if changes:
                    await self._store.write(*changes)
            except Conflict:
                continue
            return
        for at, _, _ in group.rows:
            outcome[at] = outcome[at] or Outdated(group.product.product_id)

    def _changes(
        self, group: _Group, stock: Mapping[str, Stock], editor: Editor, outcome: list[CartwheelError | None]
    ) -> list[Change]:
        """What makes a group's rows true, without those that cannot be, whose outcome says why."""
        prices: dict[str, int] = {}
        moves: list[Change] = []
        for at, variant_id, row in group.rows:
            variant, held = group.product.variant(variant_id), stock.get(variant_id)
            if variant is None or outcome[at] is not None:
                continue
            if row.stock is not None:
                delta = row.stock - (held.available if held else 0)
                outcome[at] = _impossible(variant_id, held, delta)
                if outcome[at] is not None or held is None:
                    continue
                if delta:
                    cause = Cause(is_staff=editor.is_staff)
                    moves += counted(held, delta, editor.user_id, cause, self._clock())
            if row.price is not None and row.price != variant.price:
                prices[variant_id] = row.price
        changes = self._catalog.repricing(group.product, prices) if prices else []
        told = [stock_changed(self._clock, [group.product.product_id])] if moves else []
        return [*changes, *moves, *told]


def _impossible(variant_id: str, held: Stock | None, delta: int) -> CartwheelError | None:
    if held is None:
        return OutOfStock(variant_id, 0)
    if held.on_hand + delta > MAX_STOCK:
        return InvalidStock(f"A variant has at most {MAX_STOCK} units.", variantId=variant_id)
    return None


def _grouped(
    vendor_id: str, rows: Sequence[Row], products: Mapping[str, Product], outcome: list[CartwheelError | None]
) -> list[_Group]:
    """The rows that are about the vendor's own variants, by product; the others' outcome says why not."""
    groups: dict[str, _Group] = {}
    seen: set[str] = set()
    for at, row in enumerate(rows):
        product = products.get(row.product_id)
        if product is None or product.vendor_id != vendor_id:
            outcome[at] = NoSuchProduct()
            continue
        variant_id, wrong = _meant(product, row.variant_id)
        if wrong is None and variant_id in seen:
            wrong = RowTwice(variant_id)
        outcome[at] = wrong
        if wrong is None:
            seen.add(variant_id)
            groups.setdefault(product.product_id, _Group(product)).rows.append((at, variant_id, row))
    return list(groups.values())


def _meant(product: Product, variant_id: str | None) -> tuple[str, CartwheelError | None]:
    if variant_id is None:
        wrong = SeveralVariants(product.product_id) if len(product.variants) > 1 else None
        return product.default_variant.variant_id, wrong
    return variant_id, None if product.variant(variant_id) else NoSuchVariant(variant_id)
