"""Reading the sums: totals, series and best lists of a period, and what is asked for most of late."""

import asyncio
from bisect import bisect_right
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cartwheel.analytics import tables
from cartwheel.analytics.model import (
    MAX_HOURLY_DAYS,
    SHOP,
    Calendar,
    Counts,
    Interval,
    InvalidPeriod,
    Period,
    Ranked,
    Sums,
    cooled,
    cover,
    day_bucket,
    eras,
    hour_bucket,
    steps,
    together,
)
from cartwheel.analytics.tables import SUMS
from cartwheel.catalog import Catalog, Product
from cartwheel.kernel.clock import Clock
from cartwheel.storage import Store

CANDIDATES = {"M": 100, "D": 50}
"""How many of each month and single day of a period are looked at for a best list."""

HOTTEST = 100
"""How many of an era are looked at for what is trending."""

AT_ONCE = 8
"""Queries that run beside each other."""

NamesOf = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""How vendors are called, by id."""


@dataclass(frozen=True, slots=True)
class Point:
    """A step of a series: when it begins, and its sums. Hours have an instant, longer steps a date."""

    at: datetime | date
    counts: Counts


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a best list."""

    id: str
    name: str
    counts: Counts


class Analytics:
    """Sums of the whole shop, or of one vendor (``vendor_id``)."""

    def __init__(
        self, store: Store, clock: Clock, calendar: Calendar, catalog: Catalog, names_of: NamesOf
    ) -> None:
        self._store = store
        self._clock = clock
        self._calendar = calendar
        self._catalog = catalog
        self._names_of = names_of

    def period(self, first: date | None, last: date | None) -> Period:
        """The days from ``first`` to ``last``, by default the 30 up to today. Raises ``InvalidPeriod``."""
        return self._calendar.period(first, last, self._clock())

    async def summary(self, vendor_id: str | None, period: Period) -> tuple[Counts, Counts]:
        """Everything in a period, and in the one before. Two storage calls."""
        now, before = await asyncio.gather(
            self._days(vendor_id, period), self._days(vendor_id, period.before)
        )
        return together(now), together(before)

    async def series(self, vendor_id: str | None, period: Period, interval: Interval) -> list[Point]:
        """The period step by step, without gaps. One storage call. Raises ``InvalidPeriod``."""
        if interval == "hour":
            return await self._hours(vendor_id, period)
        days = await self._days(vendor_id, period)
        starts = steps(period, interval)
        grouped: dict[date, list[Sums]] = {start: [] for start in starts}
        for row in days:
            start = starts[bisect_right(starts, date.fromisoformat(row.bucket[1:])) - 1]
            grouped[start].append(row)
        return [Point(start, together(rows)) for start, rows in grouped.items()]

    async def top(self, by: Ranked, vendor_id: str | None, period: Period, limit: int) -> list[Place]:
        """What sold for the most, the best first. One storage call for each month and single day, and three.

        The sums are exact. What was not among the ``CANDIDATES`` best of any of these months and days is not
        found.
        """
        buckets = cover(period)
        rank = f"{vendor_id}|{by}" if vendor_id else by
        pages: dict[str, dict[str, Sums]] = {}
        for start in range(0, len(buckets), AT_ONCE):
            some = buckets[start : start + AT_ONCE]
            found = await asyncio.gather(*(self._best(rank, bucket, vendor_id) for bucket in some))
            pages.update(zip(some, found, strict=True))
        sold: Counter[str] = Counter()
        for page in pages.values():
            for series, row in page.items():
                sold[series] += row.sales
        best = [series for series, sales in sold.most_common(limit + 10) if sales > 0]
        whole = await self._completed(best, pages)
        ranked = sorted(best, key=lambda series: whole[series].sales, reverse=True)[:limit]
        names = await self._names(by, [series.rpartition(":")[2] for series in ranked])
        return [
            Place(series.rpartition(":")[2], name, whole[series])
            for series, name in zip(ranked, names, strict=True)
        ]

    async def trending(self, limit: int) -> list[Product]:
        """Products for sale by views, carts and orders of late, the hottest first. Three storage calls."""
        now, before = await asyncio.gather(
            *(self._store.query(tables.hottest(era, HOTTEST)) for era in eras(self._clock()))
        )
        ids = cooled(now.items, before.items)[: 2 * limit]
        products = await self._catalog.products(ids) if ids else {}
        return [products[key] for key in ids if key in products and products[key].for_sale][:limit]

    async def _days(self, vendor_id: str | None, period: Period) -> Sequence[Sums]:
        low, high = day_bucket(period.first), day_bucket(period.last)
        return (await self._store.query(tables.between(_series(vendor_id), low, high))).items

    async def _hours(self, vendor_id: str | None, period: Period) -> list[Point]:
        if period.days > MAX_HOURLY_DAYS:
            raise InvalidPeriod(f"By the hour, a period has at most {MAX_HOURLY_DAYS} days.")
        hours = list(self._calendar.hours(period))
        low, high = hour_bucket(hours[0]), hour_bucket(hours[-1])
        page = await self._store.query(tables.between(_series(vendor_id), low, high))
        rows: dict[str, Counts] = {row.bucket: row for row in page.items}
        return [Point(hour, rows.get(hour_bucket(hour), Counts())) for hour in hours]

    async def _best(self, rank: str, bucket: str, vendor_id: str | None) -> dict[str, Sums]:
        most = CANDIDATES[bucket[0]]
        query = tables.best(f"{rank}|{bucket}", most, of_vendor=vendor_id is not None)
        return {row.series: row for row in (await self._store.query(query)).items}

    async def _completed(
        self, best: Sequence[str], pages: Mapping[str, Mapping[str, Sums]]
    ) -> dict[str, Counts]:
        """The sums of some series over all buckets, those included where they are not among the first."""
        full = [bucket for bucket, page in pages.items() if len(page) == CANDIDATES[bucket[0]]]
        keys = [(series, bucket) for bucket in full for series in best if series not in pages[bucket]]
        found = await self._store.get_many(SUMS, keys) if keys else []
        rows: dict[str, list[Counts]] = {series: [] for series in best}
        for row in found:
            if row is not None:
                rows[row.series].append(row)
        for series in best:
            rows[series] += [page[series] for page in pages.values() if series in page]
        return {series: together(parts) for series, parts in rows.items()}

    async def _names(self, by: Ranked, ids: Sequence[str]) -> list[str]:
        names: Mapping[str, str] = {}
        if by == "vendor" and ids:
            names = await self._names_of(ids)
        elif by == "product" and ids:
            products = await self._catalog.products(ids)
            names = {product_id: product.title for product_id, product in products.items()}
        elif by == "category":
            names = {category.slug: category.name for category in await self._catalog.categories()}
        return [names.get(key) or key for key in ids]


def _series(vendor_id: str | None) -> str:
    return f"vendor:{vendor_id}" if vendor_id else SHOP
