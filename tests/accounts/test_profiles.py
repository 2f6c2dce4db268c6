"""Profile and address book."""

import pytest

from cartwheel.accounts import ProfileChange
from cartwheel.accounts.model import AddressFields, AddressNotFound, InvalidProfile, TooManyAddresses
from cartwheel.shipping import Address as ShippingAddress
from tests.accounts.wiring import Wired


def address(line1: str = "12 St James's Square") -> AddressFields:
    return AddressFields(name="Ada Byron", line1=line1, city="London", country="GB")


async def book(shop: Wired, user_id: str) -> list[tuple[str, bool]]:
    return [(entry.address.line1, entry.is_default) for entry in await shop.profiles.address_book(user_id)]


async def test_what_is_left_out_stays(shop: Wired) -> None:
    user = await shop.user()
    changed = await shop.profiles.update(user.user_id, ProfileChange(locale="pt-BR"))
    assert (changed.name, changed.locale) == ("Ada", "pt-BR")
    changed = await shop.profiles.update(user.user_id, ProfileChange(name=" Ada Byron "))
    assert (changed.name, changed.locale) == ("Ada Byron", "pt-BR")
    stored = await shop.accounts.get_user(user.user_id)
    assert (stored.name, stored.locale) == ("Ada Byron", "pt-BR")
    with pytest.raises(InvalidProfile):
        await shop.profiles.update(user.user_id, ProfileChange(name="Ada\nBcc: all@shop.test"))


async def test_the_consent_to_marketing_keeps_its_date(shop: Wired) -> None:
    user = await shop.user()
    agreed = shop.clock()
    await shop.profiles.update(user.user_id, ProfileChange(marketing_opt_in=True))
    shop.clock.advance(days=1)
    changed = await shop.profiles.update(user.user_id, ProfileChange(marketing_opt_in=True))
    assert changed.marketing_opt_in_at == agreed
    changed = await shop.profiles.update(user.user_id, ProfileChange(marketing_opt_in=False))
    assert changed.marketing_opt_in_at is None


async def test_the_first_address_is_the_default_until_another_is(shop: Wired) -> None:
    user = await shop.user()
    await shop.profiles.add_address(user.user_id, address("one"))
    await shop.profiles.add_address(user.user_id, address("two"))
    assert await book(shop, user.user_id) == [("one", True), ("two", False)]
    third = await shop.profiles.add_address(user.user_id, address("three"), as_default=True)
    assert third.is_default
    assert await book(shop, user.user_id) == [("one", False), ("two", False), ("three", True)]


async def test_an_address_is_replaced_in_its_place(shop: Wired) -> None:
    user = await shop.user()
    first = await shop.profiles.add_address(user.user_id, address("one"))
    second = await shop.profiles.add_address(user.user_id, address("two"))
    one, two = first.address.address_id, second.address.address_id
    await shop.profiles.replace_address(user.user_id, one, address("uno"))
    await shop.profiles.replace_address(user.user_id, two, address("due"), as_default=True)
    assert await book(shop, user.user_id) == [("uno", False), ("due", True)]


async def test_the_oldest_address_left_becomes_the_default(shop: Wired) -> None:
    user = await shop.user()
    entries = [await shop.profiles.add_address(user.user_id, address(line)) for line in ("1", "2", "3")]
    await shop.profiles.remove_address(user.user_id, entries[1].address.address_id)
    assert await book(shop, user.user_id) == [("1", True), ("3", False)]
    await shop.profiles.remove_address(user.user_id, entries[0].address.address_id)
    assert await book(shop, user.user_id) == [("3", True)]
    await shop.profiles.remove_address(user.user_id, entries[2].address.address_id)
    user = await shop.accounts.get_user(user.user_id)
    assert (user.default_address_id, user.address_count) == (None, 0)


async def test_a_book_holds_twenty_addresses(shop: Wired) -> None:
    user = await shop.user()
    entries = [await shop.profiles.add_address(user.user_id, address(str(number))) for number in range(20)]
    with pytest.raises(TooManyAddresses):
        await shop.profiles.add_address(user.user_id, address("one too many"))
    assert len(await shop.profiles.address_book(user.user_id)) == 20
    await shop.profiles.remove_address(user.user_id, entries[7].address.address_id)
    await shop.profiles.add_address(user.user_id, address("room again"))


async def test_other_peoples_addresses_are_not_found(shop: Wired) -> None:
    user, eve = await shop.user(), await shop.user("eve@shop.test")
    mine = (await shop.profiles.add_address(user.user_id, address())).address.address_id
    for address_id in (mine, "missing"):
        for call in (
            shop.profiles.address(eve.user_id, address_id),
            shop.profiles.replace_address(eve.user_id, address_id, address("hers")),
            shop.profiles.remove_address(eve.user_id, address_id),
        ):
            with pytest.raises(AddressNotFound):
                await call
    assert await book(shop, user.user_id) == [("12 St James's Square", True)]
    assert await book(shop, eve.user_id) == []


def test_an_entry_is_a_shipping_address() -> None:
    longest = {name: "x" * _longest(name) for name in AddressFields.model_fields if name != "country"}
    fields = AddressFields(country="GB", **longest)
    assert ShippingAddress(**fields.model_dump()).model_dump() == fields.model_dump()


def _longest(name: str) -> int:
    return max(
        limit for m in AddressFields.model_fields[name].metadata if (limit := getattr(m, "max_length", 0))
    )
