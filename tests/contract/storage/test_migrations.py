"""Migrations: made from the specs, run once whatever starts together, and harmless to the release before."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cartwheel import adapters
from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Index, Put, Query, Table
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.sql import MIGRATIONS, SqlStore, open_driver
from cartwheel.storage.sql.ddl import DropIndex
from cartwheel.storage.sql.revise import NotAdditive, missing_steps, revise
from tests.contract.storage.backends import SECRET
from tests.contract.storage.tables import PAIRS, TABLES, THINGS, TOKENS, Model, Token
from tests.support.databases import clear, fresh_database
from tests.support.project import ROOT

pytestmark = pytest.mark.slow_callbacks_ok(reason="Alembic is imported and works on the loop, as at a start")


class LongerToken(Token):
    """Of the next release: an attribute with a default, and one that may be empty."""

    colour: str = "red"
    note: str | None = None


LONGER = Table(
    "tokens",
    LongerToken,
    "id",
    indexes=(*TOKENS.indexes, Index("by_colour", "colour", "created")),
    ttl="expires",
)
Tables = Iterable[Table[Any]]


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    """A folder of migrations without a version."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("v[0-9]*", "__pycache__"))
    return folder


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.server),
        pytest.param("mariadb", marks=pytest.mark.server),
    ]
)
def two_databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Addresses of two empty databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/1.db", f"sqlite:///{tmp_path}/2.db"
        return
    urls: tuple[str, str] = request.getfixturevalue(f"two_of_{request.param}")
    for url in urls:
        asyncio.run(clear(url))
    yield urls


@pytest.fixture(scope="session")
def two_of_postgresql(postgresql_url: str) -> Iterator[tuple[str, str]]:
    with fresh_database(postgresql_url, "_1") as one, fresh_database(postgresql_url, "_2") as two:
        yield one, two


@pytest.fixture(scope="session")
def two_of_mariadb(mysql_url: str) -> Iterator[tuple[str, str]]:
    with fresh_database(mysql_url, "_1") as one, fresh_database(mysql_url, "_2") as two:
        yield one, two


def _open(url: str, tables: Tables, clock: ManualClock, migrations: Path | None = None) -> SqlStore:
    return SqlStore(open_driver(url), tables, Cursors(SECRET), clock, migrations)


def _shape(connection: sa.Connection) -> dict[str, object]:
    """Everything about the tables that a statement could notice."""
    inspector = sa.inspect(connection)
    shape: dict[str, object] = {}
    for name in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        columns = {
            column["name"]: (
                str(column["type"].compile(dialect=connection.dialect)),
                getattr(column["type"], "collation", None),
                column["nullable"],
            )
            for column in inspector.get_columns(name)
        }
        indexes = {index["name"]: index["column_names"] for index in inspector.get_indexes(name)}
        shape[name] = columns, indexes, inspector.get_pk_constraint(name)["constrained_columns"]
    return shape


async def _shape_of(url: str) -> dict[str, object]:
    driver = open_driver(url)
    try:
        return await driver.inspect(_shape)
    finally:
        await driver.close()


async def _both_ways(
    databases: tuple[str, str], tables: Tables, clock: ManualClock, migrations: Path
) -> None:
    for url, folder in zip(databases, (migrations, None), strict=True):
        store = _open(url, tables, clock, folder)
        await store.prepare()
        await store.close()
    migrated, created = [await _shape_of(url) for url in databases]
    assert migrated == created
    assert migrated


async def test_migrations_lead_to_what_the_specs_say(
    two_databases: tuple[str, str], migrations: Path, clock: ManualClock
) -> None:
    revise("The beginning", [TOKENS, PAIRS], migrations)
    revise("All the rest", TABLES, migrations)
    assert revise("Nothing", TABLES, migrations) is None
    await _both_ways(two_databases, TABLES, clock, migrations)


