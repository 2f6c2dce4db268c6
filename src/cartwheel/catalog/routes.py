"""Products, categories and stock over HTTP. Anybody may look; vendors change their own, admins everything."""

from collections.abc import Iterable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from cartwheel.catalog.model import (
    HOUSE,
    NoSuchProduct,
    NoSuchVariant,
    Product,
    SeveralVariants,
    Sort,
    word_slug,
)
from cartwheel.catalog.schemas import (
    CategoryOut,
    ProductIn,
    ProductOut,
    StockAlertOut,
    StockChangeOut,
    StockIn,
    StockOut,
    alerts_json,
    category_json,
    draft_of,
    movement_json,
    product_json,
    stock_json,
)
from cartwheel.catalog.service import Catalog
from cartwheel.edge.caller import ADMINS, Admin, Anyone, Caller, NotAllowed, Vendor, vendor_in_question
from cartwheel.edge.errors import documented
from cartwheel.edge.paging import DEFAULT_LIMIT, Cursor, Limit, next_link
from cartwheel.edge.routing import api_router
from cartwheel.inventory import Cause, Inventory

PUBLIC = "public, max-age=0, s-maxage=10, stale-while-revalidate=60"
"""Browsers ask each time and mostly hear "unchanged"; shared caches may answer for ten seconds."""

PRIVATE = "private, no-store"

ProductId = Annotated[
    str, Path(alias="productId", min_length=1, max_length=200, description="The product's id or its slug.")
]


VendorId = Annotated[str, Depends(vendor_in_question(HOUSE))]
"""The vendor whose things are asked for: the caller, or for admins whom they name (else the shop itself)."""


class Desk:
    """What the routes share: who may do what with which product, and how answers look."""

    def __init__(self, catalog: Catalog, inventory: Inventory) -> None:
        self.catalog = catalog
        self.inventory = inventory

    async def own(self, id_or_slug: str, caller: Caller) -> Product:
        """The product, if the caller may change it; else ``NoSuchProduct``, as for a missing one."""
        product = await self.catalog.get(id_or_slug)
        if not may_change(caller, product):
            raise NoSuchProduct
        return product

    async def answer(self, product: Product, status: int = 200) -> Response:
        """A product for those who may change it: never cached."""
        body = product_json(product, await self.inventory.stock(_variant_ids([product])))
        return _json(body, PRIVATE, status=status)

    async def answer_all(self, products: Iterable[Product], cache_control: str, tags: str = "") -> Response:
        """A page of products."""
        products = list(products)
        stock = await self.inventory.stock(_variant_ids(products))
        return _json([product_json(product, stock) for product in products], cache_control, tags)


def may_change(caller: Caller, product: Product) -> bool:
    """Vendors change their own products, admins all."""
    return caller.is_admin or (caller.is_vendor and product.vendor_id == caller.user_id)


def router(catalog: Catalog, inventory: Inventory, shown: Desk | None = None) -> APIRouter:
    """Everything below ``/products``, ``/categories`` and ``/vendor``; what is public from ``shown``."""
    desk = Desk(catalog, inventory)
    routes = api_router("catalogue")
    _add_reading(routes, desk, shown or desk)
    _add_changing(routes, desk)
    _add_stock(routes, desk)
    _add_vendor(routes, desk)
    _add_admin(routes, desk)
    return routes


