"""The cart over HTTP. A guest's cart is held by a signed token, in a cookie or in ``X-Cart-Token``."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cartwheel.cart.model import MAX_QUANTITY, Cart, CartChange, CartItem
from cartwheel.cart.service import Carts
from cartwheel.edge.caller import Anyone, SignedIn
from cartwheel.edge.errors import documented
from cartwheel.edge.guests import CART_COOKIE, CartAccess, CartToken
from cartwheel.edge.routing import api_router
from cartwheel.kernel.money import json_number

NOBODYS = "guest-none"
"""A cart that nothing is ever put into."""

PRIVATE = {"Cache-Control": "private, no-store"}

Id = Annotated[str, Field(min_length=1, max_length=64)]


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class CartEntry(_Json):
    """A variant and how many of it."""

    product_id: Id
    variant_id: Id | None = None
    quantity: int = Field(ge=0, le=MAX_QUANTITY)


class CartItemOut(_Json):
    """A line of the cart. Prices are major units of the cart's currency."""

    product_id: str
    variant_id: str
    sku: str
    name: str
    description: str
    options: dict[str, str]
    image_url: str
    price: float
    price_when_added: float
    quantity: int
    line_total: float
    available: int


class CartChangeOut(_Json):
    """What became different since the line was put into the cart."""

    type: str
    product_id: str
    variant_id: str
    name: str
    message: str
    price: float | None = None
    price_when_added: float | None = None
    available: int | None = None


class CartOut(_Json):
    """A cart at today's prices. ``total`` is without shipping."""

    items: list[CartItemOut]
    total: float
    currency: str
    item_count: int
    version: int
    changes: list[CartChangeOut]


def router(carts: Carts, access: CartAccess) -> APIRouter:
    """``/cart``, ``/cart/items`` and ``/cart/merge``."""
    routes = api_router("cart")

    @routes.get("/cart", response_model=CartOut, responses=documented(401))
    async def get_cart(caller: Anyone, token: CartToken) -> Response:
        """The caller's cart at today's prices, with what has changed since things were put into it."""
        cart_id = access.find(caller, token)
        return _answer(await carts.get(cart_id or NOBODYS))

    @routes.post("/cart", response_model=CartOut, responses=documented(401, 404, 409))
    async def set_cart_item(entry: CartEntry, caller: Anyone, token: CartToken) -> Response:
        """Sets the quantity of a variant; 0 takes it out. A guest gets a token as cookie and header."""
        cart_id, opened = access.find_or_open(caller, token)
        cart = await carts.set(cart_id, entry.product_id, entry.variant_id, entry.quantity)
        return _answer(cart, access if opened else None)

    @routes.post("/cart/items", response_model=CartOut, responses=documented(401, 404, 409))
    async def add_cart_item(entry: CartEntry, caller: Anyone, token: CartToken) -> Response:
        """Adds to the quantity of a variant."""
        cart_id, opened = access.find_or_open(caller, token)
        cart = await carts.add(cart_id, entry.product_id, entry.variant_id, entry.quantity)
        return _answer(cart, access if opened else None)

    @routes.delete("/cart", response_model=CartOut, responses=documented(401, 409))
    async def delete_cart_items(
        caller: Anyone,
        token: CartToken,
        product_id: Annotated[Id | None, Query(alias="productId")] = None,
        variant_id: Annotated[Id | None, Query(alias="variantId")] = None,
    ) -> Response:
        """Takes out one product (or one variant of it), or everything without ``productId``."""
        cart_id = access.find(caller, token)
        if cart_id is None:
            return _answer(await carts.get(NOBODYS))
        if product_id is None:
            return _answer(await carts.clear(cart_id))
        return _answer(await carts.remove(cart_id, product_id, variant_id))

    @routes.post("/cart/merge", response_model=CartOut, responses=documented(401, 409))
    async def merge_carts(caller: SignedIn, token: CartToken) -> Response:
        """Moves the guest's cart into the user's: quantities add up within stock. Repeatable."""
        guest, user = access.of_guest(token), access.of_user(caller) or ""
        response = _answer(await carts.merge(guest, user) if guest else await carts.get(user))
        response.delete_cookie(CART_COOKIE, path="/api")
        return response

    return routes


def _answer(cart: Cart, access: CartAccess | None = None) -> Response:
    """The cart as the API tells it; with ``access`` the guest is given its token. Written without a detour
    through FastAPI's response model: this is the busiest route that nothing can cache."""
    told = {
        "items": [_item(item) for item in cart.items],
        "total": json_number(cart.total, cart.currency),
        "currency": cart.currency,
        "itemCount": sum(item.line.quantity for item in cart.items),
        "version": cart.version,
        "changes": [_change(change, cart.currency) for change in cart.changes],
    }
    response = Response(orjson.dumps(told), media_type="application/json", headers=PRIVATE)
    if access is not None:
        access.hand_over(cart.cart_id, response)
    return response


def _item(item: CartItem) -> dict[str, Any]:
    product, variant, currency = item.product, item.variant, item.product.currency
    return {
        "productId": product.product_id,
        "variantId": variant.variant_id,
        "sku": variant.sku,
        "name": product.title,
        "description": product.description[:300],
        "options": variant.options,
        "imageUrl": variant.image_url or (product.images[0].url if product.images else ""),
        "price": json_number(variant.price, currency),
        "priceWhenAdded": json_number(item.line.price_seen, currency),
        "quantity": item.line.quantity,
        "lineTotal": json_number(item.total, currency),
        "available": item.available,
    }


def _change(change: CartChange, currency: str) -> dict[str, Any]:
    messages = {
        "price_changed": "The price has changed since you added this.",
        "unavailable": "This is not for sale any more.",
        "quantity_limited": f"Only {change.available} left.",
    }
    return {
        "type": change.kind,
        "productId": change.line.product_id,
        "variantId": change.line.variant_id,
        "name": change.name,
        "message": messages[change.kind],
        "price": None if change.price is None else json_number(change.price, currency),
        "priceWhenAdded": json_number(change.line.price_seen, currency),
        "available": change.available,
    }
