"""Orders over HTTP. Owners, admins and holders of a guest token see an order; to others it is missing."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cartwheel.edge.caller import Admin, Anyone, Caller, SignedIn
from cartwheel.edge.errors import documented
from cartwheel.edge.guests import OrderToken, OrderTokens
from cartwheel.edge.paging import Cursor, Limit, next_link
from cartwheel.kernel.money import json_number, to_minor
from cartwheel.orders.model import HistoryEntry, NoSuchOrder, Order, OrderStatus
from cartwheel.orders.service import Orders
from cartwheel.payments import Refund
from cartwheel.shipping import Address

OrderId = Annotated[str, Path(alias="orderId", min_length=1, max_length=64)]


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class OrderLineOut(_Json):
    """A line as it was bought. Prices are major units of the order's currency."""

    product_id: str
    variant_id: str
    vendor_id: str
    sku: str
    name: str
    options: dict[str, str]
    image_url: str
    price: float
    quantity: int
    line_total: float


class ShipmentOut(_Json):
    """A parcel on its way."""

    carrier: str
    tracking: str
    shipped_at: datetime


class OrderOut(_Json):
    """An order. ``timestamp`` and ``createdAt`` are Unix seconds, as in seed S1."""

    order_id: str
    code: str
    user_id: str | None
    email: str
    status: OrderStatus
    payment_status: str
    failure: str | None
    items: list[OrderLineOut]
    subtotal: float
    shipping: float
    total_amount: float
    refunded_amount: float
    currency: str
    payment_id: str
    payment_action_url: str | None
    shipping_method: str
    shipping_address: Address | None
    shipments: list[ShipmentOut]
    timestamp: int
    created_at: int
    updated_at: int


class HistoryOut(_Json):
    """One step of an order's life."""

    status: str
    note: str
    at: datetime


class RefundOut(_Json):
    """A refund; ``amount`` in major units."""

    refund_id: str
    amount: float
    currency: str
    status: str
    reason: str
    failure: str | None
    created_at: datetime


class RefundIn(_Json):
    """How much goes back (major units), and why. The same ``refundId`` again refunds nothing more."""

    amount: Annotated[float, Field(gt=0, le=1e13, allow_inf_nan=False)]
    reason: str = Field(default="", max_length=500)
    refund_id: Annotated[str | None, Field(min_length=1, max_length=64)] = None


class CancelIn(_Json):
    """Why the order is cancelled."""

    reason: str = Field(default="", max_length=500)


class ShipmentIn(_Json):
    """Who carries the parcel, and the number to find it by."""

    carrier: str = Field(min_length=1, max_length=100)
    tracking: str = Field(default="", max_length=200)


class OrderAccess:
    """Who may see which order: its owner, admins, and whoever holds a guest token for it."""

    def __init__(self, orders: Orders, tokens: OrderTokens) -> None:
        self._orders = orders
        self._tokens = tokens

    async def order(self, order_id: str, caller: Caller, token: str | None) -> Order:
        """The order, if the caller may see it; else ``NoSuchOrder``, as for one that does not exist."""
        order = await self._orders.get(order_id)
        mine = caller.user_id is not None and order.user_id == caller.user_id
        if mine or caller.is_admin or self._tokens.opens(token, order_id):
            return order
        raise NoSuchOrder


def router(orders: Orders, tokens: OrderTokens) -> APIRouter:
    """``/orders`` and below, without placing."""
    routes = APIRouter(tags=["orders"])
    _add_for_customers(routes, orders, OrderAccess(orders, tokens))
    _add_for_staff(routes, orders)
    return routes


def _add_for_customers(routes: APIRouter, orders: Orders, access: OrderAccess) -> None:

    @routes.get("/orders", responses=documented(400, 401))
    async def list_orders(
        request: Request, response: Response, caller: SignedIn, limit: Limit = 24, cursor: Cursor = None
    ) -> list[OrderOut]:
        """The caller's orders, the newest first."""
        page = await orders.of_user(caller.user_id or "", cursor, limit)
        next_link(request, response, page.next)
        return [order_json(order) for order in page.items]

    @routes.get("/orders/{orderId}", responses=documented(401, 404))
    async def get_order(order_id: OrderId, caller: Anyone, token: OrderToken = None) -> OrderOut:
        """One order, for its owner, an admin, or the holder of its guest token."""
        order = await access.order(order_id, caller, token)
        return order_json(order, await orders.action_url(order))

    @routes.get("/orders/{orderId}/history", responses=documented(401, 404))
    async def get_order_history(
        order_id: OrderId, caller: Anyone, token: OrderToken = None
    ) -> list[HistoryOut]:
        """What has happened to the order so far."""
        await access.order(order_id, caller, token)
        return [_history(entry) for entry in await orders.history(order_id)]

    @routes.get("/orders/{orderId}/refunds", responses=documented(401, 404))
    async def list_refunds(order_id: OrderId, caller: Anyone, token: OrderToken = None) -> list[RefundOut]:
        """The order's refunds, the oldest first."""
        await access.order(order_id, caller, token)
        return [_refund(refund) for refund in await orders.refunds(order_id)]

    @routes.post("/orders/{orderId}/cancel", responses=documented(401, 404, 409))
    async def cancel_order(
        order_id: OrderId, caller: Anyone, token: OrderToken = None, body: CancelIn | None = None
    ) -> OrderOut:
        """Cancels an order that is not shipped yet; the money goes back, the goods go back on the shelf."""
        order = await access.order(order_id, caller, token)
        actor = caller.user_id or "guest"
        return order_json(await orders.cancel(order.order_id, actor, body.reason if body else ""))


