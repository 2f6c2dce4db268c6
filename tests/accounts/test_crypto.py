"""Sealing, hashing and signing, against published values where there are some."""

import asyncio
import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from cartwheel.accounts import Jwts, KeyRing, Passwords
from cartwheel.accounts.crypto import (
    SealedElsewhere,
    Vault,
    derive,
    keyed_hash,
    new_signing_key,
    new_totp_secret,
    totp,
    totp_bytes,
    totp_step,
    totp_uri,
)
from cartwheel.accounts.model import InvalidToken
from cartwheel.accounts.tables import SIGNING_KEYS
from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Store
from tests.accounts.wiring import ISSUER, SECRET, Wired


def test_only_the_same_secret_opens_what_was_sealed() -> None:
    sealed = Vault(SECRET).seal("a private key")
    assert "private" not in sealed
    assert Vault(SECRET).open(sealed) == "a private key"
    with pytest.raises(SealedElsewhere):
        Vault(SECRET[::-1]).open(sealed)
    with pytest.raises(SealedElsewhere):
        Vault(SECRET).open(sealed[:-2] + ("AA" if sealed[-2:] != "AA" else "BB"))


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        derive(b"fifteen bytes..", "accounts-vault")


def test_keys_differ_by_purpose_and_hashes_by_parts() -> None:
    assert derive(SECRET, "one") != derive(SECRET, "two")
    assert keyed_hash(SECRET, "ab", "c") != keyed_hash(SECRET, "a", "bc")


async def test_a_password_matches_its_hash_only() -> None:
    passwords = Passwords(memory=8, passes=1)
    hashed = await passwords.hash("Correct4Horse")
    assert hashed.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert await passwords.matches("Correct4Horse", hashed)
    assert not await passwords.matches("Correct4horse", hashed)
    assert not await passwords.matches("Correct4Horse", None)
    assert not passwords.is_outdated(hashed)
    assert Passwords(memory=16, passes=1).is_outdated(hashed)


async def test_the_parameters_are_owasps_and_strangers_cost_as_much() -> None:
    passwords = Passwords()
    assert (await passwords.hash("Correct4Horse")).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords._nobody.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_never_more_than_two_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords, running, most = Passwords(memory=8, passes=1), 0, 0

    async def to_thread(function: Any, *args: Any) -> Any:  # noqa: ANN401 - stands in for asyncio's
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return function(*args)

    monkeypatch.setattr(asyncio, "to_thread", to_thread)
    await asyncio.gather(*(passwords.hash("Correct4Horse") for _ in range(6)))
    assert most == 2


# RFC 6238, appendix B, SHA-1; the last six of its eight digits.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_time_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert totp(b"12345678901234567890", seconds // 30) == code


def test_a_time_code_is_good_for_a_step_before_and_after(clock: ManualClock) -> None:
    secret, now = b"12345678901234567890", int(clock().timestamp()) // 30
    found = [totp_step(secret, totp(secret, step), clock()) for step in range(now - 2, now + 3)]
    assert found == [None, now - 1, now, now + 1, None]
    assert totp_step(secret, "", clock()) is None
    assert totp_step(secret, "\ud800", clock()) is None


def test_a_totp_secret_is_160_bits_that_apps_can_scan() -> None:
    secret = new_totp_secret()
    assert len(totp_bytes(secret)) == 20
    assert totp_uri(secret, "ada@shop.test", "My Shop") == (
        f"otpauth://totp/My%20Shop%3Aada%40shop.test?secret={secret}"
        "&issuer=My%20Shop&algorithm=SHA1&digits=6&period=30"
    )


async def test_processes_that_start_at_once_share_one_key(store: Store, clock: ManualClock) -> None:
    rings = [KeyRing(store, clock, Vault(SECRET)) for _ in range(5)]
    await asyncio.gather(*(ring.prepare() for ring in rings))
    keys = [(await ring.signing_key()).kid for ring in rings]
    assert len(set(keys)) == 1
    rows = [row async for row in store.scan(SIGNING_KEYS)]
    assert [row.number for row in rows] == [1]
    assert "PRIVATE" not in rows[0].sealed_private
    assert set(rows[0].public_jwk) == {"kty", "n", "e", "use", "alg", "kid"}


async def test_rotation_keeps_the_old_key_until_its_tokens_are_over(store: Store, clock: ManualClock) -> None:
    ring = KeyRing(store, clock, Vault(SECRET))
    old = (await ring.signing_key()).kid or ""
    new = await ring.rotate()
    assert (await ring.signing_key()).kid == new != old
    assert [key["kid"] for key in (await ring.jwks())["keys"]] == [new, old]
    clock.advance(hours=1)
    assert (await ring.verifying_key(old)).kid == old
    clock.advance(minutes=10)
    assert [key["kid"] for key in (await ring.jwks())["keys"]] == [new]
    with pytest.raises(InvalidToken):
        await ring.verifying_key(old)


