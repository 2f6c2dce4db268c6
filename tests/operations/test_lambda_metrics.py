"""What functions tell CloudWatch."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cartwheel.edge.guard import Guard
from cartwheel.entrypoints.lambda_metrics import CloudWatch
from cartwheel.kernel import telemetry
from cartwheel.kernel.clock import ManualClock, utc_now
from cartwheel.kernel.telemetry import timed
from cartwheel.shop import Shop
from tests.support.apps import application
from tests.support.shops import Customer, running_shop, settle, stocked


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    clock = ManualClock(utc_now())
    async with running_shop(tmp_path, f"sqlite:///{tmp_path / 'shop.db'}", clock) as shop:
        yield shop


def of(line: str) -> tuple[str, dict[str, Any]]:
    """The dimensions of a line, and the values of its metrics; the line is as CloudWatch wants it."""
    told = json.loads(line)
    about = told.pop("_aws")
    assert line.endswith("\n")
    assert isinstance(about["Timestamp"], int)
    (directive,) = about["CloudWatchMetrics"]
    assert directive["Namespace"] == "Cartwheel"
    (dimensions,) = directive["Dimensions"]
    names = [metric["Name"] for metric in directive["Metrics"]]
    assert set(told) == {*names, *dimensions}
    assert {metric["Unit"] for metric in directive["Metrics"]} <= {"Count", "Seconds"}
    return " ".join(told[name] for name in dimensions), {name: told[name] for name in names}


async def test_a_purchase(shop: Shop) -> None:
    lines: list[str] = []
    metrics = CloudWatch("orders", lines.append)
    telemetry.install(metrics)
    try:
        await stocked(shop, "mug", units=5)
        async with application(shop) as app:
            transport = httpx.ASGITransport(Guard(app))
            async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
                for token in ("tok_visa", "tok_visa", "tok_chargeDeclined"):
                    customer = Customer(http)
                    await customer.put("mug")
                    await customer.order(token)
        await settle(shop)
    finally:
        telemetry.install()
    metrics.flush()
    told = dict(of(line) for line in lines)
    assert set(told) == {"orders", ""}
    assert len(told["orders"]["RequestSeconds"]) == 6
    assert sum(told[""]["OrdersPlaced"]) == 2
    assert told[""]["OrdersFailed"] == 1
    assert told[""]["PaymentsDeclined"] == 1
    lines.clear()
    metrics.flush()
    assert lines == []


def test_what_fails() -> None:
    lines: list[str] = []
    metrics = CloudWatch("desk", lines.append)
    telemetry.install(metrics)
    try:
        with (
            pytest.raises(ValueError, match="bug"),
            timed("event", {"queue": "email", "type": "OrderPlaced"}),
        ):
            raise ValueError("bug")
        with timed("http", {}) as work:
            work.outcome = "error"
    finally:
        telemetry.install()
    metrics.flush()
    told = dict(of(line) for line in lines)
    assert told["email"] == {"HandlerFailures": 1}
    assert told["desk"]["ServerErrors"] == 1


def test_a_line_holds_a_hundred_values_of_a_metric() -> None:
    lines: list[str] = []
    metrics = CloudWatch("desk", lines.append)
    for number in range(150):
        metrics.count("events", {"type": "OrderPlaced"}, number)
    metrics.flush()
    assert [of(line)[1]["OrdersPlaced"] for line in lines] == [list(range(100)), list(range(100, 150))]
