"""Buckets of time in the shop's time zone, and the sums that are kept for each of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.errors import Invalid

MAX_DAYS = 800
"""The longest period that is asked for: more than two years."""

MAX_HOURLY_DAYS = 31
"""The longest period that is shown by the hour."""

SHOP = "shop"
"""The series of the whole shop."""

Interval = Literal["hour", "day", "week", "month"]
Metric = Literal["sales", "revenue", "orders", "units", "averageOrder", "visits", "conversion"]
Ranked = Literal["product", "category", "vendor"]


class InvalidPeriod(Invalid):
    """Not a stretch of days that can be asked for."""

    code = "invalid_period"


class Counts(BaseModel):
    """What happened. Amounts are minor units of the shop's currency.

    ``visits``, ``viewed``, ``carted`` and ``checked_out`` count visits of a day, each once however often they
    did so; ``views``, ``searches`` and ``added`` count every time. ``sales`` is what was ordered, with
    shipping for the whole shop and without for its parts; ``refunded`` is what went back.
    """

    model_config = ConfigDict(frozen=True)

    visits: int = 0
    viewed: int = 0
    carted: int = 0
    checked_out: int = 0
    views: int = 0
    searches: int = 0
    added: int = 0
    orders: int = 0
    units: int = 0
    sales: int = 0
    refunded: int = 0

    @property
    def revenue(self) -> int:
        """What was ordered and did not go back."""
        return self.sales - self.refunded

    @property
    def average_order(self) -> int:
        """Minor units, rounded half up; 0 without orders."""
        return (2 * self.sales + self.orders) // (2 * self.orders) if self.orders else 0

    @property
    def conversion(self) -> float:
        """Orders per visit, 0 to 1; visits that did not want to be counted may have ordered as well."""
        return min(self.orders / self.visits, 1.0) if self.visits else 0.0


COUNTED = tuple(Counts.model_fields)
"""The names of what is summed up."""


class Sums(Counts):
    """What happened in one bucket of a series."""

    series: str
    """``shop``, or a part of it: ``product:…``, ``category:…``, ``vendor:…``, ``shelf:vendor:category``."""
    bucket: str
    """Which hour (``H``, in UTC), day (``D``) or month (``M``): see ``Calendar``."""
    rank: str | None = None
    """What it is compared with in the whole shop: ``product|D2026-11-21``."""
    vendor_rank: str | None = None
    """What it is compared with among one vendor's."""
    expires_at: datetime | None = None
    """Hours of parts of the shop are kept for ``HOURS_KEPT``; everything else stays."""


def together(rows: Iterable[Counts]) -> Counts:
    """Everything in these rows."""
    rows = list(rows)
    return Counts(**{name: sum([getattr(row, name) for row in rows]) for name in COUNTED})


HOURS_KEPT = timedelta(days=90)
"""How long single hours of products, categories and vendors are kept."""


@dataclass(frozen=True, slots=True)
class Part:
    """A series, and what its days and months are ranked among. Hours are not ranked."""

    series: str
    rank: str = ""
    vendor_rank: str = ""
    by_hour: bool = True
    by_month: bool = True

    def among(self, buckets: tuple[str, str, str]) -> Iterator[str]:
        """Those of an hour, a day and a month that the series has."""
        hour, day, month = buckets
        if self.by_hour:
            yield hour
        yield day
        if self.by_month:
            yield month

    def row(self, bucket: str, counts: Mapping[str, int]) -> Sums:
        """A bucket of the series that nothing but this is in."""
        began = bucket_time(bucket)
        is_hour = isinstance(began, datetime)
        return Sums(
            series=self.series,
            bucket=bucket,
            rank=f"{self.rank}|{bucket}" if self.rank and not is_hour else None,
            vendor_rank=f"{self.vendor_rank}|{bucket}" if self.vendor_rank and not is_hour else None,
            expires_at=began + HOURS_KEPT if isinstance(began, datetime) and self.series != SHOP else None,
            **counts,
        )


WHOLE_SHOP = Part(SHOP, by_month=False)


def of_vendor(vendor_id: str) -> Part:
    """All that a vendor sells."""
    return Part(f"vendor:{vendor_id}", "vendor")


def of_product(product_id: str, vendor_id: str, category: str) -> list[Part]:
    """A product, its category, and that category of its vendor."""
    product = Part(f"product:{product_id}", "product", f"{vendor_id}|product")
    if not category:
        return [product]
    shelf = Part(f"shelf:{vendor_id}:{category}", vendor_rank=f"{vendor_id}|category", by_hour=False)
    return [product, Part(f"category:{category}", "category"), shelf]


class Seen(BaseModel):
    """The mark that a visit did something on that day, so that it counts once."""

    model_config = ConfigDict(frozen=True)

    mark: str
    expires_at: datetime


