"""What every identity promises."""

import pytest

from cartwheel.accounts import EmailTaken, NewAccount, PasswordReset, UserNotFound
from cartwheel.accounts.model import (
    AccountDisabled,
    EmailNotConfirmed,
    InvalidCode,
    InvalidCredentials,
    InvalidEmail,
    InvalidRefreshToken,
    InvalidToken,
    InvalidTotp,
    SessionNotFound,
    TotpAlreadyOn,
    TotpRequired,
    WeakPassword,
    WrongPassword,
)
from tests.accounts.wiring import EMAIL, PASSWORD
from tests.contract.identity.conftest import World

FROM = "192.0.2.1"
OTHER_PASSWORD = "Another1Password"

pytestmark = pytest.mark.slow_callbacks_ok(reason="the description of Cognito is read when first used")


async def joined(world: World, email: str = EMAIL, password: str = PASSWORD) -> None:
    """Signs up and confirms."""
    await world.identity.sign_up(NewAccount(email, password, "Ada"), FROM)
    await world.identity.confirm(email, await world.mailed("VerificationRequested"), FROM)


async def test_signing_up_confirming_and_signing_in(world: World) -> None:
    await world.identity.sign_up(NewAccount(" ADA@shop.test ", PASSWORD, "Ada", "de"), FROM)
    with pytest.raises(EmailNotConfirmed):
        await world.sign_in()
    code = await world.mailed("VerificationRequested")
    with pytest.raises(InvalidCode):
        await world.identity.confirm(EMAIL, "000000" if code != "000000" else "000001", FROM)
    with pytest.raises(InvalidCode):
        await world.identity.confirm("nobody@shop.test", code, FROM)
    await world.identity.confirm(EMAIL, f" {code} ", FROM)
    tokens = await world.sign_in("Ada@SHOP.test")
    claims = await world.identity.verify(tokens.access_token)
    user = await world.accounts.get_user(claims.user_id)
    assert (user.name, user.locale, user.groups) == ("Ada", "de", ("customers",))
    assert user.email.lower() == EMAIL
    assert claims.email == user.email
    assert claims.groups == {"customers"}
    assert await world.accounts.find_user(EMAIL) == user
    assert len(await world.events("AccountConfirmed")) == 1
    with pytest.raises(InvalidCode):
        await world.identity.confirm(EMAIL, code, FROM)


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "Wrong4Horse"), (EMAIL, ""), ("nobody@shop.test", PASSWORD), ("no address", PASSWORD), ("", "")],
)
async def test_every_other_pair_fails_alike(world: World, email: str, password: str) -> None:
    user = await world.user()
    with pytest.raises(InvalidCredentials):
        await world.sign_in(email, password)
    assert await world.sessions.of_user(user.user_id) == []


async def test_what_cannot_sign_up(world: World) -> None:
    with pytest.raises(WeakPassword):
        await world.identity.sign_up(NewAccount(EMAIL, "weak", "Ada"), FROM)
    with pytest.raises(InvalidEmail):
        await world.identity.sign_up(NewAccount("no address", PASSWORD, "Ada"), FROM)
    with pytest.raises(InvalidCredentials):
        await world.sign_in()


async def test_the_last_sign_up_counts(world: World) -> None:
    await world.identity.sign_up(NewAccount(EMAIL, OTHER_PASSWORD, "Mallory"), FROM)
    await joined(world)
    with pytest.raises(InvalidCredentials):
        await world.sign_in(password=OTHER_PASSWORD)
    claims = await world.identity.verify((await world.sign_in()).access_token)
    assert (await world.accounts.get_user(claims.user_id)).name == "Ada"


async def test_an_address_with_an_account_is_told_to_its_owner_alone(world: World) -> None:
    user = await world.user()
    await world.identity.sign_up(NewAccount(EMAIL, OTHER_PASSWORD, "Mallory"), FROM)
    assert [event.subject for event in await world.events("AlreadyRegistered")] == [user.user_id]
    await world.sign_in()
    with pytest.raises(InvalidCredentials):
        await world.sign_in(password=OTHER_PASSWORD)


