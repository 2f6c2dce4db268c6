"""Changing password, e-mail address and second factor while signed in."""

import pytest

from cartwheel.accounts import EmailTaken, Limit, Limits, PasswordReset, UserNotFound
from cartwheel.accounts.crypto import totp, totp_bytes
from cartwheel.accounts.model import (
    InvalidCode,
    InvalidCredentials,
    InvalidRefreshToken,
    InvalidToken,
    TotpAlreadyOn,
    TotpNotStarted,
    WeakPassword,
    WrongPassword,
)
from cartwheel.accounts.tables import CREDENTIALS, RECOVERY_CODES
from cartwheel.edge.throttling import Throttled
from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Store
from tests.accounts.wiring import EMAIL, PASSWORD, Wired, wire

NEXT_PASSWORD = "Another1Password"
NEXT_EMAIL = "ada.byron@shop.test"


async def test_a_new_password_ends_all_other_sessions(shop: Wired) -> None:
    user = await shop.user()
    mine, other = await shop.sign_in(), await shop.sign_in()
    claims = await shop.identity.verify(mine.access_token)
    await shop.credentials.change_password(user.user_id, claims.session_id, PASSWORD, NEXT_PASSWORD)

    await shop.identity.verify(mine.access_token)
    assert (await shop.identity.refresh(mine.refresh_token or "")).refresh_token
    with pytest.raises(InvalidToken):
        await shop.identity.verify(other.access_token)
    with pytest.raises(InvalidRefreshToken):
        await shop.identity.refresh(other.refresh_token or "")
    with pytest.raises(InvalidCredentials):
        await shop.sign_in()
    await shop.sign_in(password=NEXT_PASSWORD)
    assert await shop.told("PasswordChanged") == {"email": EMAIL, "name": "Ada", "locale": "en"}


async def test_the_old_password_and_a_strong_new_one_are_needed(shop: Wired) -> None:
    user = await shop.user()
    session_id = (await shop.identity.verify((await shop.sign_in()).access_token)).session_id
    with pytest.raises(WrongPassword):
        await shop.credentials.change_password(user.user_id, session_id, "Wrong4Horse", NEXT_PASSWORD)
    with pytest.raises(WeakPassword):
        await shop.credentials.change_password(user.user_id, session_id, PASSWORD, "weak")
    assert await shop.events("PasswordChanged") == []
    await shop.sign_in()


async def test_a_session_that_has_ended_changes_nothing(shop: Wired) -> None:
    user = await shop.user()
    session_id = (await shop.identity.verify((await shop.sign_in()).access_token)).session_id
    await shop.sessions.end(user.user_id, session_id)
    with pytest.raises(InvalidToken):
        await shop.credentials.change_password(user.user_id, session_id, PASSWORD, NEXT_PASSWORD)
    await shop.sign_in()


async def test_passwords_of_the_signed_in_are_throttled_too(store: Store, clock: ManualClock) -> None:
    shop = wire(store, clock, Limits(password=Limit(account=2)))
    user = await shop.user()
    for _ in range(2):
        with pytest.raises(WrongPassword):
            await shop.credentials.check_password(user.user_id, "Wrong4Horse")
    with pytest.raises(Throttled):
        await shop.credentials.check_password(user.user_id, PASSWORD)


async def ask(shop: Wired, user_id: str, email: str = NEXT_EMAIL) -> str:
    await shop.credentials.change_email(user_id, PASSWORD, email)
    return str((await shop.told("EmailChangeRequested"))["code"])


async def test_a_new_address_is_confirmed_and_the_old_one_told(shop: Wired) -> None:
    user = await shop.user()
    token = (await shop.sign_in()).refresh_token
    code = await ask(shop, user.user_id)
    asked = await shop.told("EmailChangeRequested")
    assert asked == {"email": NEXT_EMAIL, "name": "Ada", "locale": "en", "code": code}
    assert await shop.accounts.find_user(NEXT_EMAIL) is None

    await shop.credentials.confirm_email(user.user_id, code)

    assert await shop.accounts.find_user(EMAIL) is None
    found = await shop.accounts.find_user(NEXT_EMAIL)
    assert found is not None
    assert (found.user_id, found.email) == (user.user_id, NEXT_EMAIL)
    told = {"email": EMAIL, "newEmail": NEXT_EMAIL, "name": "Ada", "locale": "en"}
    assert await shop.told("EmailChanged") == told
    tokens = await shop.identity.refresh(token or "")
    assert (await shop.identity.verify(tokens.access_token)).email == NEXT_EMAIL
    await shop.user()  # the old address is free
    with pytest.raises(InvalidCode):
        await shop.credentials.confirm_email(user.user_id, code)


async def test_the_way_an_address_is_written_may_change(shop: Wired) -> None:
    user = await shop.user()
    await shop.credentials.confirm_email(user.user_id, await ask(shop, user.user_id, "ADA@shop.test"))
    assert (await shop.accounts.get_user(user.user_id)).email == "ADA@shop.test"
    await shop.sign_in()


