"""What stock does when others tell it something."""

from cartwheel.inventory.service import Inventory
from cartwheel.messaging import Event, Subscription


def subscriptions(inventory: Inventory) -> list[Subscription]:
    """The consumers of this domain."""

    async def returned(event: Event) -> None:
        await inventory.watch(event.payload.get("variantIds", []))  # there is enough again, perhaps

    return [Subscription("orders", frozenset({"OrderCancelled"}), returned)]
