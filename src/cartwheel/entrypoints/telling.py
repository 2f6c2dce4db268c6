"""What the catalogue says of a page, and which pages there are."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

from cartwheel.catalog import Product
from cartwheel.edge.webapp import Head, Place, Site, schema_org, shortened
from cartwheel.kernel.money import to_major
from cartwheel.shop import Shop
from cartwheel.vendors import NoSuchVendor


class Teller:
    """Tells search engines and link previews what the catalogue says of a page."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._name = shop.settings.shop_name

    async def describe(self, path: str) -> Head | None:
        """The head of products, categories, sellers and the home page. At most three storage calls."""
        _, kind, *rest = [*path.rstrip("/").split("/"), ""]
        if kind == "products" and rest[0]:
            return await self._product(rest[0])
        if kind == "categories" and rest[0]:
            return await self._category(rest[0])
        if kind == "sellers" and rest[0]:
            return await self._seller(rest[0])
        if kind == "":
            return Head(
                self._name, json_ld=[schema_org("OnlineStore", name=self._name, url=self._address("/"))]
            )
        return None

    async def places(self) -> AsyncIterator[Place]:
        """The home page, all categories and sellers, and every product for sale."""
        yield Place("/")
        for category in await self._shop.catalog.categories():
            yield Place(f"/categories/{quote(category.slug)}")
        async for vendor in self._shop.vendors.selling():
            yield Place(f"/sellers/{quote(vendor.slug)}", vendor.updated_at)
        async for product in self._shop.catalog.everything():
            if product.for_sale:
                yield Place(f"/products/{quote(product.slug)}", product.updated_at)

    async def _product(self, slug: str) -> Head:
        product = await self._shop.catalog.find(slug)
        if product is None or not product.for_sale:
            return Head(self._name, found=False)
        stock = await self._shop.inventory.stock([variant.variant_id for variant in product.variants])
        in_stock = any(row.available > 0 for row in stock.values())
        return Head(
            title=f"{product.title} · {self._name}",
            description=shortened(product.description),
            image=product.images[0].url if product.images else "",
            kind="product",
            json_ld=[self._offered(product, in_stock=in_stock)],
        )

    async def _category(self, slug: str) -> Head:
        for category in await self._shop.catalog.categories():
            if category.slug == slug:
                title = f"{category.name} · {self._name}"
                return Head(title, f"{category.products} products in {category.name}.")
        return Head(self._name, found=False)

    async def _seller(self, slug: str) -> Head:
        try:
            vendor = await self._shop.vendors.public(slug)
        except NoSuchVendor:
            return Head(self._name, found=False)
        name, text = vendor.shop_name, vendor.description
        logo = self._address(vendor.logo_url) if vendor.logo_url else ""
        url = self._address(f"/sellers/{quote(vendor.slug)}")
        told = schema_org("Organization", name=name, url=url, description=text, logo=logo)
        return Head(f"{name} · {self._name}", shortened(text), logo, json_ld=[told])

    def _offered(self, product: Product, *, in_stock: bool) -> Mapping[str, Any]:
        offer = schema_org(
            "Offer",
            url=self._address(f"/products/{quote(product.slug)}"),
            price=str(to_major(product.price, product.currency)),
            priceCurrency=product.currency,
            availability=f"https://schema.org/{'InStock' if in_stock else 'OutOfStock'}",
        )
        return schema_org(
            "Product",
            name=product.title,
            description=product.description,
            sku=product.default_variant.sku or product.product_id,
            brand=schema_org("Brand", name=product.brand) if product.brand else None,
            image=[self._address(image.url) for image in product.images],
            offers=offer,
        )

    def _address(self, path: str) -> str:
        return Site(self._name, self._shop.settings.base_url).address(path)
