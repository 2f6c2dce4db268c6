"""Every function of the shop: its handler, memory and time, and what else it must be allowed to use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Flag, auto

from infra.constructs.function import EVENTS, HTTP, Door, Size
from infra.shop import ShopData


class Uses(Flag):
    """What a function may use beside the tables and the secret, which all of them need."""

    NOTHING = 0
    QUEUES = auto()
    """Puts into every queue."""
    WORK = auto()
    """Takes out of every queue, as a worker does; Lambda does it for its functions."""
    DEAD_LETTERS = auto()
    """Looks at what was given up, takes it out, puts it back."""
    MEDIA = auto()
    INDEX = auto()
    """Reads the search index."""
    NEW_INDEX = auto()
    """Replaces the search index."""
    USERS = auto()
    """Changes users of the pool."""
    MAIL = auto()
    QUOTA = auto()
    """Asks SES how much may be sent: the system page shows it."""
    TOPIC = auto()
    CALLERS = auto()
    """Hears of CloudFront who is calling."""
    PAGES = auto()
    """Reads ``index.html``, and puts heads into it."""
    CHECKOUT = auto()
    """Starts checkouts, and lets those go on that wait."""


@dataclass(frozen=True, slots=True)
class Function:
    """A door, and what is behind it."""

    door: Door
    uses: Uses


_SERVICES: Mapping[str, tuple[Size, Uses]] = {
    "products": (Size(512, 30), Uses.PAGES),
    "users": (Size(512, 30), Uses.USERS | Uses.MEDIA),
    "orders": (Size(512, 30), Uses.CHECKOUT),
    "payments": (Size(512, 30), Uses.CHECKOUT),
    "search": (Size(512, 30), Uses.INDEX),
    "desk": (
        Size(512, 30),
        Uses.QUEUES | Uses.DEAD_LETTERS | Uses.MEDIA | Uses.INDEX | Uses.USERS | Uses.QUOTA,
    ),
}
"""Seed S1 gives products 512 MB, cart and payment 128 MB: too little for the application that answers here.

Measured: see docs/adr/0006-functions-on-aws.md.
"""

_CONSUMERS: Mapping[str, tuple[Size, Uses]] = {
    "orders": (Size(512, 60), Uses.CHECKOUT | Uses.TOPIC),
    "email": (Size(512, 30), Uses.MAIL),
    "media": (Size(1024, 60), Uses.MEDIA),
    "payments": (Size(512, 60), Uses.CHECKOUT),
    "privacy": (Size(512, 60), Uses.USERS | Uses.MEDIA),
    "search": (Size(512, 60), Uses.INDEX | Uses.NEW_INDEX),
}
"""Queues that need more than the usual."""

_USUAL = (Size(512, 60), Uses.NOTHING)


TELLS_HEADS = next(name for name, (_, uses) in _SERVICES.items() if Uses.PAGES in uses)
"""The service that answers for pages with heads of their own."""


def services(shop: ShopData) -> list[Function]:
    """What answers HTTP, one function for each service."""
    made = []
    for name in shop.services:
        size, uses = _SERVICES[name]
        door = Door(name, HTTP, size, {"CARTWHEEL_SERVICES": name}, snapshot=True)
        made.append(Function(door, uses | Uses.CALLERS))
    return made


def consumers(shop: ShopData) -> dict[str, Function]:
    """What empties the queues, by queue."""
    return {queue: _consumer(queue) for queue in shop.queues}


def _consumer(queue: str) -> Function:
    size, uses = _CONSUMERS.get(queue, _USUAL)
    return Function(Door(f"consume-{queue}", f"{EVENTS}.consume", size), uses)


RELAY = Function(Door("relay", f"{EVENTS}.relay", Size(512, 60)), Uses.QUEUES)
STEP = Function(Door("step", f"{EVENTS}.step", Size(512, 30), snapshot=True), Uses.CHECKOUT)
SCHEDULE = Function(
    Door("schedule", f"{EVENTS}.schedule", Size(512, 300)),
    Uses.MEDIA | Uses.INDEX | Uses.NEW_INDEX | Uses.CHECKOUT,
)
UPLOADED = Function(Door("uploaded", f"{EVENTS}.uploaded", Size(1024, 60)), Uses.MEDIA)


RETURNED = Function(Door("returned", f"{EVENTS}.returned", Size(512, 30)), Uses.NOTHING)


def with_environment(door: Door, environment: Mapping[str, str]) -> Door:
    """The door, told also what all of them are told."""
    return replace(door, environment={**environment, **door.environment})


def everything(shop: ShopData) -> Sequence[Function]:
    """All functions of a shop."""
    return [*services(shop), *consumers(shop).values(), RELAY, STEP, SCHEDULE, UPLOADED, RETURNED]
