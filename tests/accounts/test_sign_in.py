"""Signing in, the second factor, and passwords that were forgotten."""

import pytest

from cartwheel.accounts import Limit, Limits, Origin, PasswordReset, Passwords, SignIn
from cartwheel.accounts.crypto import totp, totp_bytes
from cartwheel.accounts.model import (
    AccountDisabled,
    InvalidCode,
    InvalidCredentials,
    InvalidRefreshToken,
    InvalidToken,
    InvalidTotp,
    TotpRequired,
    WeakPassword,
)
from cartwheel.accounts.tables import CREDENTIALS, RECOVERY_CODES
from cartwheel.edge.throttling import Throttled
from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Store
from tests.accounts.wiring import EMAIL, PASSWORD, Wired, wire

FROM = "192.0.2.1"
NEXT_PASSWORD = "Another1Password"


async def test_the_password_opens_a_session(shop: Wired) -> None:
    user = await shop.user(groups=("customers", "admins"))
    tokens = await shop.sign_in(" ADA@Shop.test ", device="Firefox on Linux")
    claims = await shop.identity.verify(tokens.access_token)
    [session] = await shop.sessions.of_user(user.user_id)
    assert (claims.user_id, claims.email) == (user.user_id, EMAIL)
    assert claims.groups == {"admins", "customers"}
    assert (claims.session_id, session.device) == (session.session_id, "Firefox on Linux")
    assert tokens.refresh_token
    assert tokens.refresh_token not in session.model_dump_json()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "Wrong4Horse"),
        (EMAIL, ""),
        (EMAIL, "\ud800"),
        ("nobody@shop.test", PASSWORD),
        ("not an address", PASSWORD),
        ("", ""),
    ],
)
async def test_every_other_pair_fails_alike(shop: Wired, email: str, password: str) -> None:
    user = await shop.user()
    with pytest.raises(InvalidCredentials):
        await shop.sign_in(email, password)
    assert await shop.sessions.of_user(user.user_id) == []


