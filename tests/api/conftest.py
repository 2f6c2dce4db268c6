"""One shop full of things per test session; each test gets a copy of its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.world import Known, World, make, opened


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Known, Path]:
    folder = tmp_path_factory.mktemp("world") / "data"
    return asyncio.run(make(folder)), folder


@pytest.fixture
async def world(made: tuple[Known, Path], tmp_path: Path) -> AsyncIterator[World]:
    async with opened(*made, tmp_path / "data") as copy:
        yield copy
