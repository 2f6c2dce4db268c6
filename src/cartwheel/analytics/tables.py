"""Where the sums live, and the changes that add to them."""

from datetime import datetime

from cartwheel.analytics.model import COUNTED, Heat, Seen, Sums
from cartwheel.storage import Change, Index, Put, Query, Table, Update, absent

SUMS = Table(
    "analytics_sums",
    Sums,
    "series",
    "bucket",
    indexes=(Index("by_rank", "rank", "sales"), Index("by_vendor_rank", "vendor_rank", "sales")),
    ttl="expires_at",
)
SEEN = Table("analytics_seen", Seen, "mark", ttl="expires_at")
HEAT = Table(
    "analytics_heat",
    Heat,
    "era",
    "product_id",
    indexes=(Index("by_score", "era", "score"),),
    ttl="expires_at",
)

TABLES = (SUMS, SEEN, HEAT)

Addition = Sums | Heat
"""A row that holds nothing but what is to be added to it."""


def key_of(row: Addition) -> tuple[str, str]:
    """The row's primary key."""
    return (row.series, row.bucket) if isinstance(row, Sums) else (row.era, row.product_id)


def added(row: Addition, *, is_there: bool) -> Change:
    """Adds to what is stored; conflicts when that is not there after all, or has just come into being."""
    if isinstance(row, Heat):
        if is_there:
            return Update(HEAT, key_of(row), add={"score": row.score})
        return Put(HEAT, row, (absent(),))
    if is_there:
        counts = {name: count for name in COUNTED if (count := getattr(row, name))}
        return Update(SUMS, key_of(row), add=counts)
    return Put(SUMS, row, (absent(),))


def seen(mark: str, expires_at: datetime) -> Change:
    """Marks that something was counted; conflicts when it has been."""
    return Put(SEEN, Seen(mark=mark, expires_at=expires_at), (absent(),))


def between(series: str, low: str, high: str) -> Query[Sums]:
    """A series from one bucket to another, both included."""
    return Query(SUMS, series, low=low, high=high, limit=1000)


def best(rank: str, limit: int, *, of_vendor: bool) -> Query[Sums]:
    """The parts of the shop, or of a vendor, that sold the most in one bucket."""
    index = "by_vendor_rank" if of_vendor else "by_rank"
    return Query(SUMS, rank, index, descending=True, limit=limit)


def hottest(era: str, limit: int) -> Query[Heat]:
    """The products with the highest scores of an era."""
    return Query(HEAT, era, "by_score", descending=True, limit=limit)
