"""The JSON and CSV of the routes. Amounts are major units of the shop's currency."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cartwheel.analytics.counting import Kind
from cartwheel.analytics.model import Counts, Interval, Metric, Period
from cartwheel.analytics.service import Place, Point
from cartwheel.edge.spreadsheets import line
from cartwheel.kernel.money import json_number

MAX_EVENTS = 50


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class EventIn(_Json):
    """Something that a visitor did. Views and carts name the product."""

    type: Kind
    product_id: Annotated[str, Field(max_length=200)] = ""


class EventsIn(_Json):
    """What one visit did, in order. ``visitId`` is a random word that the browser makes up for a visit."""

    visit_id: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{8,64}$")]
    events: Annotated[list[EventIn], Field(min_length=1, max_length=MAX_EVENTS)]


class PeriodOut(_Json):
    """Days of the shop's time zone, both included."""

    from_: date = Field(alias="from")
    to: date

    @classmethod
    def of(cls, period: Period) -> "PeriodOut":
        """The period as it is told."""
        return cls(from_=period.first, to=period.last)


class FiguresOut(_Json):
    """The figures of a period. ``sales`` was ordered; ``revenue`` is that without what was refunded."""

    sales: float
    revenue: float
    refunded: float
    orders: int
    units: int
    average_order: float
    visits: int
    viewed: int = Field(description="Visits that looked at a product.")
    carted: int = Field(description="Visits that put something into the cart.")
    checked_out: int = Field(description="Visits that began to check out.")
    views: int
    searches: int
    added: int = Field(description="Things put into carts.")
    conversion: float = Field(description="Orders per visit, 0 to 1.")

    @classmethod
    def of(cls, counts: Counts, currency: str) -> "FiguresOut":
        """The sums as they are told."""
        amounts = {
            "sales": counts.sales,
            "revenue": counts.revenue,
            "refunded": counts.refunded,
            "average_order": counts.average_order,
        }
        told = {name: json_number(amount, currency) for name, amount in amounts.items()}
        return cls.model_validate(counts.model_dump() | told | {"conversion": round(counts.conversion, 4)})


class SummaryOut(_Json):
    """A period beside the one before it."""

    currency: str
    period: PeriodOut
    before_period: PeriodOut
    figures: FiguresOut
    before: FiguresOut


class PointOut(_Json):
    """One step. ``at`` is the instant at which an hour begins, or the first day of a longer step."""

    at: datetime | date
    value: float
    before: float | None = Field(
        description="The value of the same step of the period before, if it has one."
    )


class SeriesOut(_Json):
    """A figure step by step, beside the period before."""

    metric: Metric
    interval: Interval
    currency: str
    period: PeriodOut
    points: list[PointOut]

    @classmethod
    def of(
        cls,
        metric: Metric,
        interval: Interval,
        period: Period,
        points: tuple[list[Point], list[Point]],
        currency: str,
    ) -> "SeriesOut":
        """Two periods as one series."""
        now, before = points
        earlier: list[float | None] = [value_of(metric, point.counts, currency) for point in before]
        earlier += [None] * (len(now) - len(before))
        return cls(
            metric=metric,
            interval=interval,
            currency=currency,
            period=PeriodOut.of(period),
            points=[
                PointOut(at=point.at, value=value_of(metric, point.counts, currency), before=then)
                for point, then in zip(now, earlier, strict=False)
            ],
        )


class PlaceOut(_Json):
    """A place in a best list. ``id`` is that of the product or vendor, or the category's slug."""

    id: str
    name: str
    sales: float
    units: int
    orders: int = Field(description="0 for categories, which an order may have several times.")
    views: int

    @classmethod
    def of(cls, place: Place, currency: str) -> "PlaceOut":
        """The place as it is told."""
        counts = place.counts
        return cls(
            id=place.id,
            name=place.name,
            sales=json_number(counts.sales, currency),
            units=counts.units,
            orders=counts.orders,
            views=counts.views,
        )


def value_of(metric: Metric, counts: Counts, currency: str) -> float:
    """One figure."""
    amounts = {"sales": counts.sales, "revenue": counts.revenue, "averageOrder": counts.average_order}
    if metric in amounts:
        return json_number(amounts[metric], currency)
    if metric == "conversion":
        return round(counts.conversion, 4)
    return float({"orders": counts.orders, "units": counts.units, "visits": counts.visits}[metric])


def as_csv(points: Sequence[Point], currency: str) -> str:
    """All figures of a series, a line each step, for spreadsheets."""
    names = list(FiguresOut.model_fields)
    lines: Iterable[list[object]] = (
        [point.at.isoformat(), *FiguresOut.of(point.counts, currency).model_dump().values()]
        for point in points
    )
    head = ["from", *(to_camel(name) for name in names), "currency"]
    return "".join([line(head), *(line([*cells, currency]) for cells in lines)])
