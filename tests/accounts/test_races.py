"""Many at once: what may happen once happens once, on every engine.

The tests use the fixture ``store`` only, so that they run on whatever engine it gives.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import pytest

from cartwheel.accounts import (
    EmailTaken,
    Limit,
    Limits,
    NewAccount,
    Origin,
    PasswordReset,
    SignIn,
    Tokens,
    UserNotFound,
)
from cartwheel.accounts.crypto import totp, totp_bytes
from cartwheel.accounts.model import (
    AddressFields,
    InvalidCode,
    InvalidCredentials,
    InvalidRefreshToken,
    InvalidToken,
    InvalidTotp,
    TooManyAddresses,
    WrongPassword,
)
from cartwheel.accounts.tables import ADDRESSES, CODES, SESSIONS, SIGN_UPS, USERS
from cartwheel.kernel.clock import ManualClock
from tests.accounts.wiring import EMAIL, PASSWORD, Wired, wire
from tests.support.counting import CountingStore

pytestmark = pytest.mark.every_engine

MANY = Limit(account=10_000, address=10_000)
FROM = "192.0.2.1"
HOME = AddressFields(name="Ada Byron", line1="12 St James's Square", city="London", country="GB")


@pytest.fixture
async def shop(store: CountingStore, clock: ManualClock) -> Wired:
    """Accounts whose limits are in nobody's way."""
    shop = wire(store, clock, Limits(sign_in=MANY, sign_up=MANY, code=MANY, reset=MANY, password=MANY))
    await shop.keys.prepare()
    return shop


