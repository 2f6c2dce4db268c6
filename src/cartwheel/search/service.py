"""Use cases of search."""

from collections.abc import AsyncIterator, Sequence

from cartwheel.catalog import Catalog, Product
from cartwheel.kernel.pages import Page
from cartwheel.search.provider import Entry, SearchIndex

MOST = 240
"""How far a search may be paged: whoever looks further needs other words."""

SUGGESTED = 6


class Search:
    """Finds products that the public may see."""

    def __init__(self, catalog: Catalog, index: SearchIndex) -> None:
        self._catalog = catalog
        self._index = index

    async def find(self, text: str, category: str | None, offset: int, limit: int) -> Page[Product]:
        """Products that have all the words, the best first. ``next`` is the offset of the next page."""
        limit = min(limit, MOST - offset)
        ids = await self._index.find(text, category, offset, limit + 1) if limit > 0 else []
        found = await self._catalog.products(ids[:limit]) if ids else {}
        shown = [
            product for product_id in ids[:limit] if (product := found.get(product_id)) and product.for_sale
        ]
        return Page(shown, str(offset + limit) if len(ids) > limit and offset + limit < MOST else None)

    async def suggest(self, text: str) -> list[str]:
        """Titles of what the text begins to name."""
        page = await self.find(text, None, 0, SUGGESTED)
        return list(dict.fromkeys(product.title for product in page.items))

    async def refresh(self, product_ids: Sequence[str]) -> None:
        """Brings the index in step with these products. Repeatable. Raises ``Unavailable``."""
        found = await self._catalog.products(product_ids)
        entries = [_entry(product) for product in found.values() if product.for_sale]
        shown = {entry.product_id for entry in entries}
        await self._index.put(entries, [one for one in dict.fromkeys(product_ids) if one not in shown])

    async def rebuild(self) -> int:
        """Builds the index anew from the catalogue, beside the old one; answers how many products it has."""

        async def entries() -> AsyncIterator[Entry]:
            async for product in self._catalog.everything():
                if product.for_sale:
                    yield _entry(product)

        return await self._index.rebuild(entries())


def _entry(product: Product) -> Entry:
    return Entry(
        product_id=product.product_id,
        title=product.title,
        brand=product.brand,
        category=product.category,
        category_name=product.category_name,
        description=product.description,
        skus=[variant.sku for variant in product.variants],
    )
