"""Which part of the API each service serves: for functions, containers and proxies that share the work.

A path belongs to the service that lists the first part of it, without ``/api``; what nobody lists belongs to
``desk``. Each service also serves ``/api/health``, ``/api/ready`` and ``/metrics``.
"""

from collections.abc import Collection, Mapping

PARTS: Mapping[str, tuple[str, ...]] = {
    "products": ("products", "categories"),
    "users": (".well-known", "auth", "users"),
    "orders": ("cart", "orders", "shipping"),
    "payments": ("payments", "sandbox"),
    "search": ("search",),
    "desk": (
        "admin",
        "analytics",
        "audit",
        "events",
        "imports",
        "jobs",
        "mail",
        "mailbox",
        "media",
        "queues",
        "system",
        "vendor",
        "vendors",
    ),
}

ALL: frozenset[str] = frozenset(PARTS)

AT_ROOT: frozenset[str] = frozenset({".well-known", "mailbox", "sandbox"})
"""Parts that are not below ``/api``, where the shop's pages are; ``desk`` serves those."""

STAFF_ONLY: frozenset[str] = frozenset({"admin", "analytics", "audit", "imports", "jobs", "queues", "system"})
"""Nothing below is for strangers: a gateway turns them away before a service is asked."""

WITHOUT_TOKEN: frozenset[str] = frozenset({".well-known", "auth", "health", "ready"})
"""Where a token that came along is not looked at: who renews one, for example, has only an old one."""


def is_for_staff(path: str) -> bool:
    """Whether nobody may ask there who is not signed in."""
    return _first(path) in STAFF_ONLY


def takes_tokens(path: str) -> bool:
    """Whether a token that came along has to be a good one."""
    return _first(path) not in WITHOUT_TOKEN


def _first(path: str) -> str:
    return path.removeprefix("/api").lstrip("/").partition("/")[0]


def service_of(path: str) -> str:
    """The service that a path belongs to."""
    first = _first(path)
    return next((name for name, parts in PARTS.items() if first in parts), "desk")


def parse(names: str) -> Collection[str]:
    """The services that a comma-separated list names; all for an empty one. Raises ``ValueError``."""
    wanted = {name.strip() for name in names.split(",") if name.strip()}
    if unknown := sorted(wanted - ALL):
        known = ", ".join(sorted(ALL))
        raise ValueError(f"There is no service {', '.join(unknown)}. There are: {known}.")
    return wanted or ALL
