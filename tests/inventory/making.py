"""Stock for tests, and what must hold of it at any time."""

from cartwheel.inventory import Inventory, Line, Stock, commit, new_stock
from cartwheel.kernel.clock import Clock
from cartwheel.storage import Store


async def stocked(store: Store, units: int, variant_id: str = "v-1", **fields: object) -> None:
    """The first row of a variant."""
    row = {"product_id": "p-1", "vendor_id": "vendor-1", "on_hand": units, "available": units, **fields}
    await store.write(new_stock(Stock.model_validate({"variant_id": variant_id, **row})))


def line(quantity: int, variant_id: str = "v-1") -> Line:
    """So many units of one variant."""
    return Line(variant_id=variant_id, quantity=quantity)


async def row_of(inventory: Inventory, variant_id: str = "v-1") -> Stock:
    """The variant's stock, which adds up."""
    row = (await inventory.stock([variant_id]))[variant_id]
    assert row.on_hand == row.available + row.reserved
    assert min(row.available, row.reserved) >= 0
    return row


async def units_of(inventory: Inventory, variant_id: str = "v-1") -> tuple[int, int, int]:
    """On hand, reserved, available."""
    row = await row_of(inventory, variant_id)
    return row.on_hand, row.reserved, row.available


async def sell(store: Store, inventory: Inventory, order_id: str, clock: Clock) -> None:
    """What checkout does when an order is paid; conflicts when nothing is promised to it."""
    reservation = await inventory.reservation(order_id)
    if reservation is not None:
        await store.write(*commit(reservation, clock()))
