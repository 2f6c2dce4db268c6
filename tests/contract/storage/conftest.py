"""Every test of the contract runs on every engine."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Store
from tests.contract.storage.backends import Backend, Dynamodb, Mariadb, Postgresql, Sqlite
from tests.contract.storage.tables import START
from tests.plugins.engines import ENGINES, new_account, own_database
from tests.support.servers import MYSQL_URL, POSTGRESQL_URL

OpenStore = Callable[[], Store]


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A database apart from the shop's: tests of migrations clear it."""
    yield from own_database(POSTGRESQL_URL, "contract")


@pytest.fixture(scope="session")
def mysql_url() -> Iterator[str]:
    """A database apart from the shop's: tests of migrations clear it."""
    yield from own_database(MYSQL_URL, "contract")


@pytest.fixture(params=ENGINES)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """Data of one engine, not yet prepared."""
    if request.param == "sqlite":
        return Sqlite(f"sqlite:///{tmp_path}/shop.db")
    if request.param == "postgresql":
        return Postgresql(request.getfixturevalue("postgresql_url"))
    if request.param == "mariadb":
        return Mariadb(request.getfixturevalue("mysql_url"))
    return emulated(request.getfixturevalue("emulator"))


def emulated(address: str) -> Dynamodb:
    """Empty data of their own: the emulator takes an access key of 12 digits for an account."""
    return Dynamodb(new_account(address))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def open_store(backend: Backend, clock: ManualClock) -> AsyncIterator[OpenStore]:
    """Opens stores over the same data, as many processes do."""
    opened: list[Store] = []

    def open_one() -> Store:
        opened.append(backend.open(clock))
        return opened[-1]

    first = open_one()
    await first.prepare()
    await backend.empty()
    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    """A store over empty tables."""
    return open_store()
