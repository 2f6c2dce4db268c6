"""Signing up and confirming, without telling who has an account."""

import pytest

from cartwheel.accounts import EmailTaken, Limit, Limits, NewAccount, PasswordReset
from cartwheel.accounts.model import EmailNotConfirmed, InvalidCode, InvalidCredentials, WeakPassword
from cartwheel.accounts.tables import CODES
from cartwheel.edge.throttling import Throttled
from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Store
from tests.accounts.wiring import EMAIL, PASSWORD, Wired, wire

NEW = NewAccount(EMAIL, PASSWORD, "Ada", "de")
FROM = "192.0.2.1"


async def sign_up(shop: Wired, new: NewAccount = NEW) -> str:
    await shop.identity.sign_up(new, FROM)
    return str((await shop.told("VerificationRequested"))["code"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_a_code_is_mailed_and_makes_the_account(shop: Wired) -> None:
    code = await sign_up(shop)
    [asked] = await shop.events("VerificationRequested")
    assert asked.payload == {"email": EMAIL, "name": "Ada", "locale": "de", "code": code}
    assert await shop.accounts.find_user(EMAIL) is None

    await shop.identity.confirm(EMAIL.upper(), f" {code} ", FROM)

    user = await shop.accounts.find_user(EMAIL)
    assert user is not None
    assert (user.email, user.name, user.locale, user.groups) == (EMAIL, "Ada", "de", ("customers",))
    [confirmed] = await shop.events("AccountConfirmed")
    assert (confirmed.subject, asked.subject) == (user.user_id, user.user_id)
    assert (await shop.sign_in()).expires_in == 3600


async def test_before_the_confirmation_only_the_right_password_learns_of_it(shop: Wired) -> None:
    await sign_up(shop)
    with pytest.raises(EmailNotConfirmed):
        await shop.sign_in()
    with pytest.raises(InvalidCredentials):
        await shop.sign_in(password="Wrong4Horse")


async def test_the_latest_sign_up_counts_with_its_password_and_its_code(shop: Wired) -> None:
    first = await sign_up(shop)
    second = await sign_up(shop, NewAccount(EMAIL, "Another1Password"))
    with pytest.raises(InvalidCode):
        await shop.identity.confirm(EMAIL, first if first != second else wrong(first), FROM)
    await shop.identity.confirm(EMAIL, second, FROM)
    await shop.sign_in(password="Another1Password")
    with pytest.raises(InvalidCredentials):
        await shop.sign_in()


async def test_the_owner_of_an_account_is_told_of_a_sign_up_and_nothing_changes(shop: Wired) -> None:
    user = await shop.user()
    await shop.identity.sign_up(NewAccount(EMAIL, "Another1Password", "Eve"), FROM)
    assert await shop.told("AlreadyRegistered") == {"email": EMAIL, "name": "Ada", "locale": "en"}
    assert await shop.events("VerificationRequested") == []
    assert await shop.accounts.find_user(EMAIL) == user
    with pytest.raises(InvalidCredentials):
        await shop.sign_in(password="Another1Password")


async def test_a_new_code_voids_the_one_before(shop: Wired) -> None:
    first = await sign_up(shop)
    await shop.identity.resend(EMAIL, FROM)
    second = (await shop.told("VerificationRequested"))["code"]
    if first != second:
        with pytest.raises(InvalidCode):
            await shop.identity.confirm(EMAIL, first, FROM)
    await shop.identity.confirm(EMAIL, second, FROM)
    assert await shop.accounts.find_user(EMAIL) is not None


async def test_a_code_lasts_a_day_and_the_sign_up_a_week(shop: Wired) -> None:
    code = await sign_up(shop)
    shop.clock.advance(hours=24)
    with pytest.raises(InvalidCode):
        await shop.identity.confirm(EMAIL, code, FROM)
    await shop.identity.resend(EMAIL, FROM)
    assert len(await shop.events("VerificationRequested")) == 2
    shop.clock.advance(days=7)
    await shop.identity.resend(EMAIL, FROM)
    assert len(await shop.events("VerificationRequested")) == 2


async def test_five_wrong_codes_make_the_right_one_worthless(shop: Wired) -> None:
    code = await sign_up(shop)
    for _ in range(5):
        with pytest.raises(InvalidCode):
            await shop.identity.confirm(EMAIL, wrong(code), FROM)
    with pytest.raises(InvalidCode):
        await shop.identity.confirm(EMAIL, code, FROM)
    assert await shop.accounts.find_user(EMAIL) is None


async def test_the_fifth_try_may_be_right(shop: Wired) -> None:
    code = await sign_up(shop)
    for _ in range(4):
        with pytest.raises(InvalidCode):
            await shop.identity.confirm(EMAIL, wrong(code), FROM)
    await shop.identity.confirm(EMAIL, code, FROM)
    assert await shop.accounts.find_user(EMAIL) is not None


async def test_codes_are_kept_hashed(shop: Wired) -> None:
    code = await sign_up(shop)
    kept = [row async for row in shop.store.scan(CODES)]
    assert [code in row.model_dump_json() for row in kept] == [False]


async def test_a_code_is_for_its_own_account(shop: Wired) -> None:
    code = await sign_up(shop)
    with pytest.raises(InvalidCode):
        await shop.identity.confirm("eve@shop.test", code, FROM)
    with pytest.raises(InvalidCode):
        await shop.identity.reset(PasswordReset(EMAIL, code, PASSWORD), FROM)


async def test_nothing_is_mailed_for_addresses_without_account(shop: Wired) -> None:
    await shop.identity.resend("nobody@shop.test", FROM)
    await shop.identity.forgot("nobody@shop.test", FROM)
    for kind in ("VerificationRequested", "PasswordResetRequested", "AlreadyRegistered"):
        assert await shop.events(kind) == []


async def test_a_weak_password_is_refused_before_anything_is_kept(shop: Wired) -> None:
    with pytest.raises(WeakPassword):
        await shop.identity.sign_up(NewAccount(EMAIL, "weak"), FROM)
    assert await shop.events("VerificationRequested") == []


async def test_an_account_made_meanwhile_wins_over_a_sign_up(shop: Wired) -> None:
    code = await sign_up(shop)
    user = await shop.user()
    with pytest.raises(InvalidCode):
        await shop.identity.confirm(EMAIL, code, FROM)
    assert await shop.accounts.find_user(EMAIL) == user
    with pytest.raises(EmailTaken):
        await shop.user()


@pytest.mark.parametrize("side", ["account", "address"])
async def test_sign_ups_are_throttled(store: Store, clock: ManualClock, side: str) -> None:
    shop = wire(store, clock, Limits(sign_up=Limit(**{"account": 99, "address": 99, side: 2})))
    for number in range(2):
        await shop.identity.sign_up(attempt(side, number), FROM)
    with pytest.raises(Throttled):
        await shop.identity.sign_up(attempt(side, 2), FROM)
    assert len(await shop.events("VerificationRequested")) == 2
    clock.advance(minutes=15)
    await shop.identity.sign_up(attempt(side, 3), FROM)


def attempt(side: str, number: int) -> NewAccount:
    return NewAccount(EMAIL if side == "account" else f"ada{number}@shop.test", PASSWORD)


async def test_asking_for_codes_and_entering_them_share_a_limit(store: Store, clock: ManualClock) -> None:
    shop = wire(store, clock, Limits(code=Limit(account=3)))
    code = await sign_up(shop)
    await shop.identity.resend(EMAIL, FROM)
    for _ in range(2):
        with pytest.raises(InvalidCode):
            await shop.identity.confirm(EMAIL, "abc", FROM)
    with pytest.raises(Throttled):
        await shop.identity.confirm(EMAIL, code, FROM)
