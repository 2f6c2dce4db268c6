"""A store, a clock that stands still, and accounts on both."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from cartwheel import audit
from cartwheel.accounts import TABLES
from cartwheel.edge.throttling import THROTTLE
from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import OUTBOX
from tests.accounts.app import browser, build, sign_in
from tests.accounts.wiring import Wired, wire
from tests.support.counting import CountingStore
from tests.support.stores import open_tables

ALL_TABLES = (*audit.TABLES, *TABLES, THROTTLE, OUTBOX)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
async def store(database: str, clock: ManualClock) -> AsyncIterator[CountingStore]:
    async with open_tables(database, ALL_TABLES, clock) as store:
        yield store


@pytest.fixture
async def shop(store: CountingStore, clock: ManualClock) -> Wired:
    shop = wire(store, clock)
    await shop.keys.prepare()
    return shop


@pytest.fixture
async def app(shop: Wired) -> FastAPI:
    app = build(shop)
    async with browser(app) as client:
        await client.get("/")  # FastAPI puts included routers together on the first request, inline
    return app


@pytest.fixture
async def guest(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who has not signed in."""
    async with browser(app) as client:
        yield client


@pytest.fixture
async def ada(app: FastAPI, shop: Wired) -> AsyncIterator[httpx.AsyncClient]:
    """A customer who has signed in."""
    await shop.user()
    async with browser(app) as client:
        await sign_in(client)
        yield client
