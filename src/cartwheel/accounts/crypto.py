"""Everything that hashes, seals or signs. All keys come from the app secret or lie sealed in the store."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import orjson
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from joserfc import jwe, jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, RSAKey

from cartwheel.accounts import tables
from cartwheel.accounts.model import ACCESS_TIME, Claims, InvalidToken, Session, SigningKey, User
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import new_id
from cartwheel.storage import Conflict, Put, Store, Update, absent, eq

KEYS_FRESH = timedelta(minutes=5)
"""How long a process signs with the keys that it knows before it looks for a newer one."""

KEY_KEPT = ACCESS_TIME + 2 * KEYS_FRESH
"""How long a key verifies after a newer one was made: others may sign with it for another ``KEYS_FRESH``."""

UNKNOWN_KEY_PAUSE = timedelta(seconds=10)
"""Tokens with made-up key ids cause one read per so long, not one each."""

CACHED_TOKENS = 4096

TOTP_SECONDS = 30
_SEALING = {"alg": "dir", "enc": "A256GCM"}


def derive(secret: bytes, purpose: str) -> bytes:
    """A key of 256 bits for one purpose (at most 16 characters), from the app secret (16 bytes or more)."""
    if len(secret) < 16:
        raise ValueError("The app secret has at least 16 bytes.")
    return hashlib.blake2b(secret, digest_size=32, person=purpose.encode()).digest()


def keyed_hash(key: bytes, *parts: str, size: int = 32) -> str:
    """A keyed hash of some texts, in hex, for what is looked up or compared but never read again."""
    mac = hashlib.blake2b(key=key, digest_size=size)
    for part in parts:
        text = part.encode("utf-8", "surrogatepass")
        mac.update(len(text).to_bytes(4, "big") + text)
    return mac.hexdigest()


class SealedElsewhere(RuntimeError):
    """Sealed under another app secret, or changed in the store: nothing that a caller could mend."""


class Vault:
    """Seals what the store may hold but must not show (JWE, direct key, A256GCM)."""

    def __init__(self, secret: bytes) -> None:
        self._key = OctKey.import_key(derive(secret, "accounts-vault"))

    def seal(self, text: str) -> str:
        """The text, readable by ``open`` only."""
        return jwe.encrypt_compact(_SEALING, text.encode(), self._key)

    def open(self, sealed: str) -> str:
        """What was sealed. Raises ``SealedElsewhere``."""
        try:
            plaintext = jwe.decrypt_compact(sealed, self._key).plaintext
        except JoseError as error:
            raise SealedElsewhere("The app secret is not the one that this was sealed under.") from error
        return (plaintext or b"").decode()


class Passwords:
    """Argon2id in threads, at most ``at_once`` of them, so that sign-ins never take more than their memory.

    The defaults (19 MiB, 2 passes, 1 lane) are OWASP's minimum; ``memory`` is in KiB.
    """

    def __init__(self, memory: int = 19 * 1024, passes: int = 2, at_once: int = 2) -> None:
        self._hasher = PasswordHasher(passes, memory, 1)
        self._turn = asyncio.Semaphore(at_once)
        salt, digest = (base64.b64encode(secrets.token_bytes(n)).rstrip(b"=").decode() for n in (16, 32))
        self._nobody = f"$argon2id$v=19$m={memory},t={passes},p=1${salt}${digest}"

    async def hash(self, password: str) -> str:
        """The hash to keep, with its parameters and salt inside."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, _password_bytes(password))

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password. Without a hash the answer is no, after the same time."""
        async with self._turn:
            return await asyncio.to_thread(self._verify, hashed or self._nobody, password)

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, _password_bytes(password))
        except VerifyMismatchError:
            return False


def _password_bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def totp(secret: bytes, step: int) -> str:
    """The six digits of a time step (RFC 6238 with HMAC-SHA-1, what every authenticator app does)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0xF
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def totp_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The time step that the code belongs to: the present one or a neighbour, for clocks that differ."""
    present = int(now.timestamp()) // TOTP_SECONDS
    steps = [step for step in (present - 1, present, present + 1) if _same(totp(secret, step), code)]
    return steps[-1] if steps else None


def totp_uri(secret: str, email: str, issuer: str) -> str:
    """What an authenticator app scans. ``secret`` is in base 32."""
    label = quote(f"{issuer}:{email}", safe="")
    fields = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": 6, "period": TOTP_SECONDS}
    return f"otpauth://totp/{label}?{urlencode(fields, quote_via=quote)}"


def totp_bytes(secret: str) -> bytes:
    """A secret in base 32 (no padding) as bytes."""
    return base64.b32decode(secret + "=" * (-len(secret) % 8))


def new_totp_secret() -> str:
    """160 random bits in base 32, 32 characters."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))