async def at_once(*calls: Coroutine[Any, Any, object]) -> tuple[list[Any], Counter[type]]:
    """The answers of calls that run side by side, and how many failed with what."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    failures = Counter(type(answer) for answer in answers if isinstance(answer, BaseException))
    return [answer for answer in answers if not isinstance(answer, BaseException)], failures


async def test_twenty_sign_ups_make_one_account(shop: Wired) -> None:
    new = [NewAccount(EMAIL, f"{PASSWORD}{number}") for number in range(20)]
    done, failures = await at_once(*(shop.identity.sign_up(attempt, FROM) for attempt in new))
    assert (len(done), failures) == (20, {})
    [waiting] = [row async for row in shop.store.scan(SIGN_UPS)]
    codes = {event.subject: event.payload["code"] for event in await shop.events("VerificationRequested")}
    assert len(codes) == 20
    await shop.identity.confirm(EMAIL, codes[waiting.user_id], FROM)
    assert [user.user_id async for user in shop.store.scan(USERS)] == [waiting.user_id]


async def test_twenty_confirmations_make_one_account(shop: Wired) -> None:
    await shop.identity.sign_up(NewAccount(EMAIL, PASSWORD), FROM)
    code = (await shop.told("VerificationRequested"))["code"]
    done, failures = await at_once(*(shop.identity.confirm(EMAIL, code, FROM) for _ in range(20)))
    assert done
    assert set(failures) <= {InvalidCode}
    assert len(await shop.events("AccountConfirmed")) == 1
    assert len([user async for user in shop.store.scan(USERS)]) == 1
    await shop.sign_in()


async def test_twenty_users_of_one_address_are_one(shop: Wired) -> None:
    done, failures = await at_once(*(shop.user() for _ in range(20)))
    assert (len(done), failures) == (1, {EmailTaken: 19})
    assert [user async for user in shop.store.scan(USERS)] == done


async def test_a_confirmation_and_an_operator_make_one_account(shop: Wired) -> None:
    await shop.identity.sign_up(NewAccount(EMAIL, PASSWORD), FROM)
    code = (await shop.told("VerificationRequested"))["code"]
    await at_once(shop.identity.confirm(EMAIL, code, FROM), shop.user())
    assert len([user async for user in shop.store.scan(USERS)]) == 1


async def test_tabs_that_refresh_at_once_all_stay_signed_in(shop: Wired) -> None:
    user = await shop.user()
    token = (await shop.sign_in()).refresh_token or ""
    done, failures = await at_once(*(shop.identity.refresh(token) for _ in range(10)))
    assert (len(done), failures) == (10, {})
    answers: list[Tokens] = done
    assert len({tokens.refresh_token for tokens in answers}) == 1
    for tokens in answers:
        assert (await shop.identity.verify(tokens.access_token)).user_id == user.user_id
    assert (await shop.identity.refresh(answers[0].refresh_token or "")).refresh_token
    assert await shop.events("RefreshTokenReused") == []


async def test_a_copied_token_used_many_times_ends_the_session_once(shop: Wired) -> None:
    await shop.user()
    token = (await shop.sign_in()).refresh_token or ""
    await shop.identity.refresh(token)
    shop.clock.advance(seconds=11)
    done, failures = await at_once(*(shop.identity.refresh(token) for _ in range(10)))
    assert (done, failures) == ([], {InvalidRefreshToken: 10})
    assert len(await shop.events("RefreshTokenReused")) == 1
    assert [row async for row in shop.store.scan(SESSIONS)] == []


async def test_no_more_than_five_codes_are_tried(shop: Wired) -> None:
    await shop.identity.sign_up(NewAccount(EMAIL, PASSWORD), FROM)
    code = (await shop.told("VerificationRequested"))["code"]
    wrong = [f"{(int(code) + number) % 1_000_000:06}" for number in range(1, 31)]
    done, failures = await at_once(*(shop.identity.confirm(EMAIL, attempt, FROM) for attempt in wrong))
    assert (done, failures) == ([], {InvalidCode: 30})
    assert [row.tries async for row in shop.store.scan(CODES)] == [5]
    with pytest.raises(InvalidCode):
        await shop.identity.confirm(EMAIL, code, FROM)


async def test_a_guess_is_counted_against_the_code_that_it_meets(shop: Wired, store: CountingStore) -> None:
    """A new code between looking and counting: the guess is for neither."""
    await shop.identity.sign_up(NewAccount(EMAIL, PASSWORD), FROM)
    old = (await shop.told("VerificationRequested"))["code"]
    store.rivals["write user_codes"] = lambda: shop.identity.resend(EMAIL, FROM)
    with pytest.raises(InvalidCode):
        await shop.identity.confirm(EMAIL, old, FROM)
    assert [row.tries async for row in store.scan(CODES)] == [0]


async def test_a_reset_code_resets_once(shop: Wired) -> None:
    await shop.user()
    await shop.identity.forgot(EMAIL, FROM)
    code = (await shop.told("PasswordResetRequested"))["code"]
    resets = [PasswordReset(EMAIL, code, f"Another{number}Password") for number in range(5)]
    done, failures = await at_once(*(shop.identity.reset(reset, FROM) for reset in resets))
    assert (len(done), failures) == (1, {InvalidCode: 4})
    assert len(await shop.events("PasswordChanged")) == 1


async def with_totp(shop: Wired) -> tuple[bytes, list[str]]:
    user = await shop.user()
    secret = totp_bytes((await shop.credentials.start_totp(user.user_id))[0])
    step = int(shop.clock().timestamp()) // 30
    spare = await shop.credentials.confirm_totp(user.user_id, totp(secret, step))
    shop.clock.advance(minutes=1)
    return secret, spare


async def test_a_time_code_signs_in_once(shop: Wired) -> None:
    secret, _ = await with_totp(shop)
    code = totp(secret, int(shop.clock().timestamp()) // 30)
    done, failures = await at_once(*(shop.sign_in(second_factor=code) for _ in range(8)))
    assert (len(done), failures) == (1, {InvalidTotp: 7})
    assert len([row async for row in shop.store.scan(SESSIONS)]) == 1


async def test_a_recovery_code_signs_in_once(shop: Wired) -> None:
    _, spare = await with_totp(shop)
    done, failures = await at_once(*(shop.sign_in(second_factor=spare[0]) for _ in range(8)))
    assert (len(done), failures) == (1, {InvalidTotp: 7})
    assert len([row async for row in shop.store.scan(SESSIONS)]) == 1


async def test_a_second_factor_is_confirmed_once(shop: Wired) -> None:
    user = await shop.user()
    secret = totp_bytes((await shop.credentials.start_totp(user.user_id))[0])
    code = totp(secret, int(shop.clock().timestamp()) // 30)
    done, _ = await at_once(*(shop.credentials.confirm_totp(user.user_id, code) for _ in range(5)))
    assert len(done) == 1
    shop.clock.advance(minutes=1)
    await shop.sign_in(second_factor=done[0][9])


async def test_two_users_cannot_take_one_address(shop: Wired) -> None:
    users = [await shop.user(f"ada{number}@shop.test") for number in range(2)]
    codes = []
    for user in users:
        await shop.credentials.change_email(user.user_id, PASSWORD, EMAIL)
        codes.append((await shop.told("EmailChangeRequested"))["code"])
    calls = (shop.credentials.confirm_email(u.user_id, c) for u, c in zip(users, codes, strict=True))
    done, failures = await at_once(*calls)
    assert (len(done), failures) == (1, {EmailTaken: 1})
    owner = await shop.accounts.find_user(EMAIL)
    assert owner is not None
    assert owner.user_id in {user.user_id for user in users}


async def test_an_address_book_never_holds_more_than_twenty(shop: Wired) -> None:
    user = await shop.user()
    done, failures = await at_once(*(shop.profiles.add_address(user.user_id, HOME) for _ in range(25)))
    assert (len(done), failures) == (20, {TooManyAddresses: 5})
    assert len([row async for row in shop.store.scan(ADDRESSES)]) == 20


async def test_addresses_removed_at_once_leave_a_default(shop: Wired) -> None:
    user = await shop.user()
    ids = [(await shop.profiles.add_address(user.user_id, HOME)).address.address_id for _ in range(4)]
    done, failures = await at_once(*(shop.profiles.remove_address(user.user_id, i) for i in ids[:3]))
    assert (len(done), failures) == (3, {})
    [left] = await shop.profiles.address_book(user.user_id)
    assert (left.address.address_id, left.is_default) == (ids[3], True)
    assert (await shop.accounts.get_user(user.user_id)).address_count == 1


async def test_groups_added_at_once_are_all_there(shop: Wired) -> None:
    user = await shop.user()
    await at_once(
        shop.accounts.add_group(user.user_id, "vendors"), shop.accounts.add_group(user.user_id, "admins")
    )
    assert (await shop.accounts.get_user(user.user_id)).groups == ("admins", "customers", "vendors")


@pytest.mark.parametrize("rival", ["disable", "reset", "everywhere"])
async def test_no_session_opens_behind_the_back_of_what_ends_them(
    shop: Wired, store: CountingStore, rival: str
) -> None:
    """The rival acts between the look at the password and the session."""
    user = await shop.user()
    await shop.identity.forgot(EMAIL, FROM)
    code = (await shop.told("PasswordResetRequested"))["code"]
    reset = PasswordReset(EMAIL, code, "Another1Password")
    acts = {
        "disable": lambda: shop.accounts.disable_user(user.user_id),
        "reset": lambda: shop.identity.reset(reset, FROM),
        "everywhere": lambda: shop.sessions.end_all(user.user_id),
    }
    store.rivals["write sessions+users"] = acts[rival]
    with pytest.raises(InvalidCredentials):
        await shop.identity.sign_in(SignIn(EMAIL, PASSWORD), Origin())
    assert [row async for row in store.scan(SESSIONS)] == []


async def test_no_refresh_passes_a_sign_out_everywhere(shop: Wired, store: CountingStore) -> None:
    user = await shop.user()
    token = (await shop.sign_in()).refresh_token or ""
    store.rivals["write sessions+users"] = lambda: shop.sessions.end_all(user.user_id)
    with pytest.raises(InvalidRefreshToken):
        await shop.identity.refresh(token)
    assert await shop.events("RefreshTokenReused") == []


async def test_a_password_changed_meanwhile_is_not_overwritten(shop: Wired, store: CountingStore) -> None:
    user = await shop.user()
    sessions = [(await shop.identity.verify((await shop.sign_in()).access_token)) for _ in range(2)]
    changes = (
        shop.credentials.change_password(
            user.user_id, claims.session_id, PASSWORD, f"Another{number}Password"
        )
        for number, claims in enumerate(sessions)
    )
    done, failures = await at_once(*changes)
    assert len(done) == 1
    assert set(failures) <= {WrongPassword, InvalidToken}
    assert len(await shop.events("PasswordChanged")) == 1
    assert len([row async for row in store.scan(SESSIONS)]) == 1


async def test_erasing_leaves_nothing_that_is_written_at_the_same_time(
    shop: Wired, store: CountingStore
) -> None:
    user = await shop.user()
    query = "query user_addresses"

    async def rival() -> None:
        await shop.profiles.add_address(user.user_id, HOME)

    store.rivals["query user_recovery_codes"] = rival  # the list of addresses has been read by then
    await shop.accounts.erase(user.user_id)
    assert store.calls.count(query) == 2
    assert [row async for row in store.scan(ADDRESSES)] == []
    assert len(await shop.events("AccountErased")) == 1
    with pytest.raises(UserNotFound):
        await shop.profiles.add_address(user.user_id, HOME)
