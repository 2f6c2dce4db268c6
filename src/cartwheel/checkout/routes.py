"""``POST /orders``."""

from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, EmailStr, Field
from pydantic.alias_generators import to_camel

from cartwheel.checkout.model import EmptyCart, Placement
from cartwheel.checkout.service import Checkout
from cartwheel.edge.caller import Anyone
from cartwheel.edge.errors import documented
from cartwheel.edge.guests import CartAccess, CartToken, OrderTokens
from cartwheel.edge.routing import api_router
from cartwheel.kernel.money import to_minor
from cartwheel.shipping import Address

MESSAGES = {
    "PENDING": "The order is being processed.",
    "FAILED": "The order could not be completed. Nothing was charged.",
}


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class PlaceOrder(_Json):
    """An order of what is in the cart. ``expectedTotal`` is what the customer has seen, in major units.

    ``locale`` is what guests get mails about it in; users have one of their own.
    """

    payment_token: str = Field(min_length=1, max_length=200)
    email: EmailStr | None = None
    shipping_address: Address | None = None
    shipping_method: Annotated[str | None, Field(max_length=64)] = None
    expected_total: Annotated[float | None, Field(ge=0, le=1e13, allow_inf_nan=False)] = None
    locale: Annotated[str | None, Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$", examples=["de"])] = (
        None
    )


class OrderAccepted(_Json):
    """The order exists; look at it for what becomes of it. ``guestToken`` opens it without signing in."""

    order_id: str
    code: str
    status: str
    message: str
    guest_token: str | None = None


def router(checkout: Checkout, access: CartAccess, tokens: OrderTokens, currency: str) -> APIRouter:
    """``POST /orders``."""
    routes = api_router("orders")

    @routes.post("/orders", status_code=202, responses=documented(401, 404, 409))
    async def place_order(
        body: PlaceOrder,
        caller: Anyone,
        token: CartToken,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=128)] = None,
    ) -> OrderAccepted:
        """Orders what is in the cart. Send an ``Idempotency-Key``: repeating the request is safe then."""
        cart_id = access.find(caller, token)
        if cart_id is None:
            raise EmptyCart("The cart is empty.")
        expected = None if body.expected_total is None else to_minor(str(body.expected_total), currency)
        placement = Placement(
            payment_token=body.payment_token,
            email=body.email,
            address=body.shipping_address,
            shipping_method=body.shipping_method,
            expected_total=expected,
            locale=body.locale,
        )
        user = (caller.user_id, caller.email or "") if caller.user_id else None
        order = await checkout.place(cart_id, placement, user, idempotency_key)
        guest = None if order.user_id else tokens.make(order.order_id)
        message = MESSAGES.get(order.status, "The order is on its way through the shop.")
        return OrderAccepted(
            order_id=order.order_id, code=order.code, status=order.status, message=message, guest_token=guest
        )

    return routes
