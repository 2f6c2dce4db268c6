"""What becomes of orders, told to a topic of SNS: whoever subscribes (mail, webhook, queue) hears of it.

A notification says nothing of who has bought: no name, address, e-mail or account. It is sent at least once,
so it may come twice, and a standard topic keeps no order: subscribers know it by ``eventId`` and look at
``at``. A topic whose name ends in ``.fifo`` drops what comes again within five minutes, and keeps the order
in which things happened to one order.
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from cartwheel.aws import Service, answered, code_of
from cartwheel.kernel.clock import iso
from cartwheel.kernel.money import json_number
from cartwheel.messaging import Event, Subscription
from cartwheel.orders import Order, Orders
from cartwheel.storage import Unavailable

TOLD = {
    "OrderPlaced": "Order placed",
    "OrderShipped": "Order shipped",
    "OrderDelivered": "Order delivered",
    "OrderCancelled": "Order cancelled",
    "OrderFailed": "Order failed",
    "RefundSettled": "Order refunded",
}
"""The events that are told, each with its words for a mail's subject."""


class Topic:
    """A topic of SNS, by its ARN."""

    def __init__(self, arn: str) -> None:
        parts = arn.split(":")
        if len(parts) != 6 or (parts[0], parts[2]) != ("arn", "sns"):
            raise ValueError(f"CARTWHEEL_TOPIC={arn!r} is not of the form arn:aws:sns:region:account:name")
        self._arn = arn
        self._is_fifo = arn.endswith(".fifo")
        self._sns = Service("sns", {"region_name": parts[3]})

    async def publish(self, event: Event, order: Order) -> None:
        """Tells one event. Raises ``Unavailable``."""
        once = {"MessageGroupId": order.order_id, "MessageDeduplicationId": event.event_id}
        attribute = {"DataType": "String", "StringValue": event.type}
        try:
            with answered(Unavailable):
                client = await self._sns.client()
                await client.publish(
                    TopicArn=self._arn,
                    Subject=f"{TOLD[event.type]}: {order.code}",
                    Message=json.dumps(notification(event, order)),
                    MessageAttributes={"type": attribute},
                    **(once if self._is_fifo else {}),
                )
        except ClientError as error:
            raise Unavailable(f"SNS answered {code_of(error)}.") from error

    def subscription(self, orders: Orders) -> Subscription:
        """A consumer of the queue ``orders``. It comes last there: nothing waits for a topic that fails."""

        async def tell(event: Event) -> None:
            await self.publish(event, await orders.get(event.subject))

        return Subscription("orders", frozenset(TOLD), tell)

    async def close(self) -> None:
        """Closes the connections."""
        await self._sns.close()


def notification(event: Event, order: Order) -> dict[str, Any]:
    """What subscribers are told: amounts in major units, as in the API."""
    refunded = event.payload.get("amount") if event.type == "RefundSettled" else None
    return {
        "eventId": event.event_id,
        "type": event.type,
        "at": iso(event.at),
        "orderId": order.order_id,
        "code": order.code,
        "status": order.status.value,
        "totalAmount": json_number(order.total, order.currency),
        "currency": order.currency,
        "items": [
            {
                "productId": line.product_id,
                "variantId": line.variant_id,
                "vendorId": line.vendor_id,
                "quantity": line.quantity,
                "total": json_number(line.total, order.currency),
            }
            for line in order.lines
        ],
    } | ({} if refunded is None else {"refunded": json_number(refunded, order.currency)})
