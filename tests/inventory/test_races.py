"""Many at once: nothing is sold twice, nothing is given back twice, and the numbers always add up."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartwheel.inventory import Inventory, OutOfStock, commit
from cartwheel.kernel.clock import ManualClock
from cartwheel.kernel.errors import CartwheelError
from cartwheel.storage import Conflict, Store
from tests.inventory.making import line, row_of, sell, stocked, units_of
from tests.support.announced import announced

pytestmark = pytest.mark.every_engine


async def _succeed(*attempts: Coroutine[object, object, object]) -> int:
    """How many of them did; the others ran into what stands in the way."""
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, OutOfStock | Conflict):
            raise answer
    return sum(not isinstance(answer, BaseException) for answer in answers)


@pytest.mark.parametrize(("orders", "units"), [(20, 7), (5, 5), (3, 0)])
async def test_parallel_orders_get_exactly_what_there_is(
    inventory: Inventory, store: Store, orders: int, units: int
) -> None:
    await stocked(store, units)
    attempts = [inventory.reserve(f"order-{n}", [line(1)]) for n in range(orders)]
    assert await _succeed(*attempts) == min(orders, units)
    assert await units_of(inventory) == (units, min(orders, units), max(0, units - orders))


async def test_crossed_orders_get_all_of_their_lines_or_none(inventory: Inventory, store: Store) -> None:
    for variant_id in ("v-1", "v-2"):
        await stocked(store, 3, variant_id)
    lines = [[line(1, "v-1"), line(1, "v-2")], [line(1, "v-2"), line(1, "v-1")]]
    assert await _succeed(*(inventory.reserve(f"order-{n}", lines[n % 2]) for n in range(8))) == 3
    assert await units_of(inventory, "v-1") == await units_of(inventory, "v-2") == (3, 3, 0)


async def test_one_order_is_promised_its_units_once(inventory: Inventory, store: Store) -> None:
    await stocked(store, 10)
    answers = await asyncio.gather(*(inventory.reserve("order-1", [line(2)]) for _ in range(5)))
    assert len({answer.expires_at for answer in answers}) == 1
    assert await units_of(inventory) == (10, 2, 8)


async def test_units_go_back_once(inventory: Inventory, store: Store, clock: ManualClock) -> None:
    await stocked(store, 10)
    await inventory.reserve("order-1", [line(4)])
    clock.advance(minutes=20)
    answers = await asyncio.gather(*(inventory.release("order-1") for _ in range(4)), inventory.sweep())
    assert sum(answers) == 1
    assert await units_of(inventory) == (10, 0, 10)
    assert len(await announced(store, "StockChanged")) == 1


async def test_units_are_sold_or_go_back(inventory: Inventory, store: Store, clock: ManualClock) -> None:
    await stocked(store, 10)
    reservation = await inventory.reserve("order-1", [line(4)])
    clock.advance(minutes=20)

    async def pay() -> bool:
        with suppress(Conflict):
            await store.write(*commit(reservation, clock()))
            return True
        return False

    *sold, back, swept = await asyncio.gather(pay(), pay(), inventory.release("order-1"), inventory.sweep())
    assert sum(sold) + back + swept == 1
    assert await units_of(inventory) == ((6, 0, 6) if any(sold) else (10, 0, 10))


async def test_parallel_counts_agree(inventory: Inventory, store: Store) -> None:
    """Each is a difference underneath: made twice it would count twice."""
    await stocked(store, 10)
    await asyncio.gather(*(inventory.set_on_hand("v-1", 25, "ada") for _ in range(6)))
    assert (await row_of(inventory)).on_hand == 25
    assert len((await inventory.movements("v-1", None, 10)).items) == 1


async def test_a_count_beside_sales_keeps_the_promises(inventory: Inventory, store: Store) -> None:
    await stocked(store, 5)
    orders = [inventory.reserve(f"order-{n}", [line(1)]) for n in range(5)]
    done = await _succeed(inventory.set_available("v-1", 8, "ada"), *orders)
    row = await row_of(inventory)
    assert row.reserved == done - 1 == 5
    assert row.available in range(3, 9)


async def test_a_dip_is_told_once_by_many_watchers(inventory: Inventory, store: Store) -> None:
    await stocked(store, 3, low_at=5)
    await asyncio.gather(*(inventory.watch(["v-1"]) for _ in range(6)))
    assert len(await announced(store, "LowStock")) == 1


_runs = count()
_orders = st.sampled_from(["a", "b", "c"])
_steps = st.one_of(
    st.tuples(st.just("reserve"), _orders, st.integers(1, 6)),
    st.tuples(st.sampled_from(["release", "sell", "sweep"]), _orders, st.just(0)),
    st.tuples(st.sampled_from(["correct", "on_hand", "available"]), _orders, st.integers(-6, 12)),
    st.tuples(st.just("wait"), _orders, st.integers(1, 16)),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=st.lists(st.lists(_steps, min_size=1, max_size=4), max_size=8))
async def test_the_numbers_add_up_whatever_happens(
    inventory: Inventory, store: Store, clock: ManualClock, groups: list[list[tuple[str, str, int]]]
) -> None:
    """``on_hand = available + reserved`` after every step, with up to four steps at once."""
    run = next(_runs)
    variant_id = f"v-{run}"
    await stocked(store, 8, variant_id)

    async def step(kind: str, order: str, number: int) -> None:
        order_id = f"{order}-{run}"
        steps: dict[str, Callable[[], Awaitable[object]]] = {
            "reserve": lambda: inventory.reserve(order_id, [line(number, variant_id)]),
            "release": lambda: inventory.release(order_id),
            "sell": lambda: sell(store, inventory, order_id, clock),
            "sweep": inventory.sweep,
            "correct": lambda: inventory.correct(variant_id, number, "test"),
            "on_hand": lambda: inventory.set_on_hand(variant_id, number, "test"),
            "available": lambda: inventory.set_available(variant_id, number, "test"),
        }
        if kind == "wait":
            clock.advance(minutes=number)
            return
        with suppress(CartwheelError, Conflict):
            await steps[kind]()

    for group in groups:
        await asyncio.gather(*(step(*what) for what in group))
        row = await row_of(inventory, variant_id)
        promised = [await inventory.reservation(f"{order}-{run}") for order in "abc"]
        assert row.reserved == sum(r.lines[0].quantity for r in promised if r is not None)
    log = (await inventory.movements(variant_id, None, 1000)).items
    assert (
        8 + sum(movement.on_hand_change for movement in log) == (await row_of(inventory, variant_id)).on_hand
    )
