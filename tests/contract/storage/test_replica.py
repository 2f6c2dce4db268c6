"""Reads that may be late: from the replica while it answers and keeps up, else from the primary."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cartwheel.adapters import open_lagging
from cartwheel.kernel.clock import ManualClock
from cartwheel.settings import Settings
from cartwheel.storage import Delete, Put, Query, ReadReplica, Unavailable, Update
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.replica import MARKS, MAX_LAG, PAUSE
from cartwheel.storage.sql import MIGRATIONS, SqlReplica, SqlStore, open_driver
from tests.contract.storage.tables import START, TABLES, THINGS, thing
from tests.support.counting import CountingStore

SECRET = b"a secret of the tests, for no shop"


class Time:
    """A clock in seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Patchy(CountingStore):
    """A store that may be away, or silent."""

    away = False
    silent = False

    async def arrived(self, call: str) -> None:
        await super().arrived(call)
        if self.silent:
            await asyncio.Event().wait()
        if self.away:
            raise Unavailable("The replica is away.")


@pytest.fixture
def time() -> Time:
    return Time()


async def _opened(path: Path) -> SqlStore:
    store = SqlStore(open_driver(f"sqlite:///{path}"), TABLES, Cursors(SECRET), ManualClock(START))
    await store.prepare()
    return store


@pytest.fixture
async def primary(tmp_path: Path) -> CountingStore:
    return CountingStore(await _opened(tmp_path / "primary.db"))


@pytest.fixture
async def replica(tmp_path: Path) -> Patchy:
    """Of which a test says what has come through."""
    return Patchy(await _opened(tmp_path / "replica.db"))


@pytest.fixture
async def store(primary: CountingStore, replica: Patchy, time: Time) -> AsyncIterator[ReadReplica]:
    made = ReadReplica(primary, replica, time)
    await made.follow()
    for one in (primary, replica):
        await one.write(Put(THINGS, thing(size=1)))
        one.taken()
    yield made
    await made.close()


async def test_reads_come_from_the_replica(
    store: ReadReplica, primary: CountingStore, replica: Patchy
) -> None:
    await primary.inner.write(Update(THINGS, ("o", "t"), set={"size": 2}))
    assert await store.get(THINGS, "o", "t") == thing(size=1)
    assert await store.get_many(THINGS, [("o", "t")]) == [thing(size=1)]
    assert (await store.query(Query(THINGS, "o"))).items == [thing(size=1)]
    assert primary.taken() == []
    assert len(replica.taken()) == 3


async def test_everything_else_is_the_primary_s(store: ReadReplica, replica: Patchy) -> None:
    await store.write(Update(THINGS, ("o", "t"), set={"size": 3}))
    assert [item.size async for item in store.scan(THINGS)] == [3]
    await store.ready()
    await store.prepare()
    assert replica.taken() == []


async def test_what_has_just_been_made_is_found(store: ReadReplica, primary: CountingStore) -> None:
    await store.write(Put(THINGS, thing("new", size=7)))
    assert await store.get(THINGS, "o", "new") == thing("new", size=7)
    found = await store.get_many(THINGS, [("o", "t"), ("o", "new"), ("o", "none")])
    assert found == [thing(size=1), thing("new", size=7), None]
    assert [call for call in primary.taken() if call.startswith("get")] == ["get things", "get_many things"]


@pytest.mark.parametrize("trouble", ["away", "silent"])
async def test_the_primary_answers_while_it_is_away(
    store: ReadReplica,
    primary: CountingStore,
    replica: Patchy,
    time: Time,
    trouble: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cartwheel.storage.replica.TIMEOUT", 0.05)
    setattr(replica, trouble, True)
    await primary.inner.write(Update(THINGS, ("o", "t"), set={"size": 2}))
    for _ in range(3):
        assert await store.get(THINGS, "o", "t") == thing(size=2)
    assert len(replica.taken()) == 1  # the others did not wait for it
    setattr(replica, trouble, False)
    time.now += PAUSE
    found = await asyncio.gather(*(store.get(THINGS, "o", "t") for _ in range(4)))
    assert sorted(item.size for item in found if item) == [1, 2, 2, 2]  # one tried, and then it is trusted
    assert await store.get(THINGS, "o", "t") == thing(size=1)


async def test_one_that_is_late_is_not_asked_until_it_has_caught_up(store: ReadReplica, time: Time) -> None:
    await store.write(Update(THINGS, ("o", "t"), set={"size": 2}))

    async def size() -> int | None:
        found = await store.get(THINGS, "o", "t")
        return None if found is None else found.size

    store.told("a")
    store.told("b")
    time.now += MAX_LAG
    assert (store.is_late, await size()) == (False, 1)
    time.now += 0.1
    assert (store.is_late, await size()) == (True, 2)
    time.now += 1000  # however long: nobody has seen it there
    assert await size() == 2
    store.shown("b")  # and so everything before
    assert (store.is_late, await size()) == (False, 1)


async def test_what_is_seen_before_it_was_told_is_not_waited_for(store: ReadReplica, time: Time) -> None:
    store.shown("a")
    store.told("a")
    time.now += MAX_LAG + 1
    assert not store.is_late


async def test_only_so_many_changes_are_kept_in_mind(store: ReadReplica, time: Time) -> None:
    for number in range(2 * MARKS):
        store.told(f"{number}")
    time.now += MAX_LAG + 1
    assert store.is_late
    store.shown(f"{2 * MARKS - 1}")
    assert not store.is_late


@pytest.mark.slow_callbacks_ok(reason="migrations run")
async def test_it_is_not_asked_before_it_has_the_tables(tmp_path: Path, primary: CountingStore) -> None:
    """Whoever migrates it would break it: the tables come from the primary."""
    path = tmp_path / "new.db"
    new = SqlReplica(open_driver(f"sqlite:///{path}"), TABLES, Cursors(SECRET), ManualClock(START))
    store = ReadReplica(primary, new)
    following = asyncio.create_task(store.follow())
    await store.write(Put(THINGS, thing(size=1)))
    assert (await store.query(Query(THINGS, "o"))).items == [thing(size=1)]
    with pytest.raises(TypeError, match="not written to"):
        await new.write(Delete(THINGS, ("o", "t")))
    assert not following.done()
    migrated = SqlStore(
        open_driver(f"sqlite:///{path}"), TABLES, Cursors(SECRET), ManualClock(START), MIGRATIONS
    )
    await migrated.prepare()
    await migrated.close()
    await asyncio.wait_for(following, 10)
    await store.close()


@pytest.mark.parametrize(
    ("address", "replica"),
    [
        ("mysql://a/shop", "postgresql://b/shop"),
        ("", "mysql://b/shop"),
        ("dynamodb://us-east-1/shop", "dynamodb://us-east-1/shop"),
    ],
)
async def test_a_replica_of_another_kind_is_refused(
    primary: CountingStore, address: str, replica: str
) -> None:
    settings = Settings(database=address, database_replica=replica)
    with pytest.raises(ValueError, match="not of the same kind"):
        open_lagging(settings, primary, SECRET, ManualClock(START))
    assert open_lagging(Settings(database=address), primary, SECRET, ManualClock(START)) is primary
