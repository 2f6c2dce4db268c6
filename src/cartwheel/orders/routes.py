"""Orders over HTTP. Owners, admins and holders of a guest token see an order, vendors their part of it; to
others it is missing.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime

from cartwheel.catalog import HOUSE
from cartwheel.edge.caller import Admin, Anyone, Caller, SignedIn, seller_in_question
from cartwheel.edge.errors import documented
from cartwheel.edge.guests import OrderToken, OrderTokens
from cartwheel.edge.paging import DEFAULT_LIMIT, Cursor, Limit, next_link
from cartwheel.edge.routing import api_router
from cartwheel.kernel.money import to_minor
from cartwheel.orders.model import FulfilmentStatus, NoSuchOrder, Order, OrderStatus, Wanted
from cartwheel.orders.schemas import (
    CancelIn,
    HistoryOut,
    OrderOut,
    ParcelIn,
    RefundIn,
    RefundOut,
    ShipmentIn,
    VendorOrderOut,
    history_json,
    order_json,
    refund_json,
    vendor_order_json,
)
from cartwheel.orders.service import Orders, Why

OrderId = Annotated[str, Path(alias="orderId", min_length=1, max_length=64)]

VendorId = Annotated[str, Depends(seller_in_question(HOUSE))]
"""Also of a vendor who was suspended: what was ordered before is sent as usual."""

Moment = Annotated[AwareDatetime | None, Query(description="ISO 8601 with a time zone.")]


async def _wanted(
    status: OrderStatus | None = None,
    user_id: Annotated[str | None, Query(alias="userId", min_length=1, max_length=64)] = None,
    email: Annotated[str | None, Query(min_length=1, max_length=254)] = None,
    since: Moment = None,
    until: Moment = None,
) -> Wanted:
    return Wanted(status=status, user_id=user_id, email=email, since=since, until=until)


WantedOrders = Annotated[Wanted, Depends(_wanted)]


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
    """``/orders`` and below without placing, ``/vendor/orders``, ``/admin/orders``."""
    routes = api_router("orders")
    _add_for_customers(routes, orders, OrderAccess(orders, tokens))
    _add_for_staff(routes, orders)
    _add_for_vendors(routes, orders)
    return routes


def _add_for_customers(routes: APIRouter, orders: Orders, access: OrderAccess) -> None:

    @routes.get("/orders", responses=documented(400, 401))
    async def list_orders(
        request: Request,
        response: Response,
        caller: SignedIn,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[OrderOut]:
        """The caller's orders, the newest first."""
        page = await orders.of_user(caller.user_id or "", cursor, limit)
        next_link(request, response, page.next)
        return [order_json(order) for order in page.items]

    @routes.get("/orders/{orderId}", responses=documented(401, 404))
    async def get_order(order_id: OrderId, caller: Anyone, token: OrderToken = None) -> OrderOut:
        """One order, for its owner, an admin, or the holder of its guest token."""
        order = await access.order(order_id, caller, token)
        unpaid = order.status in (OrderStatus.PENDING, OrderStatus.FAILED)  # nobody sends any of it yet
        parts = () if unpaid else await orders.parts(order_id)
        return order_json(order, await orders.action_url(order), parts)

    @routes.get("/orders/{orderId}/history", responses=documented(401, 404))
    async def get_order_history(
        order_id: OrderId, caller: Anyone, token: OrderToken = None
    ) -> list[HistoryOut]:
        """What has happened to the order so far."""
        await access.order(order_id, caller, token)
        return [history_json(entry) for entry in await orders.history(order_id)]

    @routes.get("/orders/{orderId}/refunds", responses=documented(401, 404))
    async def list_refunds(order_id: OrderId, caller: Anyone, token: OrderToken = None) -> list[RefundOut]:
        """The order's refunds, the oldest first."""
        await access.order(order_id, caller, token)
        return [refund_json(refund) for refund in await orders.refunds(order_id)]

    @routes.post("/orders/{orderId}/cancel", responses=documented(401, 404, 409))
    async def cancel_order(
        order_id: OrderId, caller: Anyone, token: OrderToken = None, body: CancelIn | None = None
    ) -> OrderOut:
        """Cancels an order that is not shipped yet; the money goes back, the goods go back on the shelf."""
        order = await access.order(order_id, caller, token)
        actor, reason = caller.user_id or "guest", body.reason if body else ""
        cancelled = await orders.cancel(order.order_id, actor, reason, by_staff=caller.is_admin)
        return order_json(cancelled)


