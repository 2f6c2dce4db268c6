"""The identities under test: the built-in one, and a user pool of Cognito."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from cartwheel import audit
from cartwheel.accounts import (
    TABLES,
    Gate,
    Group,
    KeyRing,
    Limits,
    NewAccount,
    Origin,
    Passwords,
    Proofs,
    SignIn,
    Tokens,
    User,
)
from cartwheel.accounts.crypto import Vault, totp, totp_bytes, totp_step
from cartwheel.adapters import People, open_people
from cartwheel.edge.throttling import THROTTLE, StoreThrottle
from cartwheel.kernel.clock import Clock, ManualClock, utc_now
from cartwheel.messaging import OUTBOX, Event
from cartwheel.settings import Settings
from cartwheel.storage import Delete, Store
from tests.accounts.wiring import EMAIL, KEY, PASSWORD, SECRET
from tests.support.announced import announced
from tests.support.aws import REGION, Account
from tests.support.stores import open_tables


class World(ABC):
    """Accounts with one identity, and short ways to what tests need before they begin."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self.store = store
        gate = Gate(StoreThrottle(store, clock), Limits.times(100), SECRET)
        proofs = Proofs.of(store, clock, Passwords(memory=8, passes=1), gate, SECRET)
        keys = KeyRing(store, clock, Vault(SECRET), lambda: KEY)
        self.people: People = open_people(settings, store, clock, keys, proofs)
        self.identity = self.people.identity
        self.credentials = self.people.credentials
        self.accounts = self.people.accounts
        self.sessions = self.people.sessions

    async def user(self, email: str = EMAIL, groups: tuple[Group, ...] = ("customers",)) -> User:
        """A user with a confirmed address."""
        return await self.accounts.create_user(NewAccount(email, PASSWORD, "Ada"), groups)

    async def sign_in(self, email: str = EMAIL, password: str = PASSWORD, second_factor: str = "") -> Tokens:
        """A session of that user."""
        return await self.identity.sign_in(
            SignIn(email, password, second_factor), Origin("192.0.2.1", "Firefox")
        )

    async def events(self, type: str) -> list[Event]:
        """What was announced, in order."""
        return await announced(self.store, type)

    async def settle(self) -> None:
        """Lets the identity hear what happened, as its queue does."""
        for event in await announced(self.store):
            for subscription in self.people.subscriptions:
                if event.type in subscription.events:
                    await subscription.handle(event)
            await self.store.write(Delete(OUTBOX, (event.shard, event.event_id)))

    @abstractmethod
    async def mailed(self, event: str) -> str:
        """The code that was mailed for sign-up or reset."""

    @abstractmethod
    def app_code(self, secret: str) -> str:
        """A code of the authenticator app that was not used before."""


class BuiltIn(World):
    def __init__(self, store: Store, clock: ManualClock) -> None:
        super().__init__(store, clock, Settings(base_url="https://shop.test"))
        self._clock = clock

    async def mailed(self, event: str) -> str:
        return str((await self.events(event))[-1].payload["code"])

    def app_code(self, secret: str) -> str:
        self._clock.advance(seconds=30)
        return _code(secret, self._clock())


class OnCognito(World):
    async def mailed(self, event: str) -> str:
        return {"VerificationRequested": "123456", "PasswordResetRequested": "654321"}[event]  # always

    def app_code(self, secret: str) -> str:
        return _code(secret, utc_now())


def _code(secret: str, now: datetime) -> str:
    key = totp_bytes(secret)
    code = totp(key, int(now.timestamp()) // 30)
    assert totp_step(key, code, now) is not None
    return code


@pytest.fixture(params=["local", pytest.param("cognito", marks=[pytest.mark.emulator, pytest.mark.aws])])
def provider(request: pytest.FixtureRequest) -> Account | None:
    """The account of the user pool, if it is one."""
    if request.param == "local":
        return None
    account: Account = request.getfixturevalue("guarded_account")
    return account


@pytest.fixture
async def world(provider: Account | None, database: str) -> AsyncIterator[World]:
    """Nobody is there yet."""
    tables: Any = (*audit.TABLES, *TABLES, THROTTLE, OUTBOX)
    clock = ManualClock(utc_now())
    async with open_tables(database, tables, clock if provider is None else utc_now) as store:
        made: World
        if provider is None:
            made = BuiltIn(store, clock)
        else:
            url = provider.url("cognito", f"{REGION}/{await provider.make_pool()}")
            made = OnCognito(store, utc_now, Settings(identity=url))
        yield made
        if made.people.close is not None:
            await made.people.close()