def _add_for_staff(routes: APIRouter, orders: Orders) -> None:
    @routes.post("/orders/{orderId}/refunds", status_code=201, responses=documented(401, 403, 404, 409))
    async def refund_order(order_id: OrderId, body: RefundIn, _: Admin) -> RefundOut:
        """Refunds part or all of what was paid; never more than that."""
        order = await orders.get(order_id)
        amount = to_minor(str(body.amount), order.currency)
        return _refund(await orders.refund(order_id, amount, body.refund_id, body.reason))

    @routes.post("/orders/{orderId}/shipments", status_code=201, responses=documented(401, 403, 404, 409))
    async def ship_order(order_id: OrderId, body: ShipmentIn, caller: Admin) -> OrderOut:
        """Notes that the order was handed to a carrier."""
        return order_json(await orders.ship(order_id, body.carrier, body.tracking, caller.user_id or ""))

    @routes.post("/orders/{orderId}/deliver", responses=documented(401, 403, 404, 409))
    async def deliver_order(order_id: OrderId, caller: Admin) -> OrderOut:
        """Notes that the order has arrived."""
        return order_json(await orders.deliver(order_id, caller.user_id or ""))

    @routes.post("/orders/{orderId}/complete", responses=documented(401, 403, 404, 409))
    async def complete_order(order_id: OrderId, caller: Admin) -> OrderOut:
        """Closes an order that has arrived."""
        return order_json(await orders.complete(order_id, caller.user_id or ""))

    @routes.get("/admin/orders", responses=documented(400, 401, 403))
    async def list_all_orders(
        request: Request,
        response: Response,
        _: Admin,
        status: Annotated[OrderStatus | None, Query()] = None,
        limit: Limit = 24,
        cursor: Cursor = None,
    ) -> list[OrderOut]:
        """Everybody's orders, the newest first."""
        page = await orders.all(status, cursor, limit)
        next_link(request, response, page.next)
        return [order_json(order) for order in page.items]


def order_json(order: Order, action_url: str | None = None) -> OrderOut:
    """The order as the API tells it."""
    currency = order.currency
    return OrderOut(
        order_id=order.order_id,
        code=order.code,
        user_id=order.user_id,
        email=order.email,
        status=order.status,
        payment_status=order.payment_state,
        failure=order.failure,
        items=[
            OrderLineOut(
                **line.model_dump(include=_LINE_FIELDS),
                price=json_number(line.unit_price, currency),
                line_total=json_number(line.total, currency),
            )
            for line in order.lines
        ],
        subtotal=json_number(order.subtotal, currency),
        shipping=json_number(order.shipping, currency),
        total_amount=json_number(order.total, currency),
        refunded_amount=json_number(order.refunded, currency),
        currency=currency,
        payment_id=order.order_id,
        payment_action_url=action_url,
        shipping_method=order.shipping_method,
        shipping_address=order.shipping_address,
        shipments=[ShipmentOut(**shipment.model_dump()) for shipment in order.shipments],
        timestamp=int(order.created_at.timestamp()),
        created_at=int(order.created_at.timestamp()),
        updated_at=int(order.updated_at.timestamp()),
    )


_LINE_FIELDS = {"product_id", "variant_id", "vendor_id", "sku", "name", "options", "image_url", "quantity"}


def _history(entry: HistoryEntry) -> HistoryOut:
    return HistoryOut(status=entry.status, note=entry.note, at=entry.at)


def _refund(refund: Refund) -> RefundOut:
    return RefundOut(
        refund_id=refund.refund_id,
        amount=json_number(refund.amount, refund.currency),
        currency=refund.currency,
        status=refund.status,
        reason=refund.reason,
        failure=refund.failure,
        created_at=refund.created_at,
    )
