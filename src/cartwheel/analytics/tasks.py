"""What is counted when others tell of it."""

from cartwheel.analytics.counting import Counting
from cartwheel.messaging import Subscription


def subscriptions(counting: Counting) -> list[Subscription]:
    """The consumers of this domain, all on the queue ``analytics``."""
    return [
        Subscription("analytics", frozenset({"OrderPlaced"}), counting.order_placed, counting.orders_placed),
        Subscription("analytics", frozenset({"RefundSettled"}), counting.refund_settled),
    ]
