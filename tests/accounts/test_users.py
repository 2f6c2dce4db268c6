"""Running users: groups, disabling, lists, erasing."""

import pytest

from cartwheel.accounts import EmailTaken, NewAccount, User, UserNotFound
from cartwheel.accounts.crypto import totp, totp_bytes
from cartwheel.accounts.model import AddressFields, InvalidCode, InvalidEmail, TotpRequired, WeakPassword
from cartwheel.accounts.tables import ADDRESSES, CREDENTIALS, EMAILS, RECOVERY_CODES, SESSIONS, USERS
from cartwheel.storage import Update
from tests.accounts.wiring import EMAIL, PASSWORD, Wired

HOME = AddressFields(name="Ada Byron", line1="12 St James's Square", city="London", country="GB")


async def test_a_user_made_by_the_shop_signs_in_at_once(shop: Wired) -> None:
    user = await shop.accounts.create_user(NewAccount("Admin@Shop.test", "Admin123!"), ("admins", "admins"))
    assert user.groups == ("admins",)
    assert await shop.accounts.get_user(user.user_id) == user
    assert await shop.accounts.find_user("admin@shop.test") == user
    assert (await shop.sign_in("admin@shop.test", "Admin123!")).access_token
    for kind in ("VerificationRequested", "AccountConfirmed"):
        assert await shop.events(kind) == []


async def test_a_user_made_by_the_shop_follows_the_rules(shop: Wired) -> None:
    user = await shop.user()
    with pytest.raises(EmailTaken):
        await shop.accounts.create_user(NewAccount(EMAIL.upper(), PASSWORD))
    with pytest.raises(WeakPassword):
        await shop.accounts.create_user(NewAccount("b@shop.test", "weak"))
    with pytest.raises(InvalidEmail):
        await shop.accounts.create_user(NewAccount("b", PASSWORD))
    assert [row async for row in shop.store.scan(USERS)] == [user]


async def test_unknown_users_are_not_found(shop: Wired) -> None:
    user = await shop.user()
    with pytest.raises(UserNotFound):
        await shop.accounts.get_user("missing")
    assert await shop.accounts.find_user("missing@shop.test") is None
    assert await shop.accounts.find_user("not an address") is None
    assert await shop.accounts.get_users(["missing", user.user_id]) == [None, user]
    for call in (
        shop.accounts.add_group("missing", "admins"),
        shop.accounts.disable_user("missing"),
        shop.accounts.erase("missing"),
    ):
        with pytest.raises(UserNotFound):
            await call


