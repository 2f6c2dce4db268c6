"""Every service that runs as containers: what it serves, how large it is, what it may use."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.doors import Uses
from infra.shop import ShopData

CPU_PER_MEMORY = {256: 512, 512: 1024, 1024: 2048}
"""Fargate's usual pairs: shares of a processor (1024 is one), and megabytes."""


@dataclass(frozen=True, slots=True)
class Service:
    """A container that answers HTTP, or the worker, which serves nothing."""

    name: str
    serves: tuple[str, ...]
    cpu: int
    uses: Uses

    @property
    def memory(self) -> int:
        """Megabytes."""
        return CPU_PER_MEMORY[self.cpu]


SERVICES = (
    Service("products", ("products", "search"), 512, Uses.INDEX | Uses.PAGES | Uses.CALLERS),
    Service("users", ("users",), 512, Uses.USERS | Uses.MEDIA | Uses.CALLERS),
    Service("carts", ("orders", "payments"), 512, Uses.CALLERS),
    Service(
        "desk",
        ("desk",),
        256,
        Uses.QUEUES | Uses.DEAD_LETTERS | Uses.MEDIA | Uses.INDEX | Uses.USERS | Uses.QUOTA | Uses.CALLERS,
    ),
)
"""Product, user and cart service, as seed S4 draws them, and what staff and vendors use.

The last one answers what belongs to no other. The chat gets a service of its own when there is one.
"""

WORKER = Service(
    "worker",
    (),
    512,
    Uses.QUEUES | Uses.WORK | Uses.MEDIA | Uses.INDEX | Uses.NEW_INDEX | Uses.USERS | Uses.MAIL | Uses.TOPIC,
)
"""Relay, queues, schedules and checkouts that were left behind."""


def paths(service: Service, shop: ShopData) -> list[str]:
    """Beginnings of paths that lead to a service."""
    return sorted(path for path, served_by in shop.routes.items() if served_by in service.serves)


def by_name() -> Mapping[str, Service]:
    """Services and worker."""
    return {one.name: one for one in (*SERVICES, WORKER)}
