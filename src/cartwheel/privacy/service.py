"""Use cases of privacy: export (GDPR, article 15) and erasure (article 17)."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import orjson

from cartwheel.accounts import Accounts, Profiles, UserNotFound
from cartwheel.cart import Carts
from cartwheel.kernel.pages import every_page
from cartwheel.notifications import Notifications
from cartwheel.orders import ENDED, Order, Orders, Wanted
from cartwheel.vendors import NoSuchVendor, Vendors

PAGE = 100
_OWN = {"shard", "email_key", "cart_id", "cart_version"}
_README = """What the shop knows of you, as JSON: times in UTC, amounts in minor units of the currency.

account.json  profile, addresses, devices
orders.json   everything you have ordered, and what became of it
cart.json     what lies in your cart
mail.json     which mails you want, and what was written to you in the last 90 days
vendor.json   what you have told us as a vendor, if you are one
"""


class Privacy:
    """Knows in which domains people are mentioned."""

    def __init__(
        self,
        accounts: Accounts,
        profiles: Profiles,
        orders: Orders,
        vendors: Vendors,
        notifications: Notifications,
        carts: Carts,
    ) -> None:
        self._accounts = accounts
        self._profiles = profiles
        self._orders = orders
        self._vendors = vendors
        self._notifications = notifications
        self._carts = carts

    async def export(self, user_id: str) -> bytes:
        """All that is known of a user, as a zip of JSON files. Raises ``UserNotFound``."""
        user = await self._accounts.get_user(user_id)
        told: dict[str, Any] = {"account.json": await self._profiles.export(user_id)}
        told["mail.json"] = await self._notifications.export(user_id, user.email)
        told["cart.json"] = await self._carts.export(_cart_of(user_id))
        orders = [order async for order in self._of_user(user_id)]
        told["orders.json"] = [
            order.model_dump(mode="json", exclude=_OWN) | {"history": await self._history(order)}
            for order in orders
        ]
        with suppress(NoSuchVendor):
            vendor = await self._vendors.get(user_id)
            told["vendor.json"] = vendor.model_dump(mode="json", exclude={"shard", "sealed_payout"})
        return await asyncio.to_thread(_zipped, told)

    async def erase(self, email: str) -> int:
        """Forgets whoever has that address: the account, and the orders of guests; answers how many orders.

        Orders that are still on their way keep the address until they have arrived. Repeatable.
        """
        user = await self._accounts.find_user(email)
        if user is not None:
            with suppress(UserNotFound):
                await self._accounts.erase(user.user_id)
            await self.forget_user(user.user_id, email)
        await self._notifications.forget(email)
        guests = [order async for order in self._of_guest(email)]
        return sum([await self.forget_order(order) for order in guests])

    async def forget_user(self, user_id: str, email: str) -> None:
        """Takes an erased user's name and address off mails and the orders that have ended. Repeatable."""
        await self._carts.forget(_cart_of(user_id))
        await self._notifications.forget_choices(user_id)
        await self._notifications.forget(email)
        for order in [order async for order in self._of_user(user_id)]:
            await self.forget_order(order)

    async def order_ended(self, order_id: str) -> None:
        """Forgets the customer of an order that ends after the account was erased. Repeatable."""
        order = await self._orders.get(order_id)
        user = (await self._accounts.get_users([order.user_id]))[0] if order.user_id else None
        if user is not None and user.erased_at is not None:
            await self._notifications.forget(order.email)
            await self.forget_order(order)

    async def forget_order(self, order: Order) -> bool:
        """Takes name and address off an order that has ended; sums and lines stay."""
        if order.status not in ENDED or not order.email:
            return False
        return await self._orders.forget(order)

    async def _history(self, order: Order) -> list[dict[str, Any]]:
        steps = await self._orders.history(order.order_id)
        return [step.model_dump(mode="json", include={"status", "at"}) for step in steps]

    async def _of_user(self, user_id: str) -> AsyncIterator[Order]:
        async for page in every_page(lambda cursor: self._orders.of_user(user_id, cursor, PAGE)):
            for order in page.items:
                yield order

    async def _of_guest(self, email: str) -> AsyncIterator[Order]:
        async for page in every_page(lambda cursor: self._orders.all(Wanted(email=email), cursor, PAGE)):
            for order in page.items:
                yield order


def _cart_of(user_id: str) -> str:
    return f"user-{user_id}"


def _zipped(told: Mapping[str, Mapping[str, Any] | Sequence[Any]]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        for name, content in told.items():
            archive.writestr(name, orjson.dumps(content, option=orjson.OPT_INDENT_2))
    return into.getvalue()
