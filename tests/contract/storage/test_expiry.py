"""Items that end: gone at once for every read and condition, from disk after a purge."""

from datetime import timedelta

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Check, Conflict, Delete, Put, Query, Store, Update, absent, eq, exists
from tests.contract.storage.backends import Backend
from tests.contract.storage.conftest import OpenStore
from tests.contract.storage.tables import START, THINGS, TOKENS, Token, thing

HOUR = timedelta(hours=1)
KEY = ("t",)


@pytest.fixture
async def expiring(store: Store) -> Store:
    """One token that ends in an hour, one that never does."""
    await store.write(Put(TOKENS, Token(id="t", expires=START + HOUR)), Put(TOKENS, Token(id="ever")))
    return store


async def _ids(store: Store) -> list[str]:
    return sorted([token.id async for token in store.scan(TOKENS)])


async def test_it_lives_until_the_instant(expiring: Store, clock: ManualClock) -> None:
    clock.advance(hours=1, microseconds=-1)
    assert await expiring.get(TOKENS, "t") is not None
    await expiring.write(Update(TOKENS, KEY, add={"uses": 1}, when=(exists(),)))
    clock.advance(microseconds=1)
    assert await expiring.get(TOKENS, "t") is None


async def test_it_is_gone_for_every_read(expiring: Store, clock: ManualClock) -> None:
    clock.advance(hours=1)
    assert await expiring.get(TOKENS, "t") is None
    assert [t and t.id for t in await expiring.get_many(TOKENS, [KEY, ("ever",)])] == [None, "ever"]
    assert await _ids(expiring) == ["ever"]
    page = await expiring.query(Query(TOKENS, "u", index="by_user"))
    assert [token.id for token in page.items] == ["ever"]
    assert (await expiring.query(Query(TOKENS, "t"))).items == []


async def test_it_is_gone_for_every_condition(expiring: Store, clock: ManualClock) -> None:
    clock.advance(hours=1)
    for change in (
        Update(TOKENS, KEY, add={"uses": 1}),
        Update(TOKENS, KEY, set={"expires": None}),
        Check(TOKENS, KEY, (exists(),)),
        Check(TOKENS, KEY, (eq("uses", 0),)),
        Put(TOKENS, Token(id="t"), (exists(),)),
        Delete(TOKENS, KEY, (exists(),)),
    ):
        with pytest.raises(Conflict):
            await expiring.write(change)
        with pytest.raises(Conflict):
            await expiring.write(change, Put(THINGS, thing()))
    await expiring.write(Check(TOKENS, KEY, (absent(),)))
    await expiring.write(Delete(TOKENS, KEY))


@pytest.mark.parametrize("alone", [True, False])
async def test_its_place_is_free(expiring: Store, clock: ManualClock, alone: bool) -> None:
    put = Put(TOKENS, Token(id="t", uses=9), (absent(),))
    others = [] if alone else [Put(THINGS, thing())]
    with pytest.raises(Conflict):
        await expiring.write(put, *others)
    clock.advance(hours=1)
    await expiring.write(put, *others)
    assert await expiring.get(TOKENS, "t") == Token(id="t", uses=9)
    with pytest.raises(Conflict):
        await expiring.write(put, *others)


async def test_it_can_be_extended_while_it_lives(expiring: Store, clock: ManualClock) -> None:
    await expiring.write(Update(TOKENS, KEY, set={"expires": START + 2 * HOUR}))
    clock.advance(hours=1)
    assert await expiring.get(TOKENS, "t") is not None
    await expiring.write(Update(TOKENS, KEY, set={"expires": None}))
    clock.advance(hours=1000)
    assert await expiring.get(TOKENS, "t") is not None


async def test_a_purge_removes_only_what_has_ended(
    expiring: Store, clock: ManualClock, backend: Backend, open_store: OpenStore
) -> None:
    await expiring.write(*(Put(TOKENS, Token(id=f"{i}", expires=START + HOUR)) for i in range(20)))
    assert await expiring.purge(TOKENS) == 0
    clock.advance(hours=1)
    removed = [await expiring.purge(TOKENS, limit=15) for _ in range(3)]
    assert removed == ([0, 0, 0] if backend.name == "dynamodb" else [15, 6, 0])
    assert await expiring.purge(THINGS) == 0
    assert await _ids(open_store()) == ["ever"]
