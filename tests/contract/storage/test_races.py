"""Many writers at once, in several processes' worth of connections: what the conditions promise holds."""

import asyncio
import random
from collections.abc import Awaitable, Sequence

import pytest

from cartwheel.storage import Change, Check, Conflict, Put, Store, Update, absent, eq, ge
from tests.contract.storage.conftest import OpenStore
from tests.contract.storage.tables import MARKS, THINGS, Mark, thing

pytestmark = pytest.mark.slow_callbacks_ok(reason="dozens of writers share the loop with the test")


async def _won(*attempts: Awaitable[object]) -> int:
    """How many attempts came through; the others must have met a conflict."""
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    for outcome in outcomes:
        assert outcome is None or isinstance(outcome, Conflict), outcome
    return outcomes.count(None)


@pytest.fixture
async def stores(open_store: OpenStore) -> Sequence[Store]:
    """Four stores over the same data."""
    return [open_store() for _ in range(4)]


async def test_units_are_sold_once_each(stores: Sequence[Store]) -> None:
    await stores[0].write(Put(THINGS, thing(size=20)))
    take = Update(THINGS, ("o", "t"), add={"size": -1}, when=(ge("size", 1),))
    assert await _won(*(stores[i % 4].write(take) for i in range(60))) == 20
    assert await stores[0].get(THINGS, "o", "t") == thing(size=0)


async def test_units_are_sold_once_each_with_what_belongs_to_them(stores: Sequence[Store]) -> None:
    await stores[0].write(Put(THINGS, thing(size=25)))

    def buy(number: int) -> Sequence[Change]:
        take = Update(THINGS, ("o", "t"), add={"size": -2}, when=(ge("size", 2),))
        return take, Put(MARKS, Mark(name=f"order {number}"), (absent(),))

    assert await _won(*(stores[i % 4].write(*buy(i)) for i in range(40))) == 12
    assert await stores[0].get(THINGS, "o", "t") == thing(size=1)
    assert len([mark async for mark in stores[0].scan(MARKS)]) == 12


async def test_a_name_is_claimed_once(stores: Sequence[Store]) -> None:
    def claim(number: int) -> Sequence[Change]:
        return Put(MARKS, Mark(name="name"), (absent(),)), Put(THINGS, thing(str(number)))

    assert await _won(*(stores[i % 4].write(*claim(i)) for i in range(20))) == 1
    assert len([found async for found in stores[0].scan(THINGS)]) == 1
    alone = Put(MARKS, Mark(name="other"), (absent(),))
    assert await _won(*(stores[i % 4].write(alone) for i in range(20))) == 1


async def test_two_refunds_do_not_exceed_the_balance(stores: Sequence[Store]) -> None:
    for round_ in range(5):
        key = ("o", str(round_))
        await stores[0].write(Put(THINGS, thing(str(round_), balance=100)))
        refund = Update(THINGS, key, add={"balance": -60}, when=(ge("balance", 60),))
        assert await _won(stores[0].write(refund), stores[1].write(refund)) == 1
        found = await stores[2].get(THINGS, *key)
        assert found is not None
        assert found.balance == 40


async def test_every_addition_counts(stores: Sequence[Store]) -> None:
    await stores[0].write(Put(THINGS, thing()))
    add = Update(THINGS, ("o", "t"), add={"size": 1})
    assert await _won(*(stores[i % 4].write(add) for i in range(80))) == 80
    assert await stores[0].get(THINGS, "o", "t") == thing(size=80)


async def test_writes_over_the_same_items_in_any_order_come_through(stores: Sequence[Store]) -> None:
    names = [f"i{i}" for i in range(6)]
    await stores[0].write(*(Put(THINGS, thing(name)) for name in names))
    chance = random.Random(7)

    def shuffled() -> Sequence[Change]:
        return [Update(THINGS, ("o", name), add={"size": 1}) for name in chance.sample(names, 6)]

    assert await _won(*(stores[i % 4].write(*shuffled()) for i in range(30))) == 30
    found = await stores[0].get_many(THINGS, [("o", name) for name in names])
    assert [item and item.size for item in found] == [30] * 6


async def test_inserts_and_updates_in_opposite_orders_come_through(stores: Sequence[Store]) -> None:
    await stores[0].write(Put(THINGS, thing("a")), Put(THINGS, thing("z")))

    def cross(number: int) -> Sequence[Change]:
        first, second = ("a", "z") if number % 2 else ("z", "a")
        return (
            Check(THINGS, ("o", first), (ge("size", 0),)),
            Update(THINGS, ("o", second), add={"size": 1}),
            Put(MARKS, Mark(name=f"m{number % 5}")),
        )

    assert await _won(*(stores[i % 4].write(*cross(i)) for i in range(24))) == 24
    found = await stores[0].get_many(THINGS, [("o", "a"), ("o", "z")])
    assert [item and item.size for item in found] == [12, 12]


async def test_a_checked_item_stays_as_it_was_checked(stores: Sequence[Store]) -> None:
    """Two writes that each rely on what the other changes: only one may come through."""
    for round_ in range(8):
        left, right = f"l{round_}", f"r{round_}"
        await stores[0].write(Put(THINGS, thing(left, size=1)), Put(THINGS, thing(right, size=1)))

        def leave(one: str, other: str) -> Sequence[Change]:
            return (
                Update(THINGS, ("o", one), set={"size": 0}),
                Check(THINGS, ("o", other), (eq("size", 1),)),
            )

        assert await _won(stores[0].write(*leave(left, right)), stores[1].write(*leave(right, left))) == 1


async def test_what_was_absent_stays_absent(stores: Sequence[Store]) -> None:
    """Two writes that each put what the other wants absent: only one may come through."""
    for round_ in range(8):

        def enter(one: str, other: str) -> Sequence[Change]:
            return Put(MARKS, Mark(name=one)), Check(MARKS, (other,), (absent(),))

        left, right = f"l{round_}", f"r{round_}"
        assert await _won(stores[0].write(*enter(left, right)), stores[1].write(*enter(right, left))) == 1


async def test_an_item_is_seen_whole(stores: Sequence[Store]) -> None:
    """Readers never meet half of a write of one item."""
    await stores[0].write(Put(THINGS, thing(size=0, balance=0)))

    async def change() -> None:
        for number in range(1, 30):
            await stores[0].write(Put(THINGS, thing(size=number, balance=number)))

    async def watch(store: Store) -> None:
        while (found := await store.get(THINGS, "o", "t")) and found.size < 29:
            assert found.balance == found.size
            await asyncio.sleep(0)

    await asyncio.gather(change(), *(watch(store) for store in stores[1:]))