async def test_another_code_may_be_asked_for(world: World) -> None:
    await world.identity.sign_up(NewAccount(EMAIL, PASSWORD, "Ada"), FROM)
    for email in (EMAIL, "nobody@shop.test"):
        await world.identity.resend(email, FROM)
    await world.identity.confirm(EMAIL, await world.mailed("VerificationRequested"), FROM)
    await world.sign_in()
    await world.identity.resend(EMAIL, FROM)


async def test_a_session_is_refreshed(world: World) -> None:
    user = await world.user()
    tokens = await world.sign_in()
    before = await world.identity.verify(tokens.access_token)
    fresh = await world.identity.refresh(tokens.refresh_token or "")
    after = await world.identity.verify(fresh.access_token)
    assert (after.user_id, after.session_id) == (user.user_id, before.session_id)
    assert fresh.refresh_token
    assert fresh.expires_in == 3600
    for made_up in ("", "nonsense", f"{tokens.refresh_token}x"):
        with pytest.raises(InvalidRefreshToken):
            await world.identity.refresh(made_up)


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "é.é.é"])
async def test_what_is_no_token(world: World, token: str) -> None:
    with pytest.raises(InvalidToken):
        await world.identity.verify(token)


async def test_an_id_token_is_no_access_token(world: World) -> None:
    await world.user()
    with pytest.raises(InvalidToken):
        await world.identity.verify((await world.sign_in()).id_token)


async def test_signing_out_ends_one_session_at_once(world: World) -> None:
    await world.user()
    here, there = await world.sign_in(), await world.sign_in()
    await world.identity.sign_out(here.refresh_token or "")
    with pytest.raises(InvalidToken):
        await world.identity.verify(here.access_token)
    with pytest.raises(InvalidRefreshToken):
        await world.identity.refresh(here.refresh_token or "")
    await world.identity.sign_out(here.refresh_token or "")
    await world.identity.verify(there.access_token)
    await world.identity.refresh(there.refresh_token or "")


async def test_signing_out_everywhere(world: World) -> None:
    user = await world.user()
    sessions = [await world.sign_in() for _ in range(3)]
    await world.identity.sign_out(sessions[0].refresh_token or "", everywhere=True)
    assert await world.sessions.of_user(user.user_id) == []
    for session in sessions:
        with pytest.raises(InvalidToken):
            await world.identity.verify(session.access_token)
        with pytest.raises(InvalidRefreshToken):
            await world.identity.refresh(session.refresh_token or "")
    await world.identity.verify((await world.sign_in()).access_token)


async def test_devices_are_listed_and_signed_out_one_by_one(world: World) -> None:
    user, other = await world.user(), await world.user("eve@shop.test")
    here, there = await world.sign_in(), await world.sign_in()
    ended = (await world.identity.verify(there.access_token)).session_id
    devices = await world.sessions.of_user(user.user_id)
    assert [session.device for session in devices] == ["Firefox", "Firefox"]
    for user_id, session_id in ((other.user_id, ended), (user.user_id, "nonsense")):
        with pytest.raises(SessionNotFound):
            await world.sessions.end(user_id, session_id)
    await world.sessions.end(user.user_id, ended)
    with pytest.raises(SessionNotFound):
        await world.sessions.end(user.user_id, ended)
    with pytest.raises(InvalidToken):
        await world.identity.verify(there.access_token)
    with pytest.raises(InvalidRefreshToken):
        await world.identity.refresh(there.refresh_token or "")
    left = await world.identity.verify(here.access_token)
    assert [session.session_id for session in await world.sessions.of_user(user.user_id)] == [left.session_id]