async def test_asking_for_somebody_elses_address_tells_them_only(shop: Wired) -> None:
    user, eve = await shop.user(), await shop.user(NEXT_EMAIL)
    await shop.credentials.change_email(user.user_id, PASSWORD, NEXT_EMAIL)
    assert await shop.events("EmailChangeRequested") == []
    [told] = await shop.events("AlreadyRegistered")
    assert (told.subject, told.payload["email"]) == (eve.user_id, NEXT_EMAIL)


async def test_an_address_taken_meanwhile_is_not_taken_twice(shop: Wired) -> None:
    user = await shop.user()
    code = await ask(shop, user.user_id)
    rival = await shop.user(NEXT_EMAIL)
    with pytest.raises(EmailTaken):
        await shop.credentials.confirm_email(user.user_id, code)
    assert await shop.accounts.find_user(NEXT_EMAIL) == rival
    assert (await shop.accounts.get_user(user.user_id)).email == EMAIL


async def test_changing_the_address_needs_the_password_and_the_users_own_code(shop: Wired) -> None:
    user, eve = await shop.user(), await shop.user("eve@shop.test")
    with pytest.raises(WrongPassword):
        await shop.credentials.change_email(user.user_id, "Wrong4Horse", NEXT_EMAIL)
    code = await ask(shop, user.user_id)
    with pytest.raises(InvalidCode):
        await shop.credentials.confirm_email(eve.user_id, code)
    assert (await shop.accounts.get_user(eve.user_id)).email == "eve@shop.test"


async def test_a_reset_code_in_the_old_mailbox_is_void_after_the_change(shop: Wired) -> None:
    user = await shop.user()
    await shop.identity.forgot(EMAIL, "192.0.2.1")
    reset = (await shop.told("PasswordResetRequested"))["code"]
    await shop.credentials.confirm_email(user.user_id, await ask(shop, user.user_id))
    with pytest.raises(InvalidCode):
        await shop.identity.reset(PasswordReset(NEXT_EMAIL, reset, NEXT_PASSWORD), "192.0.2.1")


def code_of(shop: Wired, secret: str) -> str:
    return totp(totp_bytes(secret), int(shop.clock().timestamp()) // 30)


async def test_the_second_factor_is_on_once_a_code_was_right(shop: Wired) -> None:
    user = await shop.user()
    with pytest.raises(TotpNotStarted):
        await shop.credentials.confirm_totp(user.user_id, "123456")
    secret, uri = await shop.credentials.start_totp(user.user_id)
    assert uri.startswith(f"otpauth://totp/Cartwheel%3Aada%40shop.test?secret={secret}&")
    with pytest.raises(InvalidCode):
        await shop.credentials.confirm_totp(user.user_id, "12345")
    await shop.sign_in()  # nothing has changed so far
    assert not (await shop.accounts.get_user(user.user_id)).totp_enabled

    spare = await shop.credentials.confirm_totp(user.user_id, code_of(shop, secret))

    assert len(spare) == 10
    assert (await shop.accounts.get_user(user.user_id)).totp_enabled
    assert await shop.told("TotpEnabled") == {"email": EMAIL, "name": "Ada", "locale": "en"}
    credentials = await shop.store.get(CREDENTIALS, user.user_id)
    assert credentials is not None
    assert secret not in credentials.model_dump_json()
    for call in (
        shop.credentials.start_totp(user.user_id),
        shop.credentials.confirm_totp(user.user_id, code_of(shop, secret)),
    ):
        with pytest.raises(TotpAlreadyOn):
            await call


async def test_a_set_up_started_anew_counts(shop: Wired) -> None:
    user = await shop.user()
    first, _ = await shop.credentials.start_totp(user.user_id)
    second, _ = await shop.credentials.start_totp(user.user_id)
    with pytest.raises(InvalidCode):
        await shop.credentials.confirm_totp(user.user_id, code_of(shop, first))
    await shop.credentials.confirm_totp(user.user_id, code_of(shop, second))


async def test_the_second_factor_is_turned_off_with_the_password(shop: Wired) -> None:
    user = await shop.user()
    await shop.credentials.disable_totp(user.user_id, PASSWORD)
    assert await shop.events("TotpDisabled") == []
    secret, _ = await shop.credentials.start_totp(user.user_id)
    await shop.credentials.confirm_totp(user.user_id, code_of(shop, secret))
    with pytest.raises(WrongPassword):
        await shop.credentials.disable_totp(user.user_id, "Wrong4Horse")
    await shop.credentials.disable_totp(user.user_id, PASSWORD)
    assert [row async for row in shop.store.scan(RECOVERY_CODES)] == []
    assert not (await shop.accounts.get_user(user.user_id)).totp_enabled
    assert await shop.told("TotpDisabled") == {"email": EMAIL, "name": "Ada", "locale": "en"}
    await shop.sign_in()


async def test_who_is_not_there_changes_nothing(shop: Wired) -> None:
    for call in (shop.credentials.start_totp("missing"), shop.credentials.confirm_totp("missing", "123456")):
        with pytest.raises((UserNotFound, TotpAlreadyOn)):
            await call
    with pytest.raises(WrongPassword):
        await shop.credentials.check_password("missing", PASSWORD)
