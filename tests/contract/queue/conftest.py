"""The queue engines under test: in a table of each storage engine, and SQS."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from cartwheel.kernel.clock import ManualClock, utc_now
from cartwheel.messaging import Queue
from cartwheel.messaging.sqs_queue import SqsQueue
from cartwheel.messaging.table_queue import TABLES, TableQueue
from cartwheel.storage import Store
from tests.plugins.engines import ENGINES
from tests.support.aws import REGION, Account
from tests.support.stores import open_tables

NAMES = ("test", "other")
LONG = timedelta(minutes=10)
"""Longer than any test takes."""


class Queues(ABC):
    """Empty queues of one engine, for any number of processes."""

    @abstractmethod
    def open(self, visibility: timedelta = LONG) -> Queue:
        """The queues as another process sees them."""

    @abstractmethod
    async def wait(self, seconds: float) -> None:
        """Lets time pass."""


class Tables(Queues):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._clock = ManualClock(utc_now())

    def open(self, visibility: timedelta = LONG) -> Queue:
        return TableQueue(self._store, self._clock, visibility)

    async def wait(self, seconds: float) -> None:
        self._clock.advance(seconds=seconds)


class OnSqs(Queues):
    def __init__(self, account: Account) -> None:
        self._url = account.url("sqs", f"{REGION}/shop", wait="0")
        self._opened: list[Queue] = []

    def open(self, visibility: timedelta = LONG) -> Queue:
        self._opened.append(SqsQueue(self._url, visibility))
        return self._opened[-1]

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        for queue in self._opened:
            await queue.close()


@pytest.fixture
async def on_sqs(account: Account) -> AsyncIterator[OnSqs]:
    await account.make_queues("shop", *NAMES)
    queues = OnSqs(account)
    yield queues
    await queues.close()


@pytest.fixture(params=[*ENGINES, pytest.param("sqs", marks=[pytest.mark.emulator, pytest.mark.aws])])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Account:
    """Where the queues are: a database or an account."""
    fixtures = {"postgresql": "postgresql_url", "mariadb": "mysql_url", "dynamodb": "dynamodb_url"}
    if request.param == "sqs":
        account: Account = request.getfixturevalue("account")
        return account
    if request.param in fixtures:
        return str(request.getfixturevalue(fixtures[request.param]))
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
async def queues(place: str | Account) -> AsyncIterator[Queues]:
    """Queues of one engine."""
    if isinstance(place, Account):
        await place.make_queues("shop", *NAMES)
        on_sqs = OnSqs(place)
        yield on_sqs
        await on_sqs.close()
    else:
        async with open_tables(place, TABLES, utc_now) as store:
            yield Tables(store)
