"""What a response cache hears of changes, and how it stays right where it is filled from a replica.

A change is heard twice: by the primary's notices, and by those that the replica shows, which come after the
change itself. An answer that was made from the replica in between is dropped by the second one.
"""

import asyncio
from collections.abc import Callable

import structlog

from cartwheel.edge.response_cache import ResponseCache
from cartwheel.messaging import Event
from cartwheel.messaging.broadcast import POLL_SECONDS, Listener
from cartwheel.shop import Shop
from cartwheel.storage import ReadReplica, Store

log = structlog.get_logger()


def dropping(cache: ResponseCache, store: Store) -> Callable[[Event], None]:
    """Hears what the primary tells."""
    noticed = store.told if isinstance(store, ReadReplica) else None
    return _dropping(cache, noticed)


def _dropping(cache: ResponseCache, noticed: Callable[[str], None] | None) -> Callable[[Event], None]:
    def hear(event: Event) -> None:
        if noticed is not None:
            noticed(event.event_id)
        told = event.payload.get("productIds") or [event.subject]
        cache.drop(f"product:{product_id}" for product_id in told)

    return hear


async def follow(shop: Shop, cache: ResponseCache) -> None:
    """Listens on the replica, if there is one, until it is cancelled. What nobody listens on is not asked."""
    while isinstance(shop.lagging, ReadReplica):
        try:
            await _listen(shop, shop.lagging, cache)
        except Exception:
            log.exception("replica_not_followed")
        shop.lagging.leave()
        cache.clear()
        await asyncio.sleep(POLL_SECONDS)


async def _listen(shop: Shop, replica: ReadReplica, cache: ResponseCache) -> None:
    await replica.follow()
    hear = _dropping(cache, replica.shown)
    listener = Listener(replica.replica, shop.clock, hear, cache.clear)
    async with asyncio.TaskGroup() as group:
        group.create_task(listener.run())
        group.create_task(_distrust(replica, cache))


async def _distrust(replica: ReadReplica, cache: ResponseCache) -> None:
    """Forgets what a replica has told that turns out to be late: it is not asked any more."""
    was_late = False
    while True:
        is_late = replica.is_late
        if is_late and not was_late:
            cache.clear()
        was_late = is_late
        await asyncio.sleep(POLL_SECONDS)
