"""Search over HTTP."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from cartwheel.catalog import ProductOut, product_json
from cartwheel.edge.errors import documented
from cartwheel.edge.paging import DEFAULT_LIMIT, Limit, next_link
from cartwheel.edge.routing import api_router
from cartwheel.inventory import Inventory
from cartwheel.search.service import MOST, Search

Text = Annotated[
    str, Query(alias="q", min_length=1, max_length=200, description="Words, all of which shall be there.")
]


def router(search: Search, inventory: Inventory) -> APIRouter:
    """``/search`` and ``/search/suggestions``."""
    routes = api_router("search")

    @routes.get("/search", response_model=list[ProductOut], responses=documented(503))
    async def search_products(
        request: Request,
        text: Text,
        category: Annotated[str | None, Query(max_length=100, description="Only of this category.")] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Annotated[int, Query(ge=0, le=MOST)] = 0,
    ) -> Response:
        """Products that have all the words, the best first. Long words may hold a mistake."""
        page = await search.find(text, category, cursor, limit)
        ids = [variant.variant_id for product in page.items for variant in product.variants]
        stock = await inventory.stock(ids) if ids else {}
        response = _json([product_json(product, stock) for product in page.items])
        next_link(request, response, page.next)
        return response

    @routes.get("/search/suggestions", response_model=list[str], responses=documented(503))
    async def suggest_products(text: Text) -> Response:
        """Titles of what the text begins to name, for a search field."""
        return _json(await search.suggest(text))

    return routes


def _json(told: list[Any]) -> Response:
    headers = {"Cache-Control": "public, max-age=30"}
    return Response(orjson.dumps(told), media_type="application/json", headers=headers)