def new_signing_key() -> RSAKey:
    """A fresh RS256 key pair with an id; takes some 100 ms."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


class KeyRing:
    """The RS256 keys of the built-in issuer, shared by all processes through the store.

    The newest key signs. The key of the next number is put with ``absent()``: however many processes start or
    rotate at once, one key is made.
    """

    def __init__(
        self, store: Store, clock: Clock, vault: Vault, make: Callable[[], RSAKey] = new_signing_key
    ) -> None:
        self._store = store
        self._clock = clock
        self._vault = vault
        self._make = make
        self._rows: list[SigningKey] = []
        self._keys: dict[str, RSAKey] = {}
        self._read_at: datetime | None = None

    async def prepare(self) -> None:
        """Makes the first key where there is none. Repeatable; called at start, so that no sign-in waits."""
        await self._newest()

    async def rotate(self) -> str:
        """Signs with a new key from now on; answers its id. The one before verifies for ``KEY_KEPT``."""
        await self._read()
        await self._add(self._rows[0] if self._rows else None)
        return self._rows[0].kid

    async def signing_key(self) -> RSAKey:
        """The key pair to sign with."""
        return self._keys[(await self._newest()).kid]

    async def verifying_key(self, kid: str) -> RSAKey:
        """The key of that id. Raises ``InvalidToken`` for none, or one that has expired."""
        if not self._is_known(kid) and self._is_older_than(UNKNOWN_KEY_PAUSE):
            await self._read()
        if not self._is_known(kid):
            raise InvalidToken
        return self._keys[kid]

    async def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys as RFC 7517 writes them."""
        await self._newest()
        return {"keys": [row.public_jwk for row in self._rows if self._is_known(row.kid)]}

    async def _newest(self) -> SigningKey:
        if not self._rows or self._is_older_than(KEYS_FRESH):
            await self._read()
        if not self._rows:
            await self._add(None)
        return self._rows[0]

    def _is_older_than(self, time: timedelta) -> bool:
        return self._read_at is None or self._clock() - self._read_at > time

    def _is_known(self, kid: str) -> bool:
        now = self._clock()
        return any(row.kid == kid and (row.expires_at is None or row.expires_at > now) for row in self._rows)

    async def _add(self, present: SigningKey | None) -> None:
        key = await asyncio.to_thread(self._make)
        now = self._clock()
        row = SigningKey(
            number=present.number + 1 if present else 1,
            kid=key.kid or "",
            public_jwk=_jwk(key, private=False),
            sealed_private=self._vault.seal(orjson.dumps(_jwk(key, private=True)).decode()),
            created_at=now,
        )
        changes: list[Any] = [Put(tables.SIGNING_KEYS, row, (absent(),))]
        if present:
            old = (present.shard, present.number)
            kept = {"expires_at": now + KEY_KEPT}
            changes.append(Update(tables.SIGNING_KEYS, old, set=kept, when=(eq("expires_at", None),)))
        with suppress(Conflict):  # another process has made the key of this number: it is as good as ours
            await self._store.write(*changes)
            self._keys[row.kid] = key
        await self._read()

    async def _read(self) -> None:
        rows = list((await self._store.query(tables.signing_keys())).items)
        for row in rows:
            if row.kid not in self._keys:
                self._keys[row.kid] = await asyncio.to_thread(self._open, row)
        self._rows, self._read_at = rows, self._clock()

    def _open(self, row: SigningKey) -> RSAKey:
        return RSAKey.import_key(orjson.loads(self._vault.open(row.sealed_private)))


