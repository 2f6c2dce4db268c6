"""What is forgotten when others tell that somebody has gone."""

from cartwheel.messaging import Event, Subscription
from cartwheel.privacy.service import Privacy


def subscriptions(privacy: Privacy) -> list[Subscription]:
    """The consumers of this domain, all on the queue ``privacy``."""

    async def erased(event: Event) -> None:
        await privacy.forget_user(event.subject, event.payload["email"])

    async def ended(event: Event) -> None:
        await privacy.order_ended(event.subject)

    ends = frozenset({"OrderDelivered", "OrderCancelled", "OrderFailed"})
    return [
        Subscription("privacy", frozenset({"AccountErased"}), erased),
        Subscription("privacy", ends, ended),
    ]