class Heat(BaseModel):
    """How much a product is asked for of late: see ``heat``."""

    model_config = ConfigDict(frozen=True)

    era: str
    product_id: str
    score: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the shop's time zone, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """As many days, right before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which bucket an instant belongs to. Days begin at midnight in ``zone``."""

    zone: ZoneInfo

    def day(self, at: datetime) -> date:
        """The day of an instant."""
        return at.astimezone(self.zone).date()

    def hour(self, at: datetime) -> datetime:
        """When the hour of an instant began, in UTC: where clocks are put back, an hour comes twice."""
        return at.astimezone(self.zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)

    def buckets(self, at: datetime) -> tuple[str, str, str]:
        """The hour, day and month of an instant, as rows are named."""
        day = self.day(at)
        return hour_bucket(self.hour(at)), day_bucket(day), month_bucket(day)

    def midnight(self, day: date) -> datetime:
        """When a day begins, in UTC."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    def hours(self, period: Period) -> Iterator[datetime]:
        """The beginnings of all hours of a period, in UTC."""
        at, end = self.midnight(period.first), self.midnight(period.last + timedelta(days=1))
        while at < end:
            yield at
            later = at + timedelta(hours=1)
            while self.hour(later) == at:  # where clocks are put back by half an hour, one takes longer
                later += timedelta(minutes=30)
            at = self.hour(later)

    def period(self, first: date | None, last: date | None, today: datetime) -> Period:
        """The days from ``first`` to ``last``, by default the 30 up to today. Raises ``InvalidPeriod``."""
        last = last or max(self.day(today), first or date.min)
        first = first or last - timedelta(days=min(29, (last - date.min).days))
        period = Period(first, last)
        if not 1 <= period.days <= MAX_DAYS:
            raise InvalidPeriod(f"A period has 1 to {MAX_DAYS} days, the first one first.")
        if period.first.year < 2000 or period.last.year > 9000:
            raise InvalidPeriod("A period lies in the years 2000 to 9000.")
        return period


def hour_bucket(at: datetime) -> str:
    """The name of an hour that begins then (UTC)."""
    return f"H{at:%Y-%m-%dT%H:%M}"


def day_bucket(day: date) -> str:
    """The name of a day."""
    return f"D{day.isoformat()}"


def month_bucket(day: date) -> str:
    """The name of the month of a day."""
    return f"M{day:%Y-%m}"


def bucket_time(bucket: str) -> datetime | date:
    """When an hour began (UTC), or the (first) day of it."""
    if bucket[0] == "H":
        return datetime.fromisoformat(f"{bucket[1:]}+00:00")
    return date.fromisoformat(bucket[1:] if bucket[0] == "D" else f"{bucket[1:]}-01")


def cover(period: Period) -> list[str]:
    """The fewest months and days that make up a period."""
    buckets, day = [], period.first
    while day <= period.last:
        following = _next_month(day)
        if day.day == 1 and following - timedelta(days=1) <= period.last:
            buckets.append(month_bucket(day))
            day = following
        else:
            buckets.append(day_bucket(day))
            day += timedelta(days=1)
    return buckets


def steps(period: Period, interval: Interval) -> list[date]:
    """The days on which the days, weeks (from Monday) or months of a period begin; the first may be cut."""
    starts, day = [], period.first
    while day <= period.last:
        starts.append(day)
        if interval == "week":
            day += timedelta(days=7 - day.weekday())
        else:
            day = _next_month(day) if interval == "month" else day + timedelta(days=1)
    return starts


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


HALF_LIFE = timedelta(days=2)
"""After so long, interest in a product counts half."""

ERA = timedelta(days=14)
"""Scores grow with time instead of shrinking (forward decay): within an era, what comes later counts more.

A new era begins before the numbers grow too large; the last one's scores then count 1/128.
"""

WEIGHTS = {"views": 1, "added": 5, "orders": 20}
"""How much interest a view, a line in a cart and an order show."""

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def heat(product_id: str, counts: Mapping[str, int], at: datetime) -> Heat:
    """What adds to a product's score, in thousandths of a view at the beginning of the era."""
    era, into = divmod(at - _EPOCH, ERA)
    weight = sum([WEIGHTS[name] * count for name, count in counts.items() if name in WEIGHTS])
    score = round(1000 * weight * 2 ** (into / HALF_LIFE))
    return Heat(era=str(era), product_id=product_id, score=score, expires_at=_EPOCH + (era + 2) * ERA)


def eras(at: datetime) -> tuple[str, str]:
    """The era of an instant, and the one before."""
    era = (at - _EPOCH) // ERA
    return str(era), str(era - 1)


def cooled(now: Iterable[Heat], before: Iterable[Heat]) -> list[str]:
    """Product ids of this era's and the last one's scores, the hottest first."""
    scores: Counter[str] = Counter()
    for row in before:
        scores[row.product_id] = int(row.score / 2 ** (ERA / HALF_LIFE))
    for row in now:
        scores[row.product_id] += row.score
    return [product_id for product_id, _ in scores.most_common()]
