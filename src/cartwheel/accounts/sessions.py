"""Sessions: one per device that is signed in. Ending one makes its access tokens worthless at once.

A refresh token is ``<session id>.<256 bits>.<signature>``. The signature tells an old token from a made-up
one: only the shop's own tokens can end a session. The first 256 bits are random; those of the next token are
a keyed hash of the present token. So a second use within ``REUSE_GRACE`` (two tabs at once, or an answer lost
on the way) gets the very token that the first use got, while the store keeps hashes only.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from cartwheel.accounts import tables
from cartwheel.accounts.crypto import Jwts, derive, keyed_hash
from cartwheel.accounts.identity import Devices, Tokens
from cartwheel.accounts.model import (
    ACCESS_TIME,
    REFRESH_TIME,
    REUSE_GRACE,
    Claims,
    InvalidRefreshToken,
    InvalidToken,
    Session,
    SessionNotFound,
    User,
)
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import new_id, secret_token
from cartwheel.kernel.pages import every_page
from cartwheel.kernel.signing import Signer
from cartwheel.messaging import emit
from cartwheel.storage import Change, Conflict, Put, Store, absent

SHOWN = 100
"""How many sessions a list shows at most, the newest."""

ENDED_AT_ONCE = 50
"""How many sessions end in the same write as what ends them; the others follow right after it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A session that begins with the write of ``changes``. They conflict for a user who may not sign in."""

    session: Session
    refresh_token: str
    changes: tuple[Change, ...]


class Sessions(Devices):
    """Opens, renews, checks, lists and ends sessions. All processes of a shop share ``secret``."""

    def __init__(self, store: Store, clock: Clock, jwts: Jwts, secret: bytes) -> None:
        self._store = store
        self._clock = clock
        self._jwts = jwts
        self._key = derive(secret, "accounts-refresh")
        self._signer = Signer(secret, "refresh token")

    def opening(self, user: User, device: str) -> Opening:
        """A new session of ``REFRESH_TIME``, to be joined to what else a sign-in writes."""
        now, session_id = self._clock(), new_id()
        token = self._signer.sign(f"{session_id}.{secret_token()}")
        session = Session(
            session_id=session_id,
            user_id=user.user_id,
            epoch=user.epoch,
            device=device,
            token_hash=self._hash(token),
            rotated_at=now,
            created_at=now,
            last_used_at=now,
            expires_at=now + REFRESH_TIME,
        )
        put = Put(tables.SESSIONS, session, (absent(),))
        return Opening(session, token, (put, tables.allow_sign_in(user)))

    async def tokens(self, user: User, session: Session, refresh_token: str | None) -> Tokens:
        """What the device is handed."""
        access, identity = await self._jwts.mint(user, session)
        return Tokens(access, identity, refresh_token, int(ACCESS_TIME.total_seconds()))

    async def refresh(self, token: str) -> Tokens:
        """Fresh tokens, and the next refresh token. Raises ``InvalidRefreshToken``.

        An old token within ``REUSE_GRACE`` of its use gets fresh tokens and the refresh token that the first
        use got (none, should the app secret have changed in between); nothing is written. Any older token was
        copied: its session ends and ``RefreshTokenReused`` is announced.
        """
        session = await self._session_of(token)
        user = await self._store.get(tables.USERS, session.user_id)
        if user is None or user.disabled or user.epoch != session.epoch:
            raise InvalidRefreshToken
        following = self._following(token)
        if session.token_hash == self._hash(token):
            rotation = tables.rotate(session, self._hash(following), self._clock())
            try:
                await self._store.write(rotation, tables.allow_sign_in(user))
            except Conflict:  # another tab was faster, or the session has just been ended
                session = await self._session_of(token)
            else:
                return await self.tokens(user, session, following)
        await self._check_grace(session, token)
        same = following if session.token_hash == self._hash(following) else None
        return await self.tokens(user, session, same)

    async def verify(self, access_token: str) -> Claims:
        """Who the bearer is; one read. Raises ``InvalidToken``."""
        claims = await self._jwts.read(access_token)
        session = await self._store.get(tables.SESSIONS, claims.session_id)
        if session is None or session.user_id != claims.user_id:
            raise InvalidToken
        return claims

    async def sign_out(self, refresh_token: str, *, everywhere: bool = False) -> None:
        """Ends the token's session, or all of its user's. Fine for a token whose session is over.

        An old token signs out as well: who holds one may end the session by using it, anyway.
        """
        with suppress(InvalidRefreshToken):
            session = await self._session_of(refresh_token)
            if everywhere:
                await self.end_all(session.user_id)
            else:
                await self._store.write(tables.end_session(session.session_id))

    async def of_user(self, user_id: str) -> Sequence[Session]:
        """The newest ``SHOWN`` sessions, the newest first."""
        return (await self._store.query(tables.sessions_of(user_id, SHOWN))).items

    async def end(self, user_id: str, session_id: str) -> None:
        """Ends one session. Raises ``SessionNotFound``, also for somebody else's."""
        session = await self._store.get(tables.SESSIONS, session_id)
        if session is None or session.user_id != user_id:
            raise SessionNotFound(session_id)
        await self._store.write(tables.end_session(session_id))

    async def end_all(self, user_id: str) -> None:
        """Signs the user out everywhere."""
        over = tables.change_user(user_id, add={"epoch": 1}, when=())
        with suppress(Conflict):  # there is no such user: there are no sessions either
            await self._store.write(over, *await self.ending(user_id))
        await self.sweep(user_id)

    async def ending(self, user_id: str, keep: str | None = None) -> list[Change]:
        """Ends the newest sessions but ``keep``: to be joined to the write that begins the user's next epoch.

        The epoch ends the others for ``refresh``; ``sweep``, called after the write, ends them altogether.
        """
        page = await self._store.query(tables.sessions_of(user_id, ENDED_AT_ONCE))
        ended = [tables.end_session(s.session_id) for s in page.items if s.session_id != keep]
        return ended if keep is None else [*ended, tables.keep_session(keep)]

    async def sweep(self, user_id: str, keep: str | None = None) -> None:
        """Ends what ``ending`` left. On DynamoDB the index may lag: a session opened within its last
        milliseconds is refused by ``refresh``, and its access token by its own end, an hour later at most.
        """
        async for page in every_page(
            lambda cursor: self._store.query(tables.sessions_of(user_id, ENDED_AT_ONCE, cursor))
        ):
            ended = [tables.end_session(s.session_id) for s in page.items if s.session_id != keep]
            if ended:
                await self._store.write(*ended)

    async def _check_grace(self, session: Session, token: str) -> None:
        """Raises ``InvalidRefreshToken``, and ends the session of a copied token."""
        presented = self._hash(token)
        if session.token_hash == presented:  # not rotated after all: the user was signed out meanwhile
            raise InvalidRefreshToken
        is_previous = session.previous_hash == presented
        if is_previous and self._clock() - session.rotated_at <= REUSE_GRACE:
            return
        told = {"sessionId": session.session_id, "device": session.device}
        with suppress(Conflict):  # the rival use of the same old token has done so
            await self._store.write(
                tables.end_reused_session(session.session_id),
                emit(self._clock, "RefreshTokenReused", session.user_id, told),
            )
        raise InvalidRefreshToken

    async def _session_of(self, token: str) -> Session:
        value = self._signer.verify(token)
        session = await self._store.get(tables.SESSIONS, value.partition(".")[0]) if value else None
        if session is None:
            raise InvalidRefreshToken
        return session

    def _following(self, token: str) -> str:
        return self._signer.sign(f"{token.partition('.')[0]}.{keyed_hash(self._key, 'next', token)}")

    def _hash(self, token: str) -> str:
        return keyed_hash(self._key, "stored", token)


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """A few words that let people recognise a device, from its User-Agent header: "Firefox on Linux"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    product = re.match(r"[A-Za-z][\w.-]{0,39}", user_agent)
    browser = browser or (product.group() if product else "")
    if not browser or browser == "Mozilla":
        return system or "Unknown device"
    return f"{browser} on {system}" if system else browser