def _add_reading(routes: APIRouter, desk: Desk, shown: Desk) -> None:
    @routes.get("/products", response_model=list[ProductOut], responses=documented(400))
    async def list_products(
        request: Request,
        category: Annotated[str | None, Query(max_length=100)] = None,
        sort: Sort = Sort.NEWEST,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """The products that are for sale, of one category or of all."""
        page = await shown.catalog.listed(word_slug(category or "") or category, sort, cursor, limit)
        response = await shown.answer_all(page.items, PUBLIC, "list")
        next_link(request, response, page.next)
        return response

    @routes.get("/products/{productId}", response_model=ProductOut, responses=documented(404))
    async def get_product(product_id: ProductId, caller: Anyone) -> Response:
        """One product. What is not for sale is found only by those who may change it."""
        looked_at, product = shown, await shown.catalog.get(product_id)
        if shown is not desk and (may_change(caller, product) or not product.for_sale):
            looked_at, product = desk, await desk.catalog.get(product_id)  # maybe changed a moment ago
        if not product.for_sale:
            if not may_change(caller, product):
                raise NoSuchProduct
            return await desk.answer(product)
        body = product_json(product, await looked_at.inventory.stock(_variant_ids([product])))
        return _json(body, PUBLIC, f"product:{product.product_id}")

    @routes.get("/categories", response_model=list[CategoryOut], responses=documented())
    async def list_categories() -> Response:
        """The categories that have products for sale, and how many."""
        found = await shown.catalog.categories()
        return _json([category_json(category) for category in found], PUBLIC, "list")


def _add_changing(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/products", status_code=201, response_model=ProductOut, responses=documented(400, 401, 403, 409)
    )
    async def create_product(body: ProductIn, caller: Vendor) -> Response:
        """Adds a product: a vendor's own, or by an admin the shop's or any vendor's."""
        draft = draft_of(body, desk.catalog.currency)
        made = await desk.catalog.create(draft, _seller(body, caller), _staff(caller))
        response = await desk.answer(made, 201)
        response.headers["Location"] = f"/api/products/{made.product_id}"
        return response

    @routes.put(
        "/products/{productId}",
        response_model=ProductOut,
        responses=documented(400, 401, 403, 404, 409),
    )
    async def update_product(product_id: ProductId, body: ProductIn, caller: Vendor) -> Response:
        """Changes what the body names and leaves the rest as it is.

        `stock` sets the units for sale of a product without variants.
        """
        product = await desk.own(product_id, caller)
        _refuse_foreign_vendor(body, caller)
        draft = draft_of(body, desk.catalog.currency)
        changed = await desk.catalog.update(product.product_id, draft, body.version, _staff(caller))
        if body.stock is not None and body.variants is None:
            variant_id = changed.default_variant.variant_id
            cause = Cause(is_staff=caller.is_admin)
            await desk.inventory.set_available(variant_id, body.stock, caller.user_id or "", cause)
        return await desk.answer(changed)

    @routes.delete("/products/{productId}", status_code=204, responses=documented(401, 403, 404))
    async def delete_product(product_id: ProductId, caller: Vendor) -> Response:
        """Takes a product off the shelf for good. It is archived, since orders may name it."""
        product = await desk.own(product_id, caller)
        await desk.catalog.archive(product.product_id, _staff(caller))
        return Response(status_code=204, headers={"Cache-Control": PRIVATE})


def _add_stock(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/products/{productId}/stock",
        response_model=list[StockOut],
        responses=documented(401, 403, 404),
    )
    async def list_stock(product_id: ProductId, caller: Vendor) -> Response:
        """The stock of a product's variants, in their order."""
        product = await desk.own(product_id, caller)
        rows = await desk.inventory.stock(_variant_ids([product]))
        return _json([stock_json(row) for row in rows.values()], PRIVATE)

    @routes.patch(
        "/products/{productId}/stock", response_model=StockOut, responses=documented(400, 401, 403, 404, 409)
    )
    async def change_stock(product_id: ProductId, body: StockIn, caller: Vendor) -> Response:
        """Adds a difference to a variant's units, or sets what was counted on the shelf."""
        variant_id = _variant(await desk.own(product_id, caller), body.variant_id)
        who = caller.user_id or ""
        cause = Cause(reason=body.reason, note=body.note, is_staff=caller.is_admin)
        if body.low_at is not None:
            await desk.inventory.set_low_at(variant_id, body.low_at)
        if body.delta:
            await desk.inventory.correct(variant_id, body.delta, who, cause)
        elif body.on_hand is not None:
            await desk.inventory.set_on_hand(variant_id, body.on_hand, who, cause, body.expected_on_hand)
        await desk.inventory.watch([variant_id])
        stock = (await desk.inventory.stock([variant_id]))[variant_id]
        return _json(stock_json(stock), PRIVATE)

    @routes.get(
        "/products/{productId}/stock-movements",
        response_model=list[StockChangeOut],
        responses=documented(400, 401, 403, 404),
    )
    async def list_stock_movements(
        request: Request,
        product_id: ProductId,
        caller: Vendor,
        variant_id: Annotated[str | None, Query(alias="variantId", max_length=64)] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """What moved a variant's stock, the newest first."""
        chosen = _variant(await desk.own(product_id, caller), variant_id)
        page = await desk.inventory.movements(chosen, cursor, limit)
        response = _json([movement_json(change) for change in page.items], PRIVATE)
        next_link(request, response, page.next)
        return response


def _add_vendor(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/vendor/products", response_model=list[ProductOut], responses=documented(400, 401, 403))
    async def list_vendor_products(
        request: Request,
        vendor_id: VendorId,
        text: Annotated[
            str | None,
            Query(alias="q", min_length=1, max_length=100, description="An SKU, or how titles begin."),
        ] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """Everything that a vendor has, also what nobody else sees: the newest first, with `q` by title."""
        if text is None:
            page = await desk.catalog.of_vendor(vendor_id, cursor, limit)
        else:
            page = await desk.catalog.of_vendor_like(vendor_id, text, cursor, limit)
        response = await desk.answer_all(page.items, PRIVATE)
        next_link(request, response, page.next)
        return response

    @routes.get(
        "/vendor/stock-alerts", response_model=list[StockAlertOut], responses=documented(400, 401, 403)
    )
    async def list_stock_alerts(
        request: Request,
        vendor_id: VendorId,
        at_most: Annotated[
            int | None,
            Query(alias="atMost", ge=0, le=10**9, description="Instead of each variant's own threshold."),
        ] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """A vendor's variants that run out, at their own threshold or at `atMost` units, scarcest first."""
        if at_most is None:
            page = await desk.inventory.low(vendor_id, cursor, limit)
        else:
            page = await desk.inventory.scarce(vendor_id, at_most, cursor, limit)
        products = await desk.catalog.products([row.product_id for row in page.items])
        response = _json(alerts_json(page.items, products), PRIVATE)
        next_link(request, response, page.next)
        return response


def _add_admin(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/vendor/products/{productId}", response_model=ProductOut, responses=documented(401, 403, 404)
    )
    async def get_vendor_product(product_id: ProductId, caller: Vendor) -> Response:
        """A product as it is at this moment, never from a cache: what an editor begins with."""
        return await desk.answer(await desk.own(product_id, caller))

    @routes.get("/admin/products", response_model=list[ProductOut], responses=documented(400, 401, 403))
    async def list_all_products(
        request: Request,
        _: Admin,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """The products of all vendors, the newest first: drafts and archived products too."""
        page = await desk.catalog.of_everybody(cursor, limit)
        response = await desk.answer_all(page.items, PRIVATE)
        next_link(request, response, page.next)
        return response


def _variant_ids(products: Iterable[Product]) -> list[str]:
    return [variant.variant_id for product in products for variant in product.variants]


def _variant(product: Product, variant_id: str | None) -> str:
    if variant_id is None:
        if len(product.variants) > 1:
            raise SeveralVariants(product.product_id)
        return product.default_variant.variant_id
    if product.variant(variant_id) is None:
        raise NoSuchVariant(variant_id)
    return variant_id


def _staff(caller: Caller) -> str | None:
    """Who is named in the audit log: administrators only."""
    return caller.user_id if caller.is_admin else None


def _seller(body: ProductIn, caller: Caller) -> str:
    """Whose a new product is."""
    _refuse_foreign_vendor(body, caller)
    return body.vendor_id or (HOUSE if caller.is_admin else caller.user_id or "")


def _refuse_foreign_vendor(body: ProductIn, caller: Caller) -> None:
    if body.vendor_id not in (None, caller.user_id) and not caller.is_admin:
        raise NotAllowed(ADMINS)


def _json(
    body: dict[str, Any] | list[dict[str, Any]], cache_control: str, tags: str = "", status: int = 200
) -> Response:
    headers = {"Cache-Control": cache_control}
    if tags:
        headers["Cache-Tags"] = tags
    return Response(orjson.dumps(body), status, headers, "application/json")
