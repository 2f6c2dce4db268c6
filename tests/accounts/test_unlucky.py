"""Rivals that act at the worst moment, again and again."""

from collections.abc import Awaitable, Callable

import pytest

from cartwheel.accounts import UserNotFound
from cartwheel.accounts.model import AddressFields, AddressNotFound
from cartwheel.kernel.errors import Unavailable
from tests.accounts.wiring import Wired
from tests.support.counting import CountingStore

HOME = AddressFields(name="Ada Byron", line1="12 St James's Square", city="London", country="GB")

Act = Callable[[], Awaitable[object]]


class Busy:
    """Changes the user before every write of a kind."""

    def __init__(self, shop: Wired, store: CountingStore, user_id: str, call: str) -> None:
        self._shop, self._store, self._user_id, self._call = shop, store, user_id, call
        self.acts = 0
        store.rivals[call] = self

    async def __call__(self) -> None:
        self.acts += 1
        await self._shop.sessions.end_all(self._user_id)
        self._store.rivals[self._call] = self


@pytest.mark.parametrize("what", ["group", "erase", "address"])
async def test_what_never_gets_its_turn_gives_up_and_changes_nothing(
    shop: Wired, store: CountingStore, what: str
) -> None:
    user = await shop.user()
    address = (await shop.profiles.add_address(user.user_id, HOME)).address.address_id
    store.taken()
    calls: dict[str, tuple[str, Act]] = {
        "group": ("write users+audit_log+outbox", lambda: shop.accounts.add_group(user.user_id, "vendors")),
        "erase": ("query user_recovery_codes", lambda: shop.accounts.erase(user.user_id)),
        "address": (
            "write user_addresses+users",
            lambda: shop.profiles.remove_address(user.user_id, address),
        ),
    }
    call, act = calls[what]
    busy = Busy(shop, store, user.user_id, call)
    with pytest.raises(Unavailable):
        await act()
    store.rivals.clear()
    assert busy.acts == 8
    assert (await shop.accounts.get_user(user.user_id)).groups == ("customers",)
    assert len(await shop.profiles.address_book(user.user_id)) == 1


async def test_a_user_erased_meanwhile_is_not_found(shop: Wired, store: CountingStore) -> None:
    user = await shop.user()
    store.rivals["write user_addresses+users"] = lambda: shop.accounts.erase(user.user_id)
    with pytest.raises(UserNotFound):
        await shop.profiles.add_address(user.user_id, HOME)


async def test_an_address_of_a_user_erased_meanwhile_stays_away(shop: Wired, store: CountingStore) -> None:
    user = await shop.user()
    address = (await shop.profiles.add_address(user.user_id, HOME)).address.address_id
    store.rivals["write user_addresses+users"] = lambda: shop.accounts.erase(user.user_id)
    with pytest.raises(AddressNotFound):
        await shop.profiles.replace_address(user.user_id, address, HOME)
