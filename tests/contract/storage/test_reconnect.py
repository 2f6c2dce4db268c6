"""Lost connections: reads and writes go on, and nothing is written twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import which
from time import monotonic

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Put, Store, Unavailable, Update, absent
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.sql import SqlStore, open_driver, servers
from cartwheel.storage.sql.drivers import Retry, Steps, Unsure
from tests.contract.storage.backends import SECRET, Backend, Mariadb, Postgresql
from tests.contract.storage.tables import MARKS, TABLES, THINGS, Mark, thing
from tests.support.databases import execute
from tests.support.mariadb import PrivateServer

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow_callbacks_ok(reason="dozens of connections are opened at once"),
]


@pytest.fixture(params=["postgresql", "mariadb"])
def backend(request: pytest.FixtureRequest) -> Backend:
    if request.param == "postgresql":
        return Postgresql(request.getfixturevalue("postgresql_url"))
    return Mariadb(request.getfixturevalue("mysql_url"))


async def _fill_pool(store: Store) -> None:
    await asyncio.gather(*(store.get(MARKS, "m") for _ in range(15)))


async def test_connections_cut_while_idle_are_replaced(store: Store, backend: Postgresql | Mariadb) -> None:
    for round_ in range(3):
        await _fill_pool(store)
        await backend.cut_connections()
        await asyncio.sleep(0.05)
        await asyncio.gather(*(store.write(Put(MARKS, Mark(name=f"{round_} {i}"))) for i in range(15)))
    assert len([mark async for mark in store.scan(MARKS)]) == 45


async def test_connections_cut_while_idle_are_replaced_at_once(
    store: Store, backend: Postgresql | Mariadb
) -> None:
    """All that are stale go together, not one for each attempt with its pause."""
    await _fill_pool(store)
    await backend.cut_connections()
    start = monotonic()
    await asyncio.gather(*(store.get(MARKS, "m") for _ in range(15)))
    assert monotonic() - start < 2


async def test_reads_go_on_while_connections_are_cut(store: Store, backend: Postgresql | Mariadb) -> None:
    await store.write(Put(THINGS, thing(size=3)))
    reading = True

    async def read() -> int:
        count = 0
        while reading:
            assert await store.get(THINGS, "o", "t") == thing(size=3)
            count += 1
        return count

    readers = [asyncio.create_task(read()) for _ in range(5)]
    for _ in range(5):
        await asyncio.sleep(0.03)
        await backend.cut_connections()
    reading = False
    assert min(await asyncio.gather(*readers)) > 0


@pytest.mark.parametrize("together", [False, True], ids=["one change", "several changes"])
async def test_every_write_is_made_once_or_unsure(
    store: Store, backend: Postgresql | Mariadb, together: bool
) -> None:
    """An answered write has happened; one that ended in ``Unavailable`` may have; none happened twice."""
    await store.write(Put(THINGS, thing()))
    answered = unsure = 0
    writing = True

    async def write(worker: int) -> None:
        nonlocal answered, unsure
        number = 0
        while writing:
            number += 1
            others = [Put(MARKS, Mark(name=f"{worker} {number}"), (absent(),))] if together else []
            try:
                await store.write(Update(THINGS, ("o", "t"), add={"size": 1}), *others)
            except Unavailable:
                unsure += 1
            else:
                answered += 1

    writers = [asyncio.create_task(write(worker)) for worker in range(5)]
    for _ in range(6):
        await asyncio.sleep(0.05)
        await backend.cut_connections()
    writing = False
    await asyncio.gather(*writers)
    found = await store.get(THINGS, "o", "t")
    assert found is not None
    assert answered <= found.size <= answered + unsure
    assert answered > 0
    if together:
        assert len([mark async for mark in store.scan(MARKS)]) == found.size


async def test_a_cancelled_operation_leaves_no_trace(store: Store) -> None:
    """Who goes away cancels a task: its connection is not handed on in the middle of an answer."""
    await store.write(Put(THINGS, thing()))

    async def write() -> None:
        await store.write(
            Update(THINGS, ("o", "t"), add={"size": 1}), Put(MARKS, Mark(name="m")), Put(THINGS, thing("u"))
        )

    for delay in range(40):
        task = asyncio.create_task(write())
        await asyncio.sleep(delay / 5000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (await store.get(MARKS, "x")) is None
    found = await store.get(THINGS, "o", "t")
    assert found is not None
    assert 0 <= found.size <= 40
    await asyncio.wait_for(write(), 2)  # nothing holds a lock any more


async def test_a_row_locked_by_another_is_waited_for(store: Store, backend: Backend) -> None:
    await store.write(Put(THINGS, thing()))
    held = asyncio.create_task(_hold_row(backend.url, 0.3))
    await asyncio.sleep(0.1)
    await store.write(Update(THINGS, ("o", "t"), add={"size": 1}))
    await held
    assert await store.get(THINGS, "o", "t") == thing(size=1)


async def _hold_row(url: str, seconds: float) -> None:
    pause = "pg_sleep" if url.startswith("postgresql") else "sleep"
    lock = "SELECT 1 FROM things WHERE owner = 'o' AND id = 't' FOR UPDATE"
    await execute(url, "BEGIN", lock, f"SELECT {pause}({seconds})", "ROLLBACK", "SELECT 1")


@pytest.fixture
def private_server(tmp_path: Path) -> Iterator[PrivateServer]:
    if which("mariadbd") is None:
        pytest.skip("MariaDB's own programs are not there.")
    server = PrivateServer(tmp_path)
    yield server
    server.kill()


@pytest.fixture
async def private_store(private_server: PrivateServer, clock: ManualClock) -> AsyncIterator[Store]:
    await private_server.start()
    store = SqlStore(open_driver(private_server.url), TABLES, Cursors(SECRET), clock)
    await store.prepare()
    yield store
    await store.close()


async def test_a_restarted_server_is_used_again(private_server: PrivateServer, private_store: Store) -> None:
    store = private_store
    await store.write(Put(THINGS, thing()))
    await _fill_pool(store)
    private_server.kill()
    with pytest.raises(Unavailable):
        await store.ready()
    reads = [asyncio.create_task(store.get(THINGS, "o", "t")) for _ in range(15)]
    add = Update(THINGS, ("o", "t"), add={"size": 1})
    writes = [asyncio.create_task(store.write(add)) for _ in range(10)]
    writes += [asyncio.create_task(store.write(add, Put(MARKS, Mark(name=f"{i}")))) for i in range(10)]
    await asyncio.sleep(0.3)
    await private_server.start()
    found = await asyncio.gather(*reads)
    assert [item and item.id for item in found] == ["t"] * 15
    await asyncio.gather(*writes)  # none had been sent, so none is unsure
    assert await store.get(THINGS, "o", "t") == thing(size=20)
    await store.ready()


async def test_more_tasks_than_connections_take_turns(
    store: Store, backend: Backend, clock: ManualClock
) -> None:
    await store.write(Put(THINGS, thing()))
    small = SqlStore(open_driver(f"{backend.url}?pool_size=2"), TABLES, Cursors(SECRET), clock)
    add = Update(THINGS, ("o", "t"), add={"size": 1})
    try:
        await asyncio.gather(*(small.write(add, Put(MARKS, Mark(name=f"{i}"))) for i in range(60)))
        await asyncio.gather(*(small.get(THINGS, "o", "t") for _ in range(60)))
    finally:
        await small.close()
    assert await store.get(THINGS, "o", "t") == thing(size=60)


async def test_a_server_that_falls_silent_is_taken_for_lost(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "_SILENT_SECONDS", 0.3)
    driver = open_driver(backend.url)
    pause = "SELECT pg_sleep(3)" if backend.name == "postgresql" else "SELECT sleep(3)"

    def work() -> Steps[None]:
        yield pause, ()

    start = monotonic()
    try:
        with pytest.raises(Unsure):
            await driver.run(work)
        with pytest.raises(Retry):
            await driver.run(work, transaction=True)
    finally:
        await driver.close()
    assert monotonic() - start < 2
