"""What SQLite has written into its log moves into the file beside the requests, not within one of them."""

import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Put
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.sql import SqlStore, drivers, open_driver
from tests.contract.storage.tables import START, TABLES, THINGS, thing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqlStore]:
    secret = b"a secret of the tests, for no shop"
    made = SqlStore(open_driver(f"sqlite:///{path}"), TABLES, Cursors(secret), ManualClock(START))
    await made.prepare()
    yield made
    await made.close()


def size(path: Path) -> int:
    return path.stat().st_size


async def fill(store: SqlStore, count: int) -> None:
    for number in range(count):
        await store.write(Put(THINGS, thing(id=f"{number:05}", details={"text": "n" * 500})))


async def test_the_log_moves_in_a_thread(
    store: SqlStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[tuple[str, int]] = []
    move = drivers._move_log

    def noting(file: str) -> None:
        move(file)
        moved.append((threading.current_thread().name, size(Path(file))))

    monkeypatch.setattr(drivers, "_move_log", noting)
    before = size(path)
    await fill(store, 4_200)
    await store.close()
    [(thread, after)] = moved
    assert thread != threading.main_thread().name
    assert after > before + 4_000 * 500


async def test_few_changes_stay_in_the_log(store: SqlStore, path: Path) -> None:
    before = size(path)
    await fill(store, 500)
    assert size(path) == before
