"""Tokens and sessions of a user pool, as the shop knows them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from joserfc.jwk import RSAKey

from cartwheel.accounts import tables
from cartwheel.accounts.cognito.pool import UserPool
from cartwheel.accounts.crypto import UNKNOWN_KEY_PAUSE, TokenReader
from cartwheel.accounts.identity import Devices
from cartwheel.accounts.model import (
    GROUPS,
    REFRESH_TIME,
    Claims,
    InvalidToken,
    Session,
    SessionNotFound,
    User,
)
from cartwheel.kernel.clock import Clock
from cartwheel.storage import Change, Conflict, Put, Store, Update, eq

if TYPE_CHECKING:
    from datetime import datetime

_ALIVE, _ENDED = "cognito", "ended"
"""What stands for the hash of a refresh token, which only Cognito knows here."""


class PoolKeys:
    """The keys that a pool signs with, read when a token names one that is not known."""

    def __init__(self, pool: UserPool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._keys: dict[str, RSAKey] = {}
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def verifying_key(self, kid: str) -> RSAKey:
        """The key of that id. Raises ``InvalidToken`` for none, ``PoolUnavailable``."""
        if kid not in self._keys:
            async with self._reading:
                if kid not in self._keys and self._may_read():
                    await self._read()
        if kid not in self._keys:
            raise InvalidToken
        return self._keys[kid]

    def _may_read(self) -> bool:
        """Tokens with made-up key ids cause one read per so long, not one each."""
        return self._read_at is None or self._clock() - self._read_at > UNKNOWN_KEY_PAUSE

    async def _read(self) -> None:
        self._keys = await self._pool.keys()
        self._read_at = self._clock()


class PoolTokens(TokenReader):
    """Access tokens of a pool, whichever way they were got: by password, SRP or another client's sign-in."""

    def __init__(self, pool: UserPool, clock: Clock) -> None:
        super().__init__(PoolKeys(pool, clock), clock)
        self._pool = pool

    def _understood(self, claims: Mapping[str, Any]) -> tuple[int, Claims]:
        expected = {"iss": self._pool.issuer, "token_use": "access"}
        if any(claims.get(name) != value for name, value in expected.items()):
            raise InvalidToken
        if claims.get("client_id") not in self._pool.clients:
            raise InvalidToken
        groups = frozenset(claims.get("cognito:groups", ())) & set(GROUPS)
        return claims["exp"], Claims(
            user_id=claims["sub"],
            email="",  # an access token of Cognito does not say it
            groups=groups or frozenset({"customers"}),
            session_id=claims.get("origin_jti") or claims["jti"],
            began_at=claims.get("auth_time", 0),
        )


class PoolSessions(Devices):
    """Sessions that Cognito has begun: a row for each that the shop has seen, by its ``origin_jti``.

    Cognito's access tokens are good until they expire, whoever was signed out. A row that has ended, or is of
    an earlier epoch of its user, makes them worthless here at once. What the shop has not seen yet is judged
    by when it began.
    """

    def __init__(self, store: Store, clock: Clock, pool: UserPool) -> None:
        self._store = store
        self._clock = clock
        self.pool = pool

    async def find(self, claims: Claims) -> Session | None:
        """The row of a token's session, if there is one."""
        return await self._store.get(tables.SESSIONS, claims.session_id)

    async def check(self, claims: Claims) -> None:
        """Raises ``InvalidToken`` for a session that began before its user was signed out everywhere."""
        mark = await self._store.get(tables.SESSIONS, _mark(claims.user_id))
        if mark is not None and claims.began_at <= int(mark.created_at.timestamp()):
            raise InvalidToken

    async def begin(self, user: User, claims: Claims, device: str) -> None:
        """Takes a session in. Raises ``InvalidToken`` for one that has ended."""
        session = self._session(user, claims.session_id, device, _ALIVE)
        try:
            await self._store.write(tables.new_session(session), tables.allow_sign_in(user))
        except Conflict:  # disabled meanwhile, or taken in by another process
            rival = await self.find(claims)
            if rival is None or not is_alive(rival, user):
                raise InvalidToken from None

    async def renewed(self, session_id: str) -> None:
        """Notes that the session got fresh tokens. Raises ``InvalidToken`` for one that has ended."""
        used = {"last_used_at": self._clock()}
        try:
            await self._store.write(
                Update(tables.SESSIONS, (session_id,), set=used, when=(eq("token_hash", _ALIVE),))
            )
        except Conflict:
            raise InvalidToken from None

    async def close(self, claims: Claims) -> None:
        """Ends a session, whether or not it was seen before."""
        user = await self._store.get(tables.USERS, claims.user_id)
        if user is not None:
            await self._store.write(Put(tables.SESSIONS, self._session(user, claims.session_id, "", _ENDED)))

    async def of_user(self, user_id: str) -> Sequence[Session]:
        user = await self._store.get(tables.USERS, user_id)
        page = await self._store.query(tables.sessions_of(user_id, 100))
        return [session for session in page.items if user and is_alive(session, user)]

    async def end(self, user_id: str, session_id: str) -> None:
        session = await self._store.get(tables.SESSIONS, session_id)
        if session is None or session.user_id != user_id or session.token_hash != _ALIVE:
            raise SessionNotFound(session_id)
        ended = Update(
            tables.SESSIONS, (session_id,), set={"token_hash": _ENDED}, when=(eq("user_id", user_id),)
        )
        await self._store.write(ended)

    async def end_all(self, user_id: str) -> None:
        try:
            over = tables.change_user(user_id, add={"epoch": 1}, when=())
            await self._store.write(over, *await self.ending(user_id))
        except Conflict:  # there is no such user: there are no sessions either
            return
        await self.sweep(user_id)

    async def ending(self, user_id: str, keep: str | None = None) -> list[Change]:
        now = self._clock()
        mark = Session(
            session_id=_mark(user_id),
            user_id=_mark(user_id),
            epoch=0,
            device="",
            token_hash=_ENDED,
            rotated_at=now,
            created_at=now,
            last_used_at=now,
            expires_at=now + REFRESH_TIME,
        )
        return [Put(tables.SESSIONS, mark), *([tables.keep_session(keep)] if keep else [])]

    async def sweep(self, user_id: str, keep: str | None = None) -> None:
        """Cognito ends all or none: with one to keep, the others get fresh tokens there, but nothing here."""
        if keep is None:
            await self.pool.sign_out(user_id)

    def _session(self, user: User, session_id: str, device: str, state: str) -> Session:
        now = self._clock()
        return Session(
            session_id=session_id,
            user_id=user.user_id,
            epoch=user.epoch,
            device=device or "Unknown device",
            token_hash=state,
            rotated_at=now,
            created_at=now,
            last_used_at=now,
            expires_at=now + REFRESH_TIME,
        )


def is_alive(session: Session, user: User) -> bool:
    """Whether the user's session still stands."""
    return (session.user_id, session.epoch, session.token_hash) == (user.user_id, user.epoch, _ALIVE)


def _mark(user_id: str) -> str:
    """What stands in the table for the moment when all sessions of a user ended."""
    return f"all:{user_id}"