async def test_users_are_listed_newest_first_in_pages(shop: Wired) -> None:
    made = []
    for number in range(5):
        shop.clock.advance(seconds=1)
        made.append((await shop.user(f"ada{number}@shop.test")).user_id)
    seen: list[str] = []
    cursor = None
    while True:
        page = await shop.accounts.list_users(cursor, limit=2)
        seen += [user.user_id for user in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_groups_change_once(shop: Wired) -> None:
    user = await shop.user()
    changed = await shop.accounts.add_group(user.user_id, "vendors")
    assert changed.groups == ("customers", "vendors")
    assert await shop.accounts.add_group(user.user_id, "vendors") == await shop.accounts.get_user(
        user.user_id
    )
    changed = await shop.accounts.remove_group(user.user_id, "customers")
    assert changed.groups == ("vendors",)
    told = [event.payload["groups"] for event in await shop.events("GroupsChanged")]
    assert told == [["customers", "vendors"], ["vendors"]]


async def test_disabling_is_told_once(shop: Wired) -> None:
    user = await shop.user()
    for _ in range(2):
        assert (await shop.accounts.disable_user(user.user_id)).disabled
    for _ in range(2):
        assert not (await shop.accounts.enable_user(user.user_id)).disabled
    assert len(await shop.events("AccountDisabled")) == len(await shop.events("AccountEnabled")) == 1


async def test_an_operator_turns_a_lost_second_factor_off(shop: Wired) -> None:
    user = await shop.user()
    secret, _ = await shop.credentials.start_totp(user.user_id)
    step = int(shop.clock().timestamp()) // 30
    await shop.credentials.confirm_totp(user.user_id, totp(totp_bytes(secret), step))
    with pytest.raises(TotpRequired):
        await shop.sign_in()
    await shop.accounts.turn_totp_off(user.user_id)
    assert await shop.told("TotpDisabled") == {"email": EMAIL, "name": "Ada", "locale": "en"}
    assert [row async for row in shop.store.scan(RECOVERY_CODES)] == []
    await shop.sign_in()
    with pytest.raises(UserNotFound):
        await shop.accounts.turn_totp_off("missing")


async def furnish(shop: Wired) -> User:
    """A user with something in every table."""
    user = await shop.user()
    await shop.sign_in()
    await shop.profiles.add_address(user.user_id, HOME)
    await shop.identity.forgot(EMAIL, "192.0.2.1")
    await shop.credentials.start_totp(user.user_id)
    return user


async def test_an_erased_user_leaves_ids_and_dates_only(shop: Wired) -> None:
    user = await furnish(shop)
    other = await shop.user("eve@shop.test")
    code = (await shop.told("PasswordResetRequested"))["code"]
    shop.clock.advance(minutes=1)

    await shop.accounts.erase(user.user_id)

    left = await shop.store.get(USERS, user.user_id)
    assert left is not None
    assert left.model_dump(exclude={"version", "epoch"}) == {
        "shard": "0",
        "user_id": user.user_id,
        "staff": None,
        "email": "",
        "name": "",
        "email_key": None,
        "name_key": None,
        "locale": "en",
        "marketing_opt_in_at": None,
        "groups": (),
        "disabled": True,
        "totp_enabled": False,
        "default_address_id": None,
        "address_count": 0,
        "created_at": user.created_at,
        "erased_at": shop.clock(),
    }
    assert [row async for row in shop.store.scan(ADDRESSES)] == []
    assert [row async for row in shop.store.scan(SESSIONS)] == []
    assert [row async for row in shop.store.scan(RECOVERY_CODES)] == []
    assert [row.user_id async for row in shop.store.scan(CREDENTIALS)] == [other.user_id]
    assert [row.user_id async for row in shop.store.scan(EMAILS)] == [other.user_id]
    [event] = await shop.events("AccountErased")
    assert event.subject == user.user_id
    with pytest.raises(UserNotFound):
        await shop.accounts.erase(user.user_id)
    with pytest.raises(InvalidCode):
        await shop.identity.confirm(EMAIL, code, "192.0.2.1")
    assert (await shop.user()).user_id != user.user_id  # the address is free


async def test_an_erased_user_cannot_be_changed(shop: Wired) -> None:
    user = await shop.user()
    await shop.accounts.erase(user.user_id)
    for call in (
        shop.accounts.enable_user(user.user_id),
        shop.accounts.add_group(user.user_id, "admins"),
        shop.profiles.add_address(user.user_id, HOME),
        shop.profiles.export(user.user_id),
    ):
        with pytest.raises(UserNotFound):
            await call


async def test_an_export_holds_what_is_known_and_nothing_secret(shop: Wired) -> None:
    user = await furnish(shop)
    exported = await shop.profiles.export(user.user_id)
    assert exported["profile"]["email"] == EMAIL
    assert exported["addresses"][0]["line1"] == HOME.line1
    assert exported["sessions"][0]["device"] == "Firefox"
    assert "hash" not in str(exported)


async def test_administrators_are_listed_as_long_as_they_are(shop: Wired) -> None:
    ada, _ = await shop.user(), await shop.user("eve@shop.test")
    assert await shop.accounts.admins() == []
    await shop.accounts.add_group(ada.user_id, "admins")
    assert [user.user_id for user in await shop.accounts.admins()] == [ada.user_id]
    await shop.accounts.disable_user(ada.user_id)
    assert await shop.accounts.admins() == []
    await shop.accounts.enable_user(ada.user_id)
    await shop.accounts.remove_group(ada.user_id, "admins")
    assert await shop.accounts.admins() == []


async def test_administrators_of_an_older_shop_are_found(shop: Wired) -> None:
    ada, _ = await shop.user(), await shop.user("eve@shop.test")
    await shop.accounts.add_group(ada.user_id, "admins")
    await shop.store.write(Update(USERS, (ada.user_id,), set={"staff": None}))
    assert [user.user_id for user in await shop.accounts.admins()] == [ada.user_id]
    found = await shop.store.get(USERS, ada.user_id)
    assert found is not None
    assert found.staff is not None
