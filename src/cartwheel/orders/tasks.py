"""What orders do when others tell them something."""

from cartwheel.messaging import Event, Subscription
from cartwheel.orders.service import Orders


def subscriptions(orders: Orders) -> list[Subscription]:
    """The consumers of this domain."""

    async def return_money(event: Event) -> None:
        await orders.refund_cancelled(event.subject)

    async def show(event: Event) -> None:
        await orders.show_to_vendors(event.subject)

    return [
        Subscription("orders", frozenset({"OrderPlaced"}), show),
        Subscription("orders", frozenset({"OrderCancelled"}), return_money),
        Subscription("orders", frozenset({"RefundSettled"}), orders.refund_settled),
    ]
