"""Looking at stock, promising it, giving it back, selling and counting it."""

import pytest

from cartwheel.inventory import InvalidStock, Inventory, OutOfStock, commit, restock
from cartwheel.inventory.model import MAX_STOCK, RESERVATION_TIME, Reservation
from cartwheel.inventory.service import NoSuchStock
from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Conflict, Store
from tests.inventory.making import line, row_of, sell, stocked, units_of
from tests.support.announced import announced
from tests.support.counting import CountingStore


@pytest.fixture(autouse=True)
async def _ten_units(store: Store) -> None:
    await stocked(store, 10)


async def test_stock_is_read_in_one_call(inventory: Inventory, counting: CountingStore) -> None:
    assert set(await inventory.stock(["v-1", "missing"])) == {"v-1"}
    assert counting.taken() == ["get_many stock"]


class TestPromising:
    async def test_units_are_promised_for_fifteen_minutes(
        self, inventory: Inventory, clock: ManualClock
    ) -> None:
        made = await inventory.reserve("order-1", [line(4)])
        assert made == Reservation(order_id="order-1", lines=[line(4)], expires_at=clock() + RESERVATION_TIME)
        assert await inventory.reservation("order-1") == made
        assert await units_of(inventory) == (10, 4, 6)

    async def test_promising_again_changes_nothing(self, inventory: Inventory, clock: ManualClock) -> None:
        made = await inventory.reserve("order-1", [line(4)])
        clock.advance(minutes=5)
        assert await inventory.reserve("order-1", [line(4)]) == made
        assert await units_of(inventory) == (10, 4, 6)

    async def test_it_is_all_or_nothing(self, inventory: Inventory, store: Store) -> None:
        await stocked(store, 1, "v-2")
        with pytest.raises(OutOfStock) as error:
            await inventory.reserve("order-1", [line(4), line(2, "v-2")])
        assert (error.value.variant_id, error.value.details["available"]) == ("v-2", 1)
        assert await inventory.reservation("order-1") is None
        assert await units_of(inventory) == (10, 0, 10)

    async def test_a_variant_without_stock_is_sold_out(self, inventory: Inventory) -> None:
        with pytest.raises(OutOfStock, match=r"^There is not enough stock\. 0 left\.$"):
            await inventory.reserve("order-1", [line(1, "missing")])

    async def test_what_is_given_back_can_be_promised_again(self, inventory: Inventory, store: Store) -> None:
        await inventory.reserve("order-1", [line(10)])
        assert await inventory.release("order-1") is True
        assert await inventory.release("order-1") is False
        assert await units_of(inventory) == (10, 0, 10)
        assert (await announced(store, "StockChanged"))[-1].payload == {"productIds": ["p-1"]}
        await inventory.reserve("order-1", [line(10)])

    async def test_what_is_sold_is_gone(self, inventory: Inventory, store: Store, clock: ManualClock) -> None:
        await inventory.reserve("order-1", [line(4)])
        await sell(store, inventory, "order-1", clock)
        assert await inventory.release("order-1") is False
        assert await units_of(inventory) == (6, 0, 6)

    async def test_sweeping_gives_back_what_expired(self, inventory: Inventory, clock: ManualClock) -> None:
        await inventory.reserve("order-1", [line(4)])
        clock.advance(minutes=10)
        await inventory.reserve("order-2", [line(3)])
        clock.advance(minutes=5)
        assert await inventory.sweep() == 1
        assert await inventory.sweep() == 0
        assert await inventory.reservation("order-1") is None
        assert await units_of(inventory) == (10, 3, 7)

    async def test_an_order_that_was_swept_cannot_be_sold(
        self, inventory: Inventory, store: Store, clock: ManualClock
    ) -> None:
        await inventory.reserve("order-1", [line(4)])
        stale = await inventory.reservation("order-1")
        assert stale is not None
        clock.advance(minutes=15)
        await inventory.sweep()
        with pytest.raises(Conflict):
            await store.write(*commit(stale, clock()))
        assert await units_of(inventory) == (10, 0, 10)