async def test_a_forgotten_password_is_replaced(world: World) -> None:
    await world.user()
    tokens = await world.sign_in()
    for email in (EMAIL, "nobody@shop.test"):
        await world.identity.forgot(email, FROM)
    code = await world.mailed("PasswordResetRequested")
    wrong = "000000" if code != "000000" else "000001"
    for email, entered in ((EMAIL, wrong), ("nobody@shop.test", code)):
        with pytest.raises(InvalidCode):
            await world.identity.reset(PasswordReset(email, entered, OTHER_PASSWORD), FROM)
    with pytest.raises(WeakPassword):
        await world.identity.reset(PasswordReset(EMAIL, code, "weak"), FROM)
    await world.identity.verify(tokens.access_token)
    await world.identity.reset(PasswordReset(EMAIL, code, OTHER_PASSWORD), FROM)
    assert len(await world.events("PasswordChanged")) == 1
    with pytest.raises(InvalidToken):
        await world.identity.verify(tokens.access_token)
    with pytest.raises(InvalidRefreshToken):
        await world.identity.refresh(tokens.refresh_token or "")
    with pytest.raises(InvalidCredentials):
        await world.sign_in()
    await world.sign_in(password=OTHER_PASSWORD)
    with pytest.raises(InvalidCode):
        await world.identity.reset(PasswordReset(EMAIL, code, PASSWORD), FROM)


async def test_a_disabled_user_stays_out(world: World) -> None:
    user = await world.user()
    tokens = await world.sign_in()
    await world.accounts.disable_user(user.user_id)
    for _ in range(2):  # before and after the provider was told
        with pytest.raises(InvalidToken):
            await world.identity.verify(tokens.access_token)
        with pytest.raises(InvalidRefreshToken):
            await world.identity.refresh(tokens.refresh_token or "")
        with pytest.raises((AccountDisabled, InvalidCredentials)):
            await world.sign_in()
        await world.settle()
    await world.accounts.enable_user(user.user_id)
    await world.settle()
    await world.identity.verify((await world.sign_in()).access_token)


async def test_groups_are_in_the_tokens(world: World) -> None:
    user = await world.user(groups=("customers", "admins"))
    claims = await world.identity.verify((await world.sign_in()).access_token)
    assert claims.groups == {"customers", "admins"}
    await world.accounts.add_group(user.user_id, "vendors")
    await world.settle()
    tokens = await world.sign_in()
    assert (await world.identity.verify(tokens.access_token)).groups == {"customers", "vendors", "admins"}
    await world.accounts.remove_group(user.user_id, "admins")
    with pytest.raises(InvalidToken):
        await world.identity.verify(tokens.access_token)
    await world.settle()
    claims = await world.identity.verify((await world.sign_in()).access_token)
    assert claims.groups == {"customers", "vendors"}


async def test_a_password_is_changed_by_who_knows_it(world: World) -> None:
    user = await world.user()
    here, there = await world.sign_in(), await world.sign_in()
    session_id = (await world.identity.verify(here.access_token)).session_id
    with pytest.raises(WrongPassword):
        await world.credentials.check_password(user.user_id, "Wrong4Horse")
    with pytest.raises(WrongPassword):
        await world.credentials.change_password(user.user_id, session_id, "Wrong4Horse", OTHER_PASSWORD)
    with pytest.raises(WeakPassword):
        await world.credentials.change_password(user.user_id, session_id, PASSWORD, "weak")
    await world.identity.verify(there.access_token)
    await world.credentials.change_password(user.user_id, session_id, PASSWORD, OTHER_PASSWORD)
    await world.credentials.check_password(user.user_id, OTHER_PASSWORD)
    assert len(await world.events("PasswordChanged")) == 1
    await world.identity.verify(here.access_token)
    with pytest.raises(InvalidToken):
        await world.identity.verify(there.access_token)
    with pytest.raises(InvalidRefreshToken):
        await world.identity.refresh(there.refresh_token or "")
    with pytest.raises(InvalidCredentials):
        await world.sign_in()
    await world.sign_in(password=OTHER_PASSWORD)