def _add_for_staff(routes: APIRouter, orders: Orders) -> None:
    @routes.post("/orders/{orderId}/refunds", status_code=201, responses=documented(401, 403, 404, 409))
    async def refund_order(order_id: OrderId, body: RefundIn, caller: Admin) -> RefundOut:
        """Refunds part or all of what was paid; never more than that."""
        order = await orders.get(order_id)
        amount = to_minor(str(body.amount), order.currency)
        why = Why(body.reason, body.vendor_id, caller.user_id)
        return refund_json(await orders.refund(order_id, amount, body.refund_id, why))

    @routes.post("/orders/{orderId}/shipments", status_code=201, responses=documented(401, 403, 404, 409))
    async def ship_order(order_id: OrderId, body: ShipmentIn, caller: Admin) -> OrderOut:
        """Notes that the order, or with `vendorId` that vendor's part, was handed to a carrier."""
        actor = caller.user_id or ""
        shipped = await orders.ship(order_id, body.parcel, actor, body.vendor_id, by_staff=True)
        return order_json(shipped)

    @routes.post("/orders/{orderId}/deliver", responses=documented(401, 403, 404, 409))
    async def deliver_order(
        order_id: OrderId,
        caller: Admin,
        vendor_id: Annotated[str | None, Query(alias="vendorId", min_length=1, max_length=64)] = None,
    ) -> OrderOut:
        """Notes that the order, or with `vendorId` that vendor's part, has arrived."""
        return order_json(await orders.deliver(order_id, caller.user_id or "", vendor_id))

    @routes.post("/orders/{orderId}/complete", responses=documented(401, 403, 404, 409))
    async def complete_order(order_id: OrderId, caller: Admin) -> OrderOut:
        """Closes an order that has arrived."""
        return order_json(await orders.complete(order_id, caller.user_id or ""))

    @routes.get("/admin/orders", responses=documented(400, 401, 403))
    async def list_all_orders(
        request: Request,
        response: Response,
        _: Admin,
        wanted: WantedOrders,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[OrderOut]:
        """Everybody's orders, the newest first. A page of one customer's may hold less than `limit`."""
        page = await orders.all(wanted, cursor, limit)
        next_link(request, response, page.next)
        return [order_json(order) for order in page.items]


def _add_for_vendors(routes: APIRouter, orders: Orders) -> None:
    @routes.get("/vendor/orders", responses=documented(400, 401, 403))
    async def list_vendor_orders(
        request: Request,
        response: Response,
        vendor_id: VendorId,
        status: Annotated[FulfilmentStatus | None, Query()] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[VendorOrderOut]:
        """What a vendor has sold, the newest first: `status=PROCESSING` is what has to be sent."""
        page = await orders.of_vendor(vendor_id, status, cursor, limit)
        next_link(request, response, page.next)
        return [vendor_order_json(seen) for seen in page.items]

    @routes.get("/vendor/orders/{orderId}", responses=documented(401, 403, 404))
    async def get_vendor_order(order_id: OrderId, vendor_id: VendorId) -> VendorOrderOut:
        """A vendor's part of one order, with the address that it goes to."""
        return vendor_order_json(await orders.for_vendor(vendor_id, order_id))

    @routes.post(
        "/vendor/orders/{orderId}/shipments", status_code=201, responses=documented(401, 403, 404, 409)
    )
    async def ship_vendor_order(
        order_id: OrderId, body: ParcelIn, caller: SignedIn, vendor_id: VendorId
    ) -> VendorOrderOut:
        """Notes that a vendor's part was handed to a carrier; the customer hears of it by mail."""
        await orders.for_vendor(vendor_id, order_id)
        actor = caller.user_id or ""
        await orders.ship(order_id, body.parcel, actor, vendor_id, by_staff=caller.is_admin)
        return vendor_order_json(await orders.for_vendor(vendor_id, order_id))

    @routes.post("/vendor/orders/{orderId}/deliver", responses=documented(401, 403, 404, 409))
    async def deliver_vendor_order(
        order_id: OrderId, caller: SignedIn, vendor_id: VendorId
    ) -> VendorOrderOut:
        """Notes that a vendor's part has arrived; the customer hears of it by mail."""
        await orders.for_vendor(vendor_id, order_id)
        await orders.deliver(order_id, caller.user_id or "", vendor_id, by_staff=caller.is_admin)
        return vendor_order_json(await orders.for_vendor(vendor_id, order_id))
