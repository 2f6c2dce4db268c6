"""The accounts domain put together as a shop does it, for tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cartwheel.accounts import (
    Accounts,
    Gate,
    Group,
    Identity,
    Jwts,
    KeyRing,
    Limits,
    NewAccount,
    Origin,
    OwnCredentials,
    Passwords,
    Profiles,
    Proofs,
    Sessions,
    SignIn,
    Tokens,
    User,
)
from cartwheel.accounts.crypto import Vault, new_signing_key
from cartwheel.accounts.local_credentials import LocalCredentials
from cartwheel.accounts.local_identity import LocalIdentity
from cartwheel.edge.throttling import StoreThrottle
from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import Event
from cartwheel.storage import Store
from tests.support.announced import announced

SECRET = b"a secret of the tests, 32 bytes."
ISSUER = "https://shop.test"
PASSWORD = "Correct4Horse"
EMAIL = "ada@shop.test"
KEY = new_signing_key()
"""Signs in all tests: making a key takes longer than most of them."""


@dataclass(frozen=True)
class Wired:
    """What a shop has of accounts, and short ways to what tests need before they begin."""

    store: Store
    clock: ManualClock
    identity: Identity
    credentials: OwnCredentials
    accounts: Accounts
    profiles: Profiles
    sessions: Sessions
    keys: KeyRing
    proofs: Proofs

    async def user(self, email: str = EMAIL, groups: tuple[Group, ...] = ("customers",)) -> User:
        """A user with a confirmed address."""
        return await self.accounts.create_user(NewAccount(email, PASSWORD, "Ada"), groups)

    async def sign_in(
        self, email: str = EMAIL, password: str = PASSWORD, second_factor: str = "", device: str = "Firefox"
    ) -> Tokens:
        """A session of that user, from an address of its own."""
        return await self.identity.sign_in(
            SignIn(email, password, second_factor), Origin("192.0.2.1", device)
        )

    async def events(self, type: str) -> Sequence[Event]:
        """What was announced, in order."""
        return await announced(self.store, type)

    async def told(self, type: str) -> dict[str, Any]:
        """The payload of the latest such event."""
        return (await self.events(type))[-1].payload


def wire(
    store: Store, clock: ManualClock, limits: Limits | None = None, passwords: Passwords | None = None
) -> Wired:
    """Accounts on that store; Argon2 as cheap as it gets, unless a test says otherwise."""
    passwords = passwords or Passwords(memory=8, passes=1)
    keys = KeyRing(store, clock, Vault(SECRET), lambda: KEY)
    sessions = Sessions(store, clock, Jwts(keys, clock, ISSUER), SECRET)
    gate = Gate(StoreThrottle(store, clock), limits or Limits(), SECRET)
    proofs = Proofs.of(store, clock, passwords, gate, SECRET)
    accounts = Accounts(store, clock, passwords, sessions)
    return Wired(
        store=store,
        clock=clock,
        identity=LocalIdentity(store, clock, sessions, proofs),
        credentials=LocalCredentials(store, clock, sessions, proofs),
        accounts=accounts,
        profiles=Profiles(store, clock, accounts, sessions),
        sessions=sessions,
        keys=keys,
        proofs=proofs,
    )