async def test_the_second_factor(world: World) -> None:
    user = await world.user()
    await world.identity.verify((await world.sign_in()).access_token)
    secret, uri = await world.credentials.start_totp(user.user_id)
    assert uri.startswith("otpauth://totp/Cartwheel%3Aada")
    await world.sign_in()
    with pytest.raises(InvalidCode):
        await world.credentials.confirm_totp(user.user_id, "12345x")
    await world.sign_in()
    await world.credentials.confirm_totp(user.user_id, world.app_code(secret))
    assert (await world.accounts.get_user(user.user_id)).totp_enabled
    with pytest.raises(TotpAlreadyOn):
        await world.credentials.start_totp(user.user_id)
    with pytest.raises(TotpRequired):
        await world.sign_in()
    with pytest.raises(InvalidCredentials):
        await world.sign_in(password="Wrong4Horse", second_factor=world.app_code(secret))
    with pytest.raises(InvalidTotp):
        await world.sign_in(second_factor="12345x")
    tokens = await world.sign_in(second_factor=world.app_code(secret))
    await world.identity.verify(tokens.access_token)
    with pytest.raises(WrongPassword):
        await world.credentials.disable_totp(user.user_id, "Wrong4Horse")
    await world.credentials.disable_totp(user.user_id, PASSWORD)
    await world.credentials.disable_totp(user.user_id, PASSWORD)
    await world.sign_in()
    assert [len(await world.events(event)) for event in ("TotpEnabled", "TotpDisabled")] == [1, 1]


async def test_the_staff_turns_a_lost_second_factor_off(world: World) -> None:
    user = await world.user()
    await world.identity.verify((await world.sign_in()).access_token)
    secret, _ = await world.credentials.start_totp(user.user_id)
    await world.credentials.confirm_totp(user.user_id, world.app_code(secret))
    await world.accounts.turn_totp_off(user.user_id)
    await world.settle()
    await world.sign_in()


async def test_another_address(world: World) -> None:
    user = await world.user()
    taken = await world.user("eve@shop.test")
    with pytest.raises(WrongPassword):
        await world.credentials.change_email(user.user_id, "Wrong4Horse", "new@shop.test")
    await world.credentials.change_email(user.user_id, PASSWORD, "eve@shop.test")
    assert [event.subject for event in await world.events("AlreadyRegistered")] == [taken.user_id]
    await world.credentials.change_email(user.user_id, PASSWORD, "new@shop.test")
    code = str((await world.events("EmailChangeRequested"))[-1].payload["code"])
    await world.sign_in()
    with pytest.raises(InvalidCode):
        await world.credentials.confirm_email(user.user_id, "000000" if code != "000000" else "000001")
    await world.credentials.confirm_email(user.user_id, code)
    await world.settle()
    with pytest.raises(InvalidCredentials):
        await world.sign_in()
    claims = await world.identity.verify((await world.sign_in("new@shop.test")).access_token)
    assert (claims.user_id, claims.email) == (user.user_id, "new@shop.test")


async def test_who_was_erased_is_gone(world: World) -> None:
    user = await world.user()
    tokens = await world.sign_in()
    await world.accounts.erase(user.user_id)
    with pytest.raises(InvalidToken):
        await world.identity.verify(tokens.access_token)
    await world.settle()
    with pytest.raises(InvalidCredentials):
        await world.sign_in()
    with pytest.raises(UserNotFound):
        await world.accounts.get_user(user.user_id)
    await joined(world, password=OTHER_PASSWORD)
    claims = await world.identity.verify((await world.sign_in(password=OTHER_PASSWORD)).access_token)
    assert claims.user_id != user.user_id


async def test_an_address_is_one_account_s(world: World) -> None:
    await world.user()
    with pytest.raises(EmailTaken):
        await world.user("ADA@shop.test")
