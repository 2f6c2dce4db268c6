"""What the ``search`` queue does: keep the index in step, a batch of products at a time."""

from collections.abc import Sequence

from cartwheel.messaging import Event, Subscription
from cartwheel.search.service import Search

BATCH = 500
"""Products that are put into the index at once: it writes its files for one as for many."""


def subscriptions(search: Search) -> list[Subscription]:
    """The consumers of this domain."""

    async def changed(event: Event) -> None:
        await search.refresh([event.subject])

    async def all_changed(events: Sequence[Event]) -> None:
        await search.refresh([event.subject for event in events])

    events = frozenset({"ProductChanged", "ProductDeleted"})
    return [Subscription("search", events, changed, all_changed, BATCH)]
