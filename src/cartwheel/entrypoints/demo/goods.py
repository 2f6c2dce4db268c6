"""What the demo shop sells, and its pictures."""

import asyncio
import itertools
from collections.abc import Callable
from decimal import Decimal
from importlib.resources import files
from typing import Any

import yaml

from cartwheel.catalog import Draft, Image, VariantDraft
from cartwheel.entrypoints.demo.people import SELLERS
from cartwheel.kernel.money import to_minor
from cartwheel.shop import Shop

HERE = files("cartwheel.entrypoints.demo")


def goods() -> list[dict[str, Any]]:
    """The products as ``demo.yaml`` tells them."""
    told: list[dict[str, Any]] = yaml.safe_load(HERE.joinpath("demo.yaml").read_text())
    return told


async def stock_up(shop: Shop, ids: dict[str, str], *, reset: bool) -> int:
    """Makes the products that are missing, and with ``reset`` puts the others back; answers how many."""
    told = goods()
    for one in told:
        draft = _draft(one, shop.settings.currency)
        product = (await shop.catalog.products([one["id"]])).get(one["id"])
        if product is None:
            await shop.catalog.create(draft, ids[SELLERS[one["category"]]])
        elif reset:
            product = await shop.catalog.update(one["id"], draft)
            for variant in product.variants:
                await shop.inventory.set_available(variant.variant_id, one["stock"], "demo reset")
    return len(told)


async def hang_pictures(
    shop: Shop, ids: dict[str, str], tell: Callable[[int], None] = lambda _: None
) -> None:
    """Gives the products that have none their pictures. Repeatable; ``tell`` hears how many are done."""
    for done, one in enumerate(goods(), 1):
        product = await shop.catalog.find(one["id"])
        if product is not None and not product.images:
            vendor_id = ids[SELLERS[one["category"]]]
            images = []
            for view, seen in ((1, "from the front"), (2, "together with another")):
                content = HERE.joinpath("pictures", f"{one['id']}-{view}.webp").read_bytes()
                media = await shop.media.add(vendor_id, content)
                images.append(Image(url=media.url, alt=f"{one['title']}, {seen}"))
                await asyncio.sleep(0)
            await shop.catalog.update(product.product_id, Draft(images=images))
        tell(done)


def _draft(one: dict[str, Any], currency: str) -> Draft:
    options: dict[str, list[str]] = one.get("options", {})
    choices = [dict(zip(options, values, strict=True)) for values in itertools.product(*options.values())]
    compare_at = one.get("compareAt")
    variants = [
        VariantDraft(
            sku="-".join([one["id"], *(value.lower().replace(" ", "") for value in choice.values())]),
            options=choice,
            price=to_minor(Decimal(str(one["price"])), currency),
            compare_at=None if compare_at is None else to_minor(Decimal(str(compare_at)), currency),
            stock=one["stock"],
        )
        for choice in choices
    ]
    several = len(variants) > 1
    return Draft(
        product_id=one["id"],
        slug=one["id"],
        title=one["title"],
        description=one["text"],
        category=one["category"],
        brand=one["brand"],
        only=None if several else variants[0],
        variants=variants if several else None,
    )
