"""What Prometheus is shown."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cartwheel.edge.guard import Guard
from cartwheel.edge.metrics import COUNTS, GAUGES, WORK, LoopLag, Prometheus
from cartwheel.entrypoints.worker import run
from cartwheel.kernel import telemetry
from cartwheel.kernel.clock import ManualClock, utc_now
from cartwheel.kernel.errors import Invalid, Unavailable
from cartwheel.kernel.telemetry import count, timed
from cartwheel.messaging import emit
from cartwheel.messaging.events import read_event
from cartwheel.settings import Settings
from cartwheel.shop import Shop
from cartwheel.storage import Conflict, Put, absent
from cartwheel.storage import Unavailable as StorageAway
from tests.support.processes import free_port
from tests.support.project import ROOT
from tests.support.shops import Customer, client, running_shop, settle, stocked
from tests.support.waiting import eventually


async def _nothing() -> dict[str, dict[str, float]]:
    return {}


@pytest.fixture
def metrics() -> Iterator[Prometheus]:
    """Hears what is done in the test."""
    made = Prometheus(_nothing)
    telemetry.install(made)
    yield made
    telemetry.install()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    clock = ManualClock(utc_now())
    async with running_shop(tmp_path, f"sqlite:///{tmp_path / 'shop.db'}", clock) as shop:
        yield shop


async def samples(metrics: Prometheus) -> dict[tuple[str, ...], float]:
    """Values by name and labels."""
    families = text_string_to_metric_families((await metrics.text()).decode())
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


async def test_requests_are_counted_by_route_and_never_by_path(metrics: Prometheus) -> None:
    async def failing(_: Request) -> Response:
        raise ValueError

    async def fine(_: Request) -> Response:
        return PlainTextResponse("fine")

    app = Starlette(routes=[Route("/things/{thing}", fine), Route("/broken", failing)])
    transport = httpx.ASGITransport(Guard(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        for path in ("/things/1", "/things/2", "/broken", "/not-there"):
            await http.get(path)
        await http.request("BREW", "/things/3")
    seen = await samples(metrics)
    counts = {key[1:]: value for key, value in seen.items() if key[0] == "cartwheel_http_seconds_count"}
    assert counts == {
        ("method=GET", "route=/things/{thing}", "status=200"): 2,
        ("method=GET", "route=/broken", "status=500"): 1,
        ("method=GET", "route=unmatched", "status=404"): 1,
        ("method=OTHER", "route=/things/{thing}", "status=405"): 1,
    }
    assert seen[("cartwheel_http_requests_in_flight",)] == 0


async def test_a_purchase_is_counted_everywhere(shop: Shop, metrics: Prometheus) -> None:
    await stocked(shop, "mug", units=5)
    async with client(shop) as http:
        for token in ("tok_visa", "tok_chargeDeclined"):
            customer = Customer(http)
            await customer.put("mug")
            await customer.order(token)
    await settle(shop)
    seen = await samples(metrics)
    assert seen[("cartwheel_events_total", "type=OrderPlaced")] == 1
    assert seen[("cartwheel_events_total", "type=OrderFailed")] == 1

    def counted(kind: str, *labels: str) -> float:
        return seen[(f"cartwheel_{kind}_seconds_count", *labels)]

    assert counted("step", "outcome=ok", "step=ProcessPayment") == 1
    assert counted("step", "outcome=refused", "step=ProcessPayment") == 1
    charge = "operation=charge", "outcome={}", "provider=sandbox"
    assert counted("payment", charge[0], "outcome=succeeded", charge[2]) == 1
    assert counted("payment", charge[0], "outcome=failed", charge[2]) == 1
    assert counted("mail", "outcome=ok", "template=order_placed") == 1
    assert counted("event", "outcome=ok", "queue=orders", "type=OrderPaid") == 1
    assert counted("storage", "engine=sqlite", "operation=write", "outcome=ok") > 10


async def test_a_conflict_is_no_failure_of_the_storage(shop: Shop, metrics: Prometheus) -> None:
    put = emit(utc_now, "OrderPaid", "1")
    again = Put(put.table, put.item, (absent(),))
    await shop.store.write(again)
    with pytest.raises(Conflict):
        await shop.store.write(again)
    seen = await samples(metrics)
    writes = "cartwheel_storage_seconds_count", "engine=sqlite", "operation=write"
    assert (seen[(*writes, "outcome=ok")], seen[(*writes, "outcome=conflict")]) == (1, 1)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(Invalid("No."), "refused"), (Unavailable("Away."), "error"), (ValueError("A bug."), "error")],
)
async def test_outcomes(metrics: Prometheus, error: Exception, outcome: str) -> None:
    with pytest.raises(type(error)), timed("job", {"job": "sweep"}):
        raise error
    seen = await samples(metrics)
    assert seen[("cartwheel_job_seconds_count", "job=sweep", f"outcome={outcome}")] == 1


async def test_how_much_waits(shop: Shop) -> None:
    clock = shop.clock
    assert isinstance(clock, ManualClock)
    await shop.store.write(emit(clock, "OrderPlaced", "1"))
    clock.advance(seconds=7)
    seen = await samples(Prometheus(shop.operations.load))
    assert seen[("cartwheel_outbox_lag_seconds",)] == 7
    await shop.worker().relay()
    clock.advance(seconds=1)
    seen = await samples(Prometheus(shop.operations.load))
    assert seen[("cartwheel_outbox_lag_seconds",)] == 0
    assert seen[("cartwheel_queue_depth", "queue=email")] == 1
    assert seen[("cartwheel_queue_oldest_seconds", "queue=email")] == 8
    assert seen[("cartwheel_queue_depth", "queue=imports")] == 0


async def test_metrics_are_shown_while_the_storage_is_away() -> None:
    looks = 0

    async def away() -> dict[str, dict[str, float]]:
        nonlocal looks
        looks += 1
        raise StorageAway("gone")

    metrics, now = Prometheus(away, lambda: now[0]), [0.0]
    assert b"process_resident_memory_bytes" in await metrics.text()
    await metrics.text()
    assert looks == 1
    now[0] = 5.0
    await metrics.text()
    assert looks == 2


async def test_a_loop_that_is_held_is_late(metrics: Prometheus, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(LoopLag, "PAUSE", 0.01)
    lag = LoopLag()
    times = iter([0.0, 0.26, 1.0, 1.01])
    monkeypatch.setattr(loop, "time", lambda: next(times, 2.0))
    monkeypatch.setattr(asyncio, "sleep", _once(2))
    with pytest.raises(asyncio.CancelledError):
        await lag.run()
    monkeypatch.undo()
    assert (await samples(metrics))[("cartwheel_event_loop_lag_seconds",)] == pytest.approx(0.25)


def _once(times: int) -> object:
    left = [times]

    async def sleep(_: float) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise asyncio.CancelledError

    return sleep


@pytest.mark.slow_callbacks_ok(reason="the database is made")
async def test_a_worker_shows_its_metrics(tmp_path: Path) -> None:
    stop, port = asyncio.Event(), free_port()
    settings = Settings(data=tmp_path, metrics_port=port)
    working = asyncio.create_task(run(settings, stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

        async def shown() -> str:
            try:
                text = (await http.get("/metrics")).text
            except httpx.ConnectError:
                return ""
            return text if 'cartwheel_queue_depth{queue="orders"} 0.0' in text else ""

        text = await eventually(shown)
        stop.set()
        await working
        assert "cartwheel_storage_seconds_bucket" in text
        with pytest.raises(httpx.ConnectError):
            await http.get("/metrics")


def test_an_event_of_the_release_before_is_read() -> None:
    event = read_event('{"type": "OrderPaid", "subject": "1", "at": "2026-11-21T12:00:00Z"}')
    assert event is not None
    assert event.origin == {}


def test_nothing_is_told_without_a_sink() -> None:
    with timed("job", {"job": "sweep"}) as work:
        count("events", {"type": "OrderPaid"})
    assert work.outcome == "ok"
    assert telemetry.traceparent() == ""


NAMES = {
    *(f"cartwheel_{kind}_seconds" for kind in WORK),
    *(f"cartwheel_{name}_total" for name in COUNTS),
    *(f"cartwheel_{name}" for name in GAUGES),
}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_metric_is_documented(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs/how-to/observe.md").read_text()