async def test_two_rotations_at_once_make_one_key(store: Store, clock: ManualClock) -> None:
    rings = [KeyRing(store, clock, Vault(SECRET)) for _ in range(4)]
    for ring in rings:
        await ring.prepare()
    made = await asyncio.gather(*(ring.rotate() for ring in rings))
    assert len(set(made)) == 1
    assert len([row async for row in store.scan(SIGNING_KEYS)]) == 2


async def test_other_processes_learn_of_a_new_key(store: Store, clock: ManualClock) -> None:
    one, other = (KeyRing(store, clock, Vault(SECRET)) for _ in range(2))
    await one.prepare()
    await other.prepare()
    new = await one.rotate()
    with pytest.raises(InvalidToken):  # asked within ten seconds of its last look: not again
        await other.verifying_key(new)
    assert (await other.signing_key()).kid != new
    clock.advance(seconds=11)
    assert (await other.verifying_key(new)).kid == new
    clock.advance(minutes=6)
    assert (await other.signing_key()).kid == new


async def test_tokens_have_cognitos_claims(shop: Wired) -> None:
    user = await shop.user(groups=("vendors", "customers"))
    tokens = await shop.sign_in()
    keys = KeySet.import_key_set(await shop.keys.jwks())  # type: ignore[arg-type]
    access, identity = (
        jwt.decode(t, keys, algorithms=["RS256"]) for t in (tokens.access_token, tokens.id_token)
    )
    [session] = await shop.sessions.of_user(user.user_id)
    now = int(shop.clock().timestamp())
    common = {
        "sub": user.user_id,
        "email": "ada@shop.test",
        "email_verified": True,
        "cognito:username": user.user_id,
        "cognito:groups": ["customers", "vendors"],
        "iss": ISSUER,
        "iat": now,
        "exp": now + 3600,
        "auth_time": now,
        "sid": session.session_id,
    }
    assert access.claims.pop("jti") != identity.claims.pop("jti")
    assert access.claims == {**common, "token_use": "access", "client_id": "cartwheel"}
    assert identity.claims == {**common, "token_use": "id", "aud": "cartwheel", "name": "Ada", "locale": "en"}
    assert access.header["kid"] == (await shop.keys.jwks())["keys"][0]["kid"]


async def test_an_access_token_ends_after_an_hour_cached_or_not(shop: Wired) -> None:
    await shop.user()
    tokens = await shop.sign_in()
    assert (await shop.identity.verify(tokens.access_token)).email == "ada@shop.test"
    shop.clock.advance(seconds=3599)
    await shop.identity.verify(tokens.access_token)
    shop.clock.advance(seconds=1)
    for _ in range(2):
        with pytest.raises(InvalidToken):
            await shop.identity.verify(tokens.access_token)


async def test_an_id_token_or_another_issuers_is_no_access_token(shop: Wired) -> None:
    user = await shop.user()
    tokens = await shop.sign_in()
    [session] = await shop.sessions.of_user(user.user_id)
    elsewhere = Jwts(shop.keys, shop.clock, "https://elsewhere.test")
    other_client = Jwts(shop.keys, shop.clock, ISSUER, "another")
    foreign = [(await jwts.mint(user, session))[0] for jwts in (elsewhere, other_client)]
    for token in (tokens.id_token, *foreign):
        with pytest.raises(InvalidToken):
            await shop.identity.verify(token)


STRANGER = new_signing_key()


def _forged(token: str, header: dict[str, Any]) -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return ".".join([encoded, *token.split(".")[1:]])


async def test_forged_tokens_are_refused(shop: Wired) -> None:
    await shop.user()
    token = (await shop.sign_in()).access_token
    key = (await shop.keys.jwks())["keys"][0]
    claims = jwt.decode(token, RSAKey.import_key(dict(key)), algorithms=["RS256"]).claims
    as_hmac = OctKey.import_key(key["n"].encode())
    forged = [
        jwt.encode({"alg": "RS256", "kid": key["kid"]}, claims, STRANGER),
        jwt.encode({"alg": "RS256", "kid": "made-up"}, claims, STRANGER),
        jwt.encode({"alg": "HS256", "kid": key["kid"]}, claims, as_hmac),
        _forged(token, {"alg": "none", "kid": key["kid"]}),
        _forged(token, {"alg": "RS256"}),
        _forged(token, {"alg": "RS256", "kid": ["x"]}),
        token[:-3] + "AAA",
        token.rpartition(".")[0] + ".",
        "",
        "..",
        "é.é.é",
        "\ud800",
        "a" * 100_000,
    ]
    for attempt in forged:
        with pytest.raises(InvalidToken):
            await shop.identity.verify(attempt)
    assert (await shop.identity.verify(token)).user_id == claims["sub"]
