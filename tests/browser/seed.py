"""The shop that the browser tests visit: what they name, enough for two pages, one person of each role.

Not the demo shop, which changes with taste. Run as a process of its own, before the server.
"""

import asyncio
from collections.abc import Mapping, Sequence

from cartwheel.accounts import Group, NewAccount
from cartwheel.catalog import Draft, VariantDraft
from cartwheel.messaging import Event
from cartwheel.messaging.table_queue import DEAD_LETTERS, StoredDeadLetter
from cartwheel.notifications import Reason
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from cartwheel.storage import Put
from cartwheel.vendors import PayoutDetails, ShopFront

CUSTOMER = ("customer@livekart.com", "Customer123!")
VENDOR = ("vendor@livekart.com", "Vendor123!")
ADMIN = ("admin@livekart.com", "Admin123!")

PEOPLE: Mapping[tuple[str, str], tuple[str, tuple[Group, ...]]] = {
    CUSTOMER: ("Carl Customer", ("customers",)),
    VENDOR: ("Vera Vendor", ("customers", "vendors")),
    ADMIN: ("Ada Admin", ("customers", "admins")),
}

NAMED: Sequence[tuple[str, str, int, Mapping[str, Sequence[str]]]] = (
    ("Quiet Machines", "Books", 1800, {}),
    ("Ember Beeswax Candle", "Home", 1900, {}),
    ("Meadow Linen Shirt", "Clothing", 6400, {"size": ("S", "M", "L")}),
    ("Aurora Wireless Headphones", "Electronics", 14900, {"colour": ("Graphite", "Sand", "Fjord")}),
    ("Kiln Stoneware Mug", "Home", 2200, {"glaze": ("Oat", "Slate", "Kelp")}),
)
"""Title, category, price in cents, options. The last ones are the newest, which stand first in lists."""

GONE = "gone@example.com"
"""An address that has bounced."""

SECRET = "a secret of the browser tests alone"
"""What the shop signs with: the link in a mail can be made here."""

LATE_MAIL = "late@example.com"
"""Whom the mail goes to that was given up."""

OTHERS = 26
UNITS = 500
_CATEGORIES = ("Electronics", "Clothing", "Books", "Home")


def slug_of(title: str) -> str:
    """The address of a product of this shop."""
    return title.lower().replace(" ", "-")


async def fill(shop: Shop) -> None:
    """Makes everything, in an empty shop."""
    ids = {}
    for (email, password), (name, groups) in PEOPLE.items():
        user = await shop.accounts.create_user(NewAccount(email, password, name), groups)
        ids[email] = user.user_id
    front = ShopFront(shop_name="Harbour Goods", description="Picked one by one.")
    await shop.vendors.enrol(
        ids[VENDOR[0]], front, PayoutDetails(holder="Vera Vendor", account="DE02120300000000202051")
    )
    for number in range(OTHERS):
        title, category = f"Shelf Filler {number:02}", _CATEGORIES[number % len(_CATEGORIES)]
        await shop.catalog.create(_draft(title, category, 1000 + number, {}), ids[VENDOR[0]])
    for named in NAMED:
        await shop.catalog.create(_draft(*named), ids[VENDOR[0]])
    await shop.notifications.suppress(GONE, Reason.BOUNCED, "The mail server answered 550: no such user")
    await _give_up(shop, "email", LATE_MAIL)
    await _give_up(shop, "search", "nobody@example.com")


async def _give_up(shop: Shop, queue: str, email: str) -> None:
    """A message that failed, in days when the mail server was away."""
    payload = {"email": email, "name": "Late", "locale": "en"}
    event = Event(type="PasswordChanged", subject="somebody", payload=payload, at=shop.clock())
    letter = StoredDeadLetter(
        queue=queue,
        message_id=event.event_id,
        event=event,
        died_at=shop.clock(),
        reason="MailDelayed('The mail server did not take the mail.')",
    )
    await shop.store.write(Put(DEAD_LETTERS, letter))


def _draft(title: str, category: str, price: int, options: Mapping[str, Sequence[str]]) -> Draft:
    variants = [
        VariantDraft(sku=f"{slug_of(title)}-{value.lower()}", options={name: value}, price=price, stock=UNITS)
        for name, values in options.items()
        for value in values
    ]
    return Draft(
        product_id=slug_of(title),
        slug=slug_of(title),
        title=title,
        description=f"{title}, made well and priced fairly.",
        category=category,
        brand="Hearth",
        only=None if variants else VariantDraft(sku=slug_of(title), price=price, stock=UNITS),
        variants=variants or None,
    )


async def _main() -> None:
    shop = assemble(Settings())
    await shop.store.prepare()
    await shop.keys.prepare()
    await fill(shop)
    await shop.close()


if __name__ == "__main__":
    asyncio.run(_main())
