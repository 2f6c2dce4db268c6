"""Every test of the contract runs on every engine. An engine that is absent is skipped, but not in CI."""

import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Store
from tests.contract.storage.backends import Backend, Dynamodb, Mariadb, Postgresql, Sqlite
from tests.contract.storage.tables import START
from tests.support import emulator as emulators
from tests.support.databases import fresh_database, is_there
from tests.support.servers import MYSQL_URL, POSTGRESQL_URL

ENGINES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.server),
    pytest.param("mariadb", marks=pytest.mark.server),
    pytest.param("dynamodb", marks=pytest.mark.emulator),
]

OpenStore = Callable[[], Store]


def _absent(what: str) -> None:
    """Skips the test, or fails it where everything has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not there.", pytrace=False)
    pytest.skip(f"{what} is not there.")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    if not is_there(POSTGRESQL_URL):
        _absent("PostgreSQL (CARTWHEEL_TEST_POSTGRES)")
    with fresh_database(POSTGRESQL_URL) as url:
        yield url


@pytest.fixture(scope="session")
def mysql_url() -> Iterator[str]:
    if not is_there(MYSQL_URL):
        _absent("MariaDB (CARTWHEEL_TEST_MYSQL)")
    with fresh_database(MYSQL_URL) as url:
        yield url


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not emulators.PYTHON.exists():
        _absent("The AWS emulator (make .venv-emulator/installed, or CARTWHEEL_TEST_EMULATOR_PYTHON)")
    with emulators.running_emulator(tmp_path_factory.mktemp("emulator")) as address:
        yield address


_accounts = itertools.count(100_000_000_000)


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
    endpoint = quote(address, safe="")
    return Dynamodb(f"dynamodb://{next(_accounts)}:secret@eu-central-1/shop?endpoint={endpoint}")


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