async def test_the_shops_migrations_lead_to_its_specs(
    two_databases: tuple[str, str], clock: ManualClock
) -> None:
    assert missing_steps(adapters.tables()) == [], 'run make migration MESSAGE="what changed"'
    await _both_ways(two_databases, adapters.tables(), clock, MIGRATIONS)


async def test_the_release_before_goes_on_beside_a_migration(
    two_databases: tuple[str, str], migrations: Path, clock: ManualClock
) -> None:
    url = two_databases[0]
    revise("The beginning", [TOKENS], migrations)
    before = _open(url, [TOKENS], clock, migrations)
    await before.prepare()
    await before.write(Put(TOKENS, Token(id="old")))
    revise("Colours", [LONGER], migrations)
    after = _open(url, [LONGER], clock, migrations)
    await after.prepare()
    await before.write(Put(TOKENS, Token(id="between")))
    await after.write(Put(LONGER, LongerToken(id="new", colour="blue")))
    assert await before.get(TOKENS, "new") == Token(id="new")
    assert await after.get(LONGER, "between") == LongerToken(id="between", colour="red")
    page = await after.query(Query(LONGER, "blue", "by_colour"))
    assert [token.id for token in page.items] == ["new"]
    await before.close()
    await after.close()


async def test_a_database_of_a_newer_release_is_left_alone(
    two_databases: tuple[str, str], migrations: Path, clock: ManualClock
) -> None:
    revise("The beginning", [TOKENS], migrations)
    newer = migrations.parent / "newer"
    shutil.copytree(migrations, newer)
    revise("Colours", [LONGER], newer)
    for folder in (newer, migrations):
        store = _open(two_databases[0], [TOKENS], clock, folder)
        await store.prepare()
        await store.close()
    assert "colour" in str(await _shape_of(two_databases[0]))


async def test_processes_that_start_together_do_not_race(
    two_databases: tuple[str, str], migrations: Path, clock: ManualClock
) -> None:
    for tables, name in (([TOKENS], "The beginning"), ([*TABLES], "More")):
        revise(name, tables, migrations)
        stores = [_open(two_databases[0], TABLES, clock, migrations) for _ in range(6)]
        await asyncio.gather(*(store.prepare() for store in stores))
        await stores[0].prepare()
        for store in stores:
            await store.close()
    assert set(await _shape_of(two_databases[0])) == {table.name for table in TABLES}


def test_what_the_release_before_would_not_survive_is_refused(migrations: Path) -> None:
    class Strict(Model):
        id: str
        user: str
        must: int

    class Other(Model):
        id: str
        user: int = 0

    revise("The beginning", [TOKENS], migrations)
    for model in (Strict, Other):
        with pytest.raises(NotAdditive):
            revise("Worse", [Table("tokens", model, "id")], migrations)
    assert len(list(migrations.glob("versions/v*.py"))) == 1


def test_what_is_not_used_any_more_stays(migrations: Path) -> None:
    revise("The beginning", [LONGER, THINGS], migrations)
    assert missing_steps([TOKENS], migrations) == [DropIndex("ix_tokens_by_colour", "tokens")]


PROBE = """
import asyncio, sys
from pathlib import Path
from cartwheel.kernel.clock import utc_now
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.sql import SqlStore, open_driver

async def main():
    store = SqlStore(open_driver(sys.argv[1]), [], Cursors(b"x" * 16), utc_now, Path(sys.argv[2]))
    await store.prepare()
    await store.close()

asyncio.run(main())
print("alembic" in sys.modules)
"""


def test_alembic_is_only_imported_to_migrate(migrations: Path, tmp_path: Path) -> None:
    revise("The beginning", [TOKENS], migrations)
    command = [sys.executable, "-c", PROBE, f"sqlite:///{tmp_path}/shop.db", str(migrations)]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT) for _ in range(2)]
    assert [run.stdout.strip() for run in runs] == ["True", "False"]
