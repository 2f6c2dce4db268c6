"""Journeys run on every storage engine."""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop
from tests.contract.storage.conftest import ENGINES, emulator, mysql_url, postgresql_url
from tests.support.shops import client, running_shop

__all__ = ["emulator", "mysql_url", "postgresql_url"]

_accounts = itertools.count(300_000_000_000)


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/shop.db"
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    if request.param == "mariadb":
        return str(request.getfixturevalue("mysql_url"))
    endpoint = quote(request.getfixturevalue("emulator"), safe="")
    return f"dynamodb://{next(_accounts)}:secret@eu-central-1/shop?endpoint={endpoint}"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
async def shop(database: str, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path / "data", database, clock) as running:
        yield running


@pytest.fixture
async def http(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with client(shop) as made:
        yield made
