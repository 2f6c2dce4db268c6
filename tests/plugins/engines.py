"""The storage engines that a test runs on: SQLite, and with the marker ``every_engine`` all of them.

A test takes the fixture ``database``, the address of a database. An engine that is absent is skipped with a
reason, but not in CI, where it has to be there.
"""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import emulator as emulators
from tests.support.aws import REGION, Account
from tests.support.databases import fresh_database, is_there
from tests.support.servers import MYSQL_URL, POSTGRESQL_URL

ENGINES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.server),
    pytest.param("mariadb", marks=pytest.mark.server),
    pytest.param("dynamodb", marks=pytest.mark.emulator),
]

_accounts = itertools.count(100_000_000_000)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        everywhere = metafunc.definition.get_closest_marker("every_engine") is not None
        metafunc.parametrize("database", ENGINES if everywhere else ["sqlite"], indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for an account of AWS speaks to its services, and journeys on DynamoDB take minutes."""
    for item in items:
        has_account = {"account", "guarded_account"} & set(getattr(item, "fixturenames", ()))
        if has_account or ("journeys" in item.path.parts and _engine_of(item) == "dynamodb"):
            item.add_marker(pytest.mark.aws)


def _engine_of(item: pytest.Item) -> object:
    return item.callspec.params.get("database") if hasattr(item, "callspec") else None


def absent(what: str) -> None:
    """Skips the test, or fails it where everything has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not there.", pytrace=False)
    pytest.skip(f"{what} is not there.")


def own_database(server: str, label: str) -> Iterator[str]:
    """The address of a new database of this process on that server, dropped at the end."""
    if not is_there(server):
        absent(f"A server at {server}")
    with fresh_database(server, label) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    yield from own_database(POSTGRESQL_URL, "shop")


@pytest.fixture(scope="session")
def mysql_url() -> Iterator[str]:
    yield from own_database(MYSQL_URL, "shop")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from _emulator(tmp_path_factory.mktemp("emulator"))


@pytest.fixture(scope="session")
def guarded_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One that checks who is calling, and the codes of user pools."""
    yield from _emulator(tmp_path_factory.mktemp("guarded"), guarded=True)


def _emulator(folder: Path, *, guarded: bool = False) -> Iterator[str]:
    if not emulators.PYTHON.exists():
        absent("The AWS emulator (make .venv-emulator/installed, or CARTWHEEL_TEST_EMULATOR_PYTHON)")
    with emulators.running_emulator(folder, guarded=guarded) as address:
        yield address


@pytest.fixture(scope="session")
def dynamodb_url(emulator: str) -> str:
    return new_account(emulator)


def new_account(emulator: str) -> str:
    """A database in an account of its own."""
    return Account(emulator, next(_accounts)).url("dynamodb", f"{REGION}/shop")


@pytest.fixture
def account(emulator: str) -> Account:
    """An account of AWS with nothing in it."""
    return Account(emulator, next(_accounts))


@pytest.fixture
def guarded_account(guarded_emulator: str) -> Account:
    """An account where AWS checks who is calling: one for all, for clients of user pools say no account."""
    return Account(guarded_emulator, 0, f"shop{next(_accounts)}")


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database. Only SQLite's is sure to be empty: see ``tests.support.stores``."""
    fixtures = {"postgresql": "postgresql_url", "mariadb": "mysql_url", "dynamodb": "dynamodb_url"}
    if request.param in fixtures:
        return str(request.getfixturevalue(fixtures[request.param]))
    return f"sqlite:///{tmp_path}/shop.db"
