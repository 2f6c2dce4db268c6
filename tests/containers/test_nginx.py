"""What the proxy does with requests, with small servers in the place of the services."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from cartwheel.edge.guard import MAX_BODY
from cartwheel.entrypoints.asgi import LARGER
from cartwheel.entrypoints.nginx import parse_upstreams
from cartwheel.entrypoints.services import ALL, service_of
from tests.support.nginx import Nginx
from tests.support.processes import free_port
from tests.support.project import ROOT


class Service:
    """Answers who it is and what it was sent; one that is ``sick`` reads a request and hangs up."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sick = False
        self.asked = 0
        self.address = ""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked += 1
        if not self.sick:
            body = json.dumps({"service": self.name, "headers": headers}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        writer.close()
        await writer.wait_closed()

    async def listen(self, stack: AsyncExitStack) -> None:
        server = await asyncio.start_server(self, "127.0.0.1", 0, limit=30_000_000)
        await stack.enter_async_context(server)
        self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
async def services() -> AsyncIterator[dict[str, Service]]:
    made = {name: Service(name) for name in ALL}
    async with AsyncExitStack() as stack:
        for service in made.values():
            await service.listen(stack)
        yield made


@pytest.fixture(params=[()])
def nginx(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Nginx]:
    proxy = Nginx(tmp_path, request.param)
    yield proxy
    proxy.stop()


@pytest.fixture
async def http(nginx: Nginx, services: dict[str, Service]) -> AsyncIterator[httpx.AsyncClient]:
    await asyncio.to_thread(nginx.use, {name: [service.address] for name, service in services.items()})
    async with httpx.AsyncClient(base_url=nginx.url) as client:
        yield client


async def test_every_operation_comes_to_its_service(http: httpx.AsyncClient) -> None:
    paths = json.loads((ROOT / "docs/reference/openapi.json").read_text())["paths"]
    assert len(paths) > 100
    for path in paths:
        answer = (await http.get(path.replace("{", "").replace("}", ""))).json()
        assert answer["service"] == service_of(path), path


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "desk"),
        ("/products/mug", "desk"),  # a page
        ("/orders/1", "desk"),
        ("/api/productsx", "desk"),
        ("/assets/app.js", "desk"),
        ("/sandbox/authenticate/1", "payments"),
        ("/.well-known/jwks.json", "users"),
        ("/media/a.webp", "desk"),
        ("/mailbox", "desk"),
    ],
)
async def test_pages_come_from_the_desk(http: httpx.AsyncClient, path: str, service: str) -> None:
    assert (await http.get(path)).json()["service"] == service


async def test_metrics_are_for_nobody_outside(http: httpx.AsyncClient) -> None:
    assert (await http.get("/metrics")).status_code == 404


@pytest.mark.slow_callbacks_ok(reason="sends and reads 20 MB")
@pytest.mark.parametrize(
    ("path", "limit"), [("/api/cart", MAX_BODY), *((f"{p}x", n) for p, n in LARGER.items())]
)
async def test_as_much_may_be_sent_as_the_application_takes(
    http: httpx.AsyncClient, path: str, limit: int
) -> None:
    assert (await http.post(path, content=b"x" * limit)).status_code == 200
    refused = await http.post(path, content=b"x" * (limit + 1), headers={"X-Request-Id": "abc"})
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert refused.json()["requestId"] == "abc"


async def test_an_id_is_kept_and_a_made_up_one_is_not(http: httpx.AsyncClient) -> None:
    kept = (await http.get("/api/cart", headers={"X-Request-Id": "abc123"})).json()["headers"]
    assert kept["x-request-id"] == "abc123"
    for wrong in ("", 'a"b', "x" * 65):
        given = (await http.get("/api/cart", headers={"X-Request-Id": wrong})).json()["headers"]
        assert len(given["x-request-id"]) == 32
        assert given["x-request-id"].isalnum()


async def test_who_calls_is_told_and_not_asked(http: httpx.AsyncClient) -> None:
    told = (await http.get("/api/cart", headers={"X-Forwarded-For": "203.0.113.9"})).json()["headers"]
    assert told["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize("nginx", [["127.0.0.0/8"]], indirect=True)
async def test_a_load_balancer_in_front_is_believed(http: httpx.AsyncClient) -> None:
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Proto": "https"}
    told = (await http.get("/api/cart", headers=headers)).json()["headers"]
    assert told["x-forwarded-for"] == "203.0.113.9"  # what came to the load balancer, not what that one said
    assert told["x-forwarded-proto"] == "https"


@pytest.mark.parametrize(("method", "status", "asked"), [("GET", 200, 1), ("POST", 503, 0)])
async def test_what_was_sent_is_sent_again_only_where_that_is_harmless(
    http: httpx.AsyncClient, nginx: Nginx, services: dict[str, Service], method: str, status: int, asked: int
) -> None:
    async with AsyncExitStack() as stack:
        first, other = Service("first"), Service("other")
        for service in (first, other):
            await service.listen(stack)
        first.sick = True
        addresses = {name: [service.address] for name, service in services.items()}
        await asyncio.to_thread(nginx.use, addresses | {"orders": [first.address, other.address]})
        before, answer = 0, await http.request(method, "/api/cart")
        if first.asked == 0:  # it was the other's turn
            before, answer = 1, await http.request(method, "/api/cart")
        assert (answer.status_code, first.asked, other.asked - before) == (status, 1, asked)
        if status == 503:
            assert answer.json()["code"] == "unavailable"
            assert answer.headers["Retry-After"] == "1"


async def test_an_instance_that_is_gone_costs_nobody_a_request(
    http: httpx.AsyncClient, nginx: Nginx, services: dict[str, Service]
) -> None:
    addresses = {name: [service.address] for name, service in services.items()}
    gone = f"127.0.0.1:{free_port()}"
    await asyncio.to_thread(nginx.use, addresses | {"orders": [gone, services["orders"].address]})
    answers = [await http.post("/api/cart", content=b"{}") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}


def test_every_service_needs_a_place() -> None:
    everyone = ["products=a:1,b:2", "users=c:3", "orders,payments=d:4", "search=e:5", "desk=f:6"]
    assert parse_upstreams(everyone)["payments"] == ["d:4"]
    for wrong in (everyone[1:], [*everyone, "chat=g:7"], ["products=a b;:1", *everyone[1:]]):
        with pytest.raises(ValueError, match="Name host:port"):
            parse_upstreams(wrong)
