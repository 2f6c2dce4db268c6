"""What is told of a purchase: its logs and its traces hang together, and hold nothing personal."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from cartwheel.edge.metrics import Prometheus
from cartwheel.entrypoints import logs
from cartwheel.entrypoints.asgi import serve
from cartwheel.entrypoints.observing import observe
from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop
from tests.support.otlp import Receiver, receiver
from tests.support.shops import PASSWORD, Customer, running_shop, settle, signed_in, stocked

pytestmark = pytest.mark.slow_callbacks_ok(reason="FastAPI puts its routes together on the first request")

EMAIL, ADDRESS = "ann.example@private.example", "198.51.100.23"
STREET, NAME, PHONE = "Hidden Alley 17", "Annabel Quill", "+15550102030"
DELIVERY = {"name": NAME, "line1": STREET, "city": "Springfield", "postalCode": "12345", "country": "US"}


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Everything that was logged since one last asked, however unimportant."""
    logs.configure("DEBUG")
    yield lambda: capsys.readouterr().err
    structlog.reset_defaults()


@pytest.fixture
def collector() -> Iterator[Receiver]:
    with receiver() as received:
        yield received


@pytest.fixture
async def shop(tmp_path: Path, clock: ManualClock, collector: Receiver) -> AsyncIterator[Shop]:
    database = f"sqlite:///{tmp_path / 'shop.db'}"
    async with running_shop(tmp_path, database, clock, traces=collector.address) as shop:
        yield shop


@pytest.fixture
async def customer(shop: Shop) -> AsyncIterator[Customer]:
    """Somebody with an address and a session, in front of the whole application."""
    transport = httpx.ASGITransport(serve(shop), client=(ADDRESS, 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://s.example") as http:
        customer, _ = await signed_in(shop, http, EMAIL)
        yield customer


async def bought(shop: Shop, customer: Customer, **more: Any) -> httpx.Response:  # noqa: ANN401 - JSON
    await stocked(shop, "mug", units=5)
    await customer.http.get("/api/products/mug")
    await customer.put("mug", 2)
    placed = await customer.order(shippingAddress=DELIVERY, **more)
    assert placed.status_code == 202, placed.text
    await settle(shop)
    assert (await customer.look(placed.json()["orderId"]))["status"] != "PENDING"
    return placed


async def test_the_logs_of_a_purchase(shop: Shop, customer: Customer, told: Callable[[], str]) -> None:
    placed = await bought(shop, customer)
    lines = [json.loads(line) for line in told().splitlines()]
    order_id, request_id = placed.json()["orderId"], placed.headers["X-Request-ID"]
    of_request = [line for line in lines if line.get("request_id") == request_id]
    requested = next(line for line in of_request if line["event"] == "request")
    assert (requested["method"], requested["route"], requested["status"]) == ("POST", "/api/orders", "202")
    assert requested["ms"] > 0
    handled = {
        (line["queue"], line["event_type"], line.get("order_id"))
        for line in of_request
        if line["event"] == "message_handled"
    }
    assert {("orders", "OrderPaid", order_id), ("email", "OrderPlaced", order_id)} <= handled
    looked = next(line for line in lines if line.get("route") == "/api/orders/{orderId}")
    assert looked["order_id"] == order_id


async def test_one_trace_from_the_request_to_the_mail(
    shop: Shop, customer: Customer, collector: Receiver
) -> None:
    unobserved = observe(shop.settings)
    try:
        placed = await bought(shop, customer)
    finally:
        unobserved()
    assert collector.paths == {"/v1/traces"}
    trace = collector.of("POST /api/orders").trace_id
    spans = [span for span in collector.spans if span.trace_id == trace]
    by_id = {span.span_id: span.name for span in spans}
    above = {span.name: by_id.get(span.parent_span_id, "") for span in spans if span.name[:7] != "storage"}
    steps = {f"step {name}": "POST /api/orders" for name in ("ValidateCart", "ReserveStock", "SendToQueue")}
    assert above.items() >= steps.items()
    assert above["payment charge"] == "step ProcessPayment"
    assert above["event orders OrderPaid"] == "step SendToQueue"
    assert above["event email OrderPlaced"] == "event orders OrderPaid"
    assert above["mail order_placed"] == "event email OrderPlaced"
    paid = collector.of("event orders OrderPaid")
    attributes = {item.key: item.value.string_value for item in paid.attributes}
    assert attributes["cartwheel.order_id"] == placed.json()["orderId"]
    wrote = {
        item.value.string_value
        for span in spans
        if span.name == "storage write" and by_id[span.parent_span_id] == "event orders OrderPaid"
        for item in span.attributes
        if item.key == "cartwheel.tables"
    }
    assert any("orders" in tables.split() for tables in wrote)


@pytest.mark.parametrize("token", ["tok_visa", "tok_chargeDeclined"])
async def test_nothing_personal_is_told(
    shop: Shop, customer: Customer, told: Callable[[], str], collector: Receiver, token: str
) -> None:
    metrics = Prometheus(shop.operations.load)
    unobserved = observe(shop.settings, metrics)
    try:
        await customer.http.post("/api/auth/signin", json={"email": EMAIL, "password": "Wrong-horse7"})
        await customer.http.get(f"/api/orders/{EMAIL}?token={EMAIL}", headers={"User-Agent": NAME})
        await customer.http.get(f"/api/no-such-thing/{EMAIL}")
        await bought(shop, customer, token=token)
        shown = (await metrics.text()).decode()
    finally:
        unobserved()
    traced = "".join(str(span) for span in collector.spans)
    secrets = [customer.headers["Authorization"].split()[1], PASSWORD, "Wrong-horse7", token]
    personal = [EMAIL, "private.example", ADDRESS, STREET, NAME, PHONE, *secrets]
    logged = told()
    assert "message_handled" in logged
    assert collector.spans
    for everything in (logged, traced, shown):
        assert [value for value in personal if value in everything] == []


async def test_what_others_quote_is_hidden(told: Callable[[], str]) -> None:
    """A mail server's refusal quotes the address."""
    refusal = f"550 <{EMAIL}>: no such user here ({ADDRESS}), said eyJhbGciOi.eyJzdWIi.c2ln over tok_visa"
    structlog.get_logger().warning("mail_refused", error=refusal)
    structlog.get_logger().error("mail_failed", exc_info=ValueError(refusal))
    plain, failed = [json.loads(line) for line in told().splitlines()]
    assert plain["error"] == "550 <[hidden]>: no such user here ([hidden]), said [hidden] over [hidden]"
    assert EMAIL not in failed["exception"]
    assert "ValueError: 550 <[hidden]>" in failed["exception"]


async def test_a_caller_s_trace_is_gone_on_from(shop: Shop, customer: Customer, collector: Receiver) -> None:
    theirs = "0af7651916cd43dd8448eb211c80319c"
    unobserved = observe(shop.settings)
    try:
        for given in (f"00-{theirs}-b7ad6b7169203331-01", "00-nonsense", "é" * 300):
            header = {b"traceparent": given.encode()}
            assert (await customer.http.get("/api/shipping/rates", headers=header)).status_code < 500
    finally:
        unobserved()
    traces = [span.trace_id.hex() for span in collector.spans if span.name.startswith("GET")]
    assert len(traces) == len(set(traces)) == 3
    assert traces[0] == theirs
