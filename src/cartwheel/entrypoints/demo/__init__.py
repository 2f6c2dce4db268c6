"""The demo shop: a small catalogue and one account for each role. Never in production."""

import itertools
from decimal import Decimal
from importlib.resources import files
from typing import Any

import yaml

from cartwheel.accounts import EmailTaken, Group, NewAccount
from cartwheel.catalog import Draft, ProductExists, VariantDraft
from cartwheel.kernel.errors import Denied
from cartwheel.kernel.money import to_minor
from cartwheel.shop import Shop

ACCOUNTS: tuple[tuple[str, str, str, tuple[Group, ...]], ...] = (
    ("admin@livekart.com", "Admin123!", "Ada Admin", ("customers", "admins")),
    ("vendor@livekart.com", "Vendor123!", "Vera Vendor", ("customers", "vendors")),
    ("customer@livekart.com", "Customer123!", "Carl Customer", ("customers",)),
)


class NotInProduction(Denied):
    """The demo's passwords are public."""

    code = "not_in_production"


async def load_when_empty(shop: Shop) -> None:
    """Loads the demo shop where there is no product yet."""
    if not await shop.catalog.categories():
        await load(shop)


async def load(shop: Shop, *, reset: bool = False) -> int:
    """Makes what is missing of the demo shop, and with ``reset`` puts back what was changed.

    Answers how many products it has. Raises ``NotInProduction``.
    """
    if shop.settings.stage == "prod":
        raise NotInProduction("The demo shop has public passwords: it is not loaded in production.")
    vendor_id = await _accounts(shop)
    products = yaml.safe_load(files("cartwheel.entrypoints.demo").joinpath("demo.yaml").read_text())
    for product in products:
        draft = _draft(product, shop.settings.currency)
        try:
            await shop.catalog.create(draft, vendor_id)
        except ProductExists:
            if reset:
                await shop.catalog.update(product["id"], draft)
    return len(products)


async def _accounts(shop: Shop) -> str:
    ids = {}
    for email, password, name, groups in ACCOUNTS:
        try:
            ids[email] = (await shop.accounts.create_user(NewAccount(email, password, name), groups)).user_id
        except EmailTaken:
            if (user := await shop.accounts.find_user(email)) is None:
                raise
            ids[email] = user.user_id
    return ids["vendor@livekart.com"]


def _draft(product: dict[str, Any], currency: str) -> Draft:
    price = to_minor(Decimal(str(product["price"])), currency)
    options: dict[str, list[str]] = product.get("options", {})
    choices = [dict(zip(options, values, strict=True)) for values in itertools.product(*options.values())]
    variants = [
        VariantDraft(
            sku="-".join([product["id"], *(value.lower() for value in choice.values())]),
            options={name: str(value) for name, value in choice.items()},
            price=price,
            stock=product["stock"],
        )
        for choice in choices
    ]
    several = len(variants) > 1
    return Draft(
        product_id=product["id"],
        slug=product["id"],
        title=product["title"],
        description=product["text"],
        category=product["category"],
        brand=product["brand"],
        only=None if several else variants[0],
        variants=variants if several else None,
    )