async def test_a_stranger_costs_as_much_as_an_account(shop: Wired, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.user()
    parameters: list[str] = []
    verify = shop.proofs.passwords._verify

    def noted(hashed: str, password: str) -> bool:
        parameters.append(hashed.rsplit("$", 2)[0])
        return verify(hashed, password)

    monkeypatch.setattr(shop.proofs.passwords, "_verify", noted)
    for email in (EMAIL, "nobody@shop.test"):
        with pytest.raises(InvalidCredentials):
            await shop.sign_in(email, "Wrong4Horse")
    assert parameters == ["$argon2id$v=19$m=8,t=1,p=1"] * 2


async def test_a_disabled_user_stays_out(shop: Wired) -> None:
    user = await shop.user()
    await shop.accounts.disable_user(user.user_id)
    with pytest.raises(InvalidCredentials):
        await shop.sign_in(password="Wrong4Horse")
    with pytest.raises(AccountDisabled):
        await shop.sign_in()
    await shop.accounts.enable_user(user.user_id)
    await shop.sign_in()


async def test_ten_tries_in_a_quarter_of_an_hour(shop: Wired) -> None:
    await shop.user()
    await shop.user("eve@shop.test")
    for _ in range(10):
        with pytest.raises(InvalidCredentials):
            await shop.sign_in(password="Wrong4Horse")
    with pytest.raises(Throttled) as refused:
        await shop.sign_in()
    assert refused.value.details == {"retry_after": 900}
    await shop.sign_in("eve@shop.test")
    shop.clock.advance(minutes=15)
    await shop.sign_in()


async def test_one_address_cannot_lock_accounts_out(store: Store, clock: ManualClock) -> None:
    shop = wire(store, clock, Limits(sign_in=Limit(account=2, address=2)))
    await shop.user()
    for _ in range(2):
        with pytest.raises(InvalidCredentials):
            await shop.sign_in("nobody@shop.test")
    for _ in range(5):
        with pytest.raises(Throttled):
            await shop.sign_in(password="Wrong4Horse")
    await shop.identity.sign_in(SignIn(EMAIL, PASSWORD), Origin("198.51.100.7", "Safari"))


async def test_a_hash_of_old_parameters_is_renewed(shop: Wired) -> None:
    user = await shop.user()
    later = wire(shop.store, shop.clock, passwords=Passwords(memory=16, passes=1))
    await later.sign_in()
    credentials = await shop.store.get(CREDENTIALS, user.user_id)
    assert credentials is not None
    assert (credentials.password_hash or "").startswith("$argon2id$v=19$m=16,t=1,p=1$")
    await later.sign_in()


async def forget(shop: Wired) -> str:
    await shop.identity.forgot(EMAIL, FROM)
    return str((await shop.told("PasswordResetRequested"))["code"])


async def test_a_mailed_code_sets_a_new_password_and_ends_all_sessions(shop: Wired) -> None:
    await shop.user()
    tokens = await shop.sign_in()
    code = await forget(shop)
    assert await shop.told("PasswordResetRequested") == {
        "email": EMAIL,
        "name": "Ada",
        "locale": "en",
        "code": code,
    }
    await shop.identity.reset(PasswordReset(EMAIL, code, NEXT_PASSWORD), FROM)
    with pytest.raises(InvalidToken):
        await shop.identity.verify(tokens.access_token)
    with pytest.raises(InvalidRefreshToken):
        await shop.identity.refresh(tokens.refresh_token or "")
    with pytest.raises(InvalidCredentials):
        await shop.sign_in()
    await shop.sign_in(password=NEXT_PASSWORD)
    assert await shop.told("PasswordChanged") == {"email": EMAIL, "name": "Ada", "locale": "en"}


async def test_a_reset_code_serves_once_and_for_an_hour(shop: Wired) -> None:
    await shop.user()
    code = await forget(shop)
    await shop.identity.reset(PasswordReset(EMAIL, code, NEXT_PASSWORD), FROM)
    with pytest.raises(InvalidCode):
        await shop.identity.reset(PasswordReset(EMAIL, code, PASSWORD), FROM)
    code = await forget(shop)
    shop.clock.advance(hours=1)
    with pytest.raises(InvalidCode):
        await shop.identity.reset(PasswordReset(EMAIL, code, PASSWORD), FROM)
    await shop.sign_in(password=NEXT_PASSWORD)


async def test_a_weak_password_does_not_use_the_reset_code_up(shop: Wired) -> None:
    await shop.user()
    code = await forget(shop)
    with pytest.raises(WeakPassword):
        await shop.identity.reset(PasswordReset(EMAIL, code, "weak"), FROM)
    await shop.identity.reset(PasswordReset(EMAIL, code, NEXT_PASSWORD), FROM)


async def test_a_reset_voids_a_change_of_address_that_an_intruder_asked_for(shop: Wired) -> None:
    user = await shop.user()
    await shop.credentials.change_email(user.user_id, PASSWORD, "eve@shop.test")
    asked = (await shop.told("EmailChangeRequested"))["code"]
    await shop.identity.reset(PasswordReset(EMAIL, await forget(shop), NEXT_PASSWORD), FROM)
    with pytest.raises(InvalidCode):
        await shop.credentials.confirm_email(user.user_id, asked)


async def test_a_disabled_user_gets_no_reset_code(shop: Wired) -> None:
    user = await shop.user()
    await shop.accounts.disable_user(user.user_id)
    await shop.identity.forgot(EMAIL, FROM)
    assert await shop.events("PasswordResetRequested") == []


async def turn_totp_on(shop: Wired, user_id: str) -> tuple[bytes, list[str]]:
    """The secret and the recovery codes; the time moves on past the code that confirmed."""
    secret = totp_bytes((await shop.credentials.start_totp(user_id))[0])
    spare = await shop.credentials.confirm_totp(user_id, code_of(shop, secret))
    shop.clock.advance(minutes=1)
    return secret, spare


def code_of(shop: Wired, secret: bytes, steps: int = 0) -> str:
    return totp(secret, int(shop.clock().timestamp()) // 30 + steps)


async def test_the_second_factor_is_asked_for_after_the_password(shop: Wired) -> None:
    user = await shop.user()
    secret, _ = await turn_totp_on(shop, user.user_id)
    with pytest.raises(InvalidCredentials):
        await shop.sign_in(password="Wrong4Horse", second_factor=code_of(shop, secret))
    with pytest.raises(TotpRequired):
        await shop.sign_in()
    with pytest.raises(InvalidTotp):
        await shop.sign_in(second_factor="000000" if code_of(shop, secret) != "000000" else "000001")
    assert await shop.sessions.of_user(user.user_id) == []
    await shop.sign_in(second_factor=code_of(shop, secret))


async def test_a_time_code_serves_once_and_so_do_those_before_it(shop: Wired) -> None:
    user = await shop.user()
    secret, _ = await turn_totp_on(shop, user.user_id)
    await shop.sign_in(second_factor=code_of(shop, secret))
    for steps in (0, -1):
        with pytest.raises(InvalidTotp):
            await shop.sign_in(second_factor=code_of(shop, secret, steps))
    await shop.sign_in(second_factor=code_of(shop, secret, 1))
    assert len(await shop.sessions.of_user(user.user_id)) == 2


async def test_a_recovery_code_serves_once_however_it_is_typed(shop: Wired) -> None:
    user = await shop.user()
    _, spare = await turn_totp_on(shop, user.user_id)
    assert len(set(spare)) == 10
    await shop.sign_in(second_factor=f" {spare[0][:5].lower()}-{spare[0][5:]} ")
    with pytest.raises(InvalidTotp):
        await shop.sign_in(second_factor=spare[0])
    kept = [row.model_dump_json() async for row in shop.store.scan(RECOVERY_CODES)]
    assert len(kept) == 9
    assert [row for row in kept for code in spare if code in row] == []


async def test_a_recovery_code_is_the_users_own(shop: Wired) -> None:
    user, eve = await shop.user(), await shop.user("eve@shop.test")
    await turn_totp_on(shop, user.user_id)
    _, spare = await turn_totp_on(shop, eve.user_id)
    with pytest.raises(InvalidTotp):
        await shop.sign_in(second_factor=spare[0])
