"""Analytics over HTTP: what visitors tell, what admins read of the shop, and vendors of their own part."""

from datetime import date
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from cartwheel.analytics.counting import Counting, Glance
from cartwheel.analytics.model import Interval, Metric, Period, Ranked
from cartwheel.analytics.schemas import (
    EventsIn,
    FiguresOut,
    PeriodOut,
    PlaceOut,
    SeriesOut,
    SummaryOut,
    as_csv,
)
from cartwheel.analytics.service import Analytics
from cartwheel.catalog import ProductOut, product_json
from cartwheel.edge.caller import ADMINS, NotAllowed, vendor_in_question
from cartwheel.edge.errors import documented
from cartwheel.edge.routing import api_router
from cartwheel.edge.spreadsheets import CSV, attachment
from cartwheel.inventory import Inventory
from cartwheel.kernel.clock import Clock

PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"

WholeShop = Annotated[str, Depends(vendor_in_question(""))]
"""Whose figures: the caller's own, or for admins whom they name, else (empty) the whole shop."""


def router(
    analytics: Analytics, counting: Counting, inventory: Inventory, clock: Clock, currency: str
) -> APIRouter:
    """``/events``, ``/analytics/…`` and ``/products/trending``."""
    routes = api_router("analytics")
    _add_public(routes, analytics, counting, inventory, clock)
    _add_figures(routes, analytics, currency)
    return routes


def _add_public(
    routes: APIRouter, analytics: Analytics, counting: Counting, inventory: Inventory, clock: Clock
) -> None:
    @routes.post("/events", status_code=204, responses=documented())
    async def take_events(body: EventsIn, request: Request) -> None:
        """Tell what a visitor did. Nothing is kept of who asks not to be tracked (`DNT`, `Sec-GPC`)."""
        if "1" in (request.headers.get("dnt"), request.headers.get("sec-gpc")):
            return
        now = clock()
        counting.take(Glance(body.visit_id, event.type, now, event.product_id) for event in body.events)

    @routes.get("/products/trending", response_model=list[ProductOut], responses=documented())
    async def list_trending_products(
        limit: Annotated[int, Query(ge=1, le=48, description="How many at most.")] = 12,
    ) -> Response:
        """The products that are asked for most of late, the hottest first."""
        products = await analytics.trending(limit)
        stock = await inventory.stock([v.variant_id for product in products for v in product.variants])
        body = orjson.dumps([product_json(product, stock) for product in products])
        headers = {"Cache-Control": PUBLIC, "Cache-Tags": "list"}
        return Response(body, 200, headers, "application/json")


def _add_figures(routes: APIRouter, analytics: Analytics, currency: str) -> None:
    async def _period(
        first: Annotated[
            date | None, Query(alias="from", description="The first day; 30 days in all by default.")
        ] = None,
        last: Annotated[date | None, Query(alias="to", description="The last day; today by default.")] = None,
    ) -> Period:
        return analytics.period(first, last)

    Days = Annotated[Period, Depends(_period)]  # noqa: N806 - a type

    @routes.get("/analytics/summary", responses=documented(401, 403))
    async def get_summary(vendor_id: WholeShop, period: Days) -> SummaryOut:
        """Sales, orders, conversion and the way to them in a period, beside the one before it."""
        now, before = await analytics.summary(vendor_id or None, period)
        return SummaryOut(
            currency=currency,
            period=PeriodOut.of(period),
            before_period=PeriodOut.of(period.before),
            figures=FiguresOut.of(now, currency),
            before=FiguresOut.of(before, currency),
        )

    @routes.get("/analytics/series", responses=documented(401, 403))
    async def get_series(
        vendor_id: WholeShop, period: Days, metric: Metric = "sales", interval: Interval = "day"
    ) -> SeriesOut:
        """One figure step by step, beside the period before it. By the hour for 31 days at most."""
        now = await analytics.series(vendor_id or None, period, interval)
        before = await analytics.series(vendor_id or None, period.before, interval)
        return SeriesOut.of(metric, interval, period, (now, before), currency)

    @routes.get("/analytics/top", responses=documented(401, 403))
    async def list_top(
        vendor_id: WholeShop,
        period: Days,
        by: Ranked = "product",
        limit: Annotated[int, Query(ge=1, le=50, description="How many at most.")] = 10,
    ) -> list[PlaceOut]:
        """The products, categories or (for admins) vendors that sold for the most."""
        if by == "vendor" and vendor_id:
            raise NotAllowed(ADMINS)
        places = await analytics.top(by, vendor_id or None, period, limit)
        return [PlaceOut.of(place, currency) for place in places]

    @routes.get("/analytics/csv", response_class=Response, responses=documented(401, 403) | CSV)
    async def download_figures(vendor_id: WholeShop, period: Days, interval: Interval = "day") -> Response:
        """All figures of a period as CSV, one line for each step."""
        points = await analytics.series(vendor_id or None, period, interval)
        return attachment(f"figures-{period.first}-{period.last}.csv", as_csv(points, currency))
