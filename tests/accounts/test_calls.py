"""What the frequent use cases ask of the store: constant, whatever the account has gathered."""

import pytest

from cartwheel.accounts import NewAccount, Origin, SignIn
from cartwheel.accounts.model import InvalidCredentials, InvalidToken
from tests.accounts.wiring import EMAIL, PASSWORD, Wired
from tests.support.counting import CountingStore

SIGN_IN = [
    "write throttle",
    "write throttle",
    "get user_emails",
    "get users",
    "get user_credentials",
    "write sessions+users",
]


async def sign_in(shop: Wired, email: str = EMAIL, password: str = PASSWORD) -> str:
    tokens = await shop.identity.sign_in(SignIn(email, password), Origin("192.0.2.1", "Firefox"))
    return tokens.refresh_token or ""


async def test_a_sign_in_is_six_calls_however_many_sessions_there_are(
    shop: Wired, store: CountingStore
) -> None:
    await shop.user()
    await sign_in(shop)
    for _ in range(3):
        store.taken()
        await sign_in(shop)
        assert store.taken() == SIGN_IN


async def test_a_stranger_is_as_many_calls(shop: Wired, store: CountingStore) -> None:
    for password in (PASSWORD, "Wrong4Horse"):
        with pytest.raises(InvalidCredentials):
            await sign_in(shop, "nobody@shop.test", password)
    store.taken()
    with pytest.raises(InvalidCredentials):
        await sign_in(shop, "nobody@shop.test")
    assert store.taken() == [*SIGN_IN[:5], "get sign_ups"]


async def test_a_refresh_is_three_calls(shop: Wired, store: CountingStore) -> None:
    await shop.user()
    token = await sign_in(shop)
    for _ in range(3):
        store.taken()
        token = (await shop.identity.refresh(token)).refresh_token or ""
        assert store.taken() == ["get sessions", "get users", "write sessions+users"]


async def test_a_refresh_in_the_grace_is_two_calls_and_writes_nothing(
    shop: Wired, store: CountingStore
) -> None:
    await shop.user()
    token = await sign_in(shop)
    await shop.identity.refresh(token)
    store.taken()
    await shop.identity.refresh(token)
    assert store.taken() == ["get sessions", "get users"]


async def test_a_verification_is_one_call_known_or_not(shop: Wired, store: CountingStore) -> None:
    await shop.user()
    tokens = await shop.sign_in()
    for _ in range(2):
        store.taken()
        await shop.identity.verify(tokens.access_token)
        assert store.taken() == ["get sessions"]


async def test_a_made_up_token_is_no_call(shop: Wired, store: CountingStore) -> None:
    await shop.user()
    token = (await shop.sign_in()).access_token
    store.taken()
    for made_up in ("x", f"{token}x", token.replace(".", ".x", 1)):
        with pytest.raises(InvalidToken):
            await shop.identity.verify(made_up)
    assert store.taken() == []


@pytest.mark.parametrize("has_account", [True, False])
async def test_asking_for_mail_costs_the_same_with_and_without_account(
    shop: Wired, store: CountingStore, has_account: bool
) -> None:
    if has_account:
        await shop.user()
    calls = {
        "sign_up": shop.identity.sign_up(NewAccount(EMAIL, PASSWORD), "192.0.2.1"),
        "forgot": shop.identity.forgot(EMAIL, "192.0.2.1"),
        "resend": shop.identity.resend("unknown@shop.test", "192.0.2.1"),
    }
    counted = {}
    for name, call in calls.items():
        store.taken()
        await call
        # left out: the first hit of a window is two writes, the next ones are one
        counted[name] = [taken.split()[0] for taken in store.taken() if taken != "write throttle"]
    assert counted == {
        "sign_up": ["get", "get", "write"],
        "forgot": ["get", "get", "write"],
        "resend": ["get", "write"],
    }