def _jwk(key: RSAKey, *, private: bool) -> dict[str, str]:
    return {name: str(value) for name, value in key.as_dict(private=private).items()}


class VerifyingKeys(Protocol):
    """The public keys of an issuer."""

    async def verifying_key(self, kid: str) -> RSAKey:
        """The key of that id. Raises ``InvalidToken`` for none."""


class TokenReader(ABC):
    """Reads access tokens of one issuer; a token seen before is not verified again."""

    def __init__(self, keys: VerifyingKeys, clock: Clock) -> None:
        self._verifying = keys
        self._clock = clock
        self._seen: OrderedDict[bytes, tuple[int, Claims]] = OrderedDict()

    async def read(self, token: str) -> Claims:
        """What an access token says. Raises ``InvalidToken``.

        Whether its session still lives is not looked at here.
        """
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        now = self._clock().timestamp()
        known = self._seen.get(digest)
        if known is None:
            known = await self._verified(token)
            self._seen[digest] = known
            if len(self._seen) > CACHED_TOKENS:
                self._seen.popitem(last=False)
        else:
            self._seen.move_to_end(digest)
        expires, claims = known
        if expires <= now:
            self._seen.pop(digest, None)
            raise InvalidToken
        return claims

    async def _verified(self, token: str) -> tuple[int, Claims]:
        try:
            kid = jws.extract_compact(token.encode()).headers().get("kid")
            key = await self._verifying.verifying_key(str(kid))
            claims = jwt.decode(token, key, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            raise InvalidToken from None
        return self._understood(claims)

    @abstractmethod
    def _understood(self, claims: Mapping[str, Any]) -> tuple[int, Claims]:
        """When a token of these claims ends (Unix seconds), and what it says. Raises ``InvalidToken``."""


class Jwts(TokenReader):
    """Access and id tokens with Cognito's claims. ``issuer`` is a URL without a slash at its end."""

    def __init__(self, keys: KeyRing, clock: Clock, issuer: str, client_id: str = "cartwheel") -> None:
        super().__init__(keys, clock)
        self._keys = keys
        self._issuer = issuer
        self._client_id = client_id

    async def mint(self, user: User, session: Session) -> tuple[str, str]:
        """An access token and an id token for a user's session."""
        key = await self._keys.signing_key()
        now = int(self._clock().timestamp())
        common = {
            "sub": user.user_id,
            "email": user.email,
            "email_verified": True,
            "cognito:username": user.user_id,
            "cognito:groups": list(user.groups),
            "iss": self._issuer,
            "iat": now,
            "exp": now + int(ACCESS_TIME.total_seconds()),
            "auth_time": int(session.created_at.timestamp()),
            "sid": session.session_id,
        }
        header = {"alg": "RS256", "kid": key.kid}
        access = {"token_use": "access", "client_id": self._client_id, "jti": new_id()}
        identity = {"token_use": "id", "aud": self._client_id, "name": user.name, "locale": user.locale}
        return (
            jwt.encode(header, {**common, **access}, key),
            jwt.encode(header, {**common, **identity, "jti": new_id()}, key),
        )

    def _understood(self, claims: Mapping[str, Any]) -> tuple[int, Claims]:
        expected = {"iss": self._issuer, "token_use": "access", "client_id": self._client_id}
        if any(claims.get(name) != value for name, value in expected.items()):
            raise InvalidToken
        return claims["exp"], Claims(
            user_id=claims["sub"],
            email=claims["email"],
            groups=frozenset(claims["cognito:groups"]),
            session_id=claims["sid"],
        )