class TestCorrecting:
    async def test_a_difference(self, inventory: Inventory) -> None:
        assert (await inventory.correct("v-1", 5, "ada")).on_hand == 15
        assert (await inventory.correct("v-1", -15, "ada")).on_hand == 0
        with pytest.raises(OutOfStock):
            await inventory.correct("v-1", -1, "ada")

    async def test_a_count(self, inventory: Inventory) -> None:
        await inventory.reserve("order-1", [line(4)])
        assert await inventory.set_on_hand("v-1", 7, "ada") == await row_of(inventory)
        assert await units_of(inventory) == (7, 4, 3)
        with pytest.raises(OutOfStock):
            await inventory.set_on_hand("v-1", 3, "ada")
        await inventory.set_available("v-1", 10, "ada")
        assert await units_of(inventory) == (14, 4, 10)

    async def test_the_same_count_again_is_no_movement(
        self, inventory: Inventory, counting: CountingStore
    ) -> None:
        await inventory.set_on_hand("v-1", 7, "ada")
        counting.taken()
        await inventory.set_on_hand("v-1", 7, "ada")
        assert counting.taken() == ["get stock"]

    @pytest.mark.parametrize("units", [MAX_STOCK + 1, 10**18])
    async def test_no_shop_has_that_much(self, inventory: Inventory, units: int) -> None:
        for change in (inventory.correct, inventory.set_on_hand, inventory.set_available):
            with pytest.raises(InvalidStock):
                await change("v-1", units, "ada")
        assert await units_of(inventory) == (10, 0, 10)

    async def test_what_does_not_exist_is_not_corrected(self, inventory: Inventory) -> None:
        for change in (inventory.correct, inventory.set_on_hand, inventory.set_available):
            with pytest.raises(NoSuchStock):
                await change("missing", 1, "ada")
        with pytest.raises(NoSuchStock):
            await inventory.set_low_at("missing", 1)

    async def test_every_movement_is_logged(
        self, inventory: Inventory, store: Store, clock: ManualClock
    ) -> None:
        await inventory.correct("v-1", 5, "ada")
        await inventory.set_on_hand("v-1", 12, "bob")
        for order in ("order-1", "order-2"):
            await inventory.reserve(order, [line(2)])
        await inventory.release("order-1")
        await sell(store, inventory, "order-2", clock)
        await store.write(*restock([line(1)], "returned", "order-2", clock()))
        first = await inventory.movements("v-1", None, 3)
        rest = await inventory.movements("v-1", first.next, 3)
        log = [(m.reason, m.change, m.on_hand_change, m.reference) for m in (*first.items, *rest.items)]
        assert sorted(log) == [  # ids of one millisecond come in any order
            ("corrected", -3, -3, "bob"),
            ("corrected", 5, 5, "ada"),
            ("released", 2, 0, "order-1"),
            ("returned", 1, 1, "order-2"),
            ("sold", 0, -2, "order-2"),
        ]
        assert 10 + sum(on_hand for _, _, on_hand, _ in log) == (await row_of(inventory)).on_hand


class TestWatching:
    async def test_each_dip_is_told_once(self, inventory: Inventory, store: Store) -> None:
        await inventory.set_low_at("v-1", 5)
        for units, told in ((6, 0), (5, 1), (4, 1), (6, 1), (5, 2), (0, 2)):
            await inventory.set_on_hand("v-1", units, "ada")
            await inventory.watch(["v-1", "missing"])
            assert len(await announced(store, "LowStock")) == told
        event = (await announced(store, "LowStock"))[0]
        assert event.subject == "p-1"
        assert event.payload == {"variantId": "v-1", "vendorId": "vendor-1", "available": 5}

    async def test_the_scarcest_come_first(self, inventory: Inventory, store: Store) -> None:
        await stocked(store, 0, "v-2")
        await stocked(store, 3, "v-3")
        await stocked(store, 0, "v-4", vendor_id="vendor-2")
        first = await inventory.scarce("vendor-1", 5, None, 1)
        rest = await inventory.scarce("vendor-1", 5, first.next, 10)
        assert [row.variant_id for row in (*first.items, *rest.items)] == ["v-2", "v-3"]
