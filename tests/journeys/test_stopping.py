"""A process that is told to stop: it says so, finishes what it has begun, and leaves nothing behind."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from cartwheel.notifications import MailStatus
from cartwheel.notifications.tables import MAILS
from cartwheel.shop import Shop
from tests.support.processes import ShopProcess, free_port, settings_of, wait_until_ready
from tests.support.shops import Customer, settle, stocked
from tests.support.waiting import eventually


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(tmp_path: Path, database: str, port: int) -> Iterator[ShopProcess]:
    """A server that drains until it is told to stop for the second time."""
    env = settings_of(tmp_path / "data", port, database, CARTWHEEL_DRAIN="600", CARTWHEEL_WORKER="false")
    process = ShopProcess(["serve", "--no-demo"], env)
    yield process
    process.kill()


def begun_request(port: int, body: bytes) -> socket.socket:
    """A connection on which half of a request to put something into a cart was sent."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = f"POST /api/cart HTTP/1.1\r\nHost: shop\r\nContent-Length: {len(body)}\r\n"
    connection.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body[:9])
    return connection


def answer_on(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


async def test_a_server_drains_and_finishes_what_is_in_flight(
    shop: Shop, server: ShopProcess, port: int
) -> None:
    await stocked(shop, "mug", units=5)
    server.start()
    await asyncio.to_thread(wait_until_ready, port)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        assert "connection" not in (await http.get("/api/products/mug")).headers
        server.tell()
        assert await eventually(lambda: not_ready(http)) == "stopping"
        assert (await http.get("/api/health")).status_code == 200
        for path in ("/api/products/mug", "/api/products"):  # one that is cached, and one that is not
            shown = await http.get(path)
            assert (shown.status_code, shown.headers["connection"]) == (200, "close")
        customer = Customer(http)
        await customer.put("mug", 2)
        placed = await customer.order()
        assert placed.status_code == 202
        body = json.dumps({"productId": "mug", "quantity": 1}).encode()
        with closing(begun_request(port, body)) as connection:
            await http.get("/api/health")  # what came before it has been taken
            server.tell()
            await eventually(lambda: nobody_listens(port))
            connection.sendall(body[9:])
            answer = await asyncio.to_thread(answer_on, connection)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["items"][0]["quantity"] == 1
    assert await asyncio.to_thread(server.ended) == 0
    await settle(shop)
    order = await shop.orders.get(placed.json()["orderId"])
    assert order.status == "PROCESSING"
    assert (await shop.inventory.stock(["mug"]))["mug"].on_hand == 3


async def not_ready(http: httpx.AsyncClient) -> str | None:
    answer = await http.get("/api/ready")
    return answer.json()["code"] if answer.status_code == 503 else None


async def nobody_listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return True
    writer.close()
    return False


def test_a_drain_ends_by_itself(tmp_path: Path, port: int) -> None:
    env = settings_of(tmp_path / "data", port, CARTWHEEL_DRAIN="0.2")
    process = ShopProcess(["serve", "--no-demo"], env)
    try:
        process.start()
        wait_until_ready(port)
        assert process.stop() == 0
    finally:
        process.kill()


def test_a_server_that_has_not_begun_stops_as_well(tmp_path: Path, port: int) -> None:
    """A signal that comes too early for who listens to it is neither deadly nor forgotten."""
    process = ShopProcess(["serve", "--no-demo"], settings_of(tmp_path / "data", port, CARTWHEEL_DRAIN="0.1"))
    try:
        process.start()
        while not (tmp_path / "data" / "shop.db").exists():  # it migrates
            assert process.running
        assert process.stop() == 0
    finally:
        process.kill()


class SlowPost:
    """A mail server that takes a mail only when it may."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_take = asyncio.Event()
        self.taken = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name and parameters
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        self.asked.set()
        await self.may_take.wait()
        self.taken += 1
        return "250 OK"


@pytest.fixture
async def slow_post() -> AsyncIterator[tuple[SlowPost, str]]:
    post, loop = SlowPost(), asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(post, loop=loop), "127.0.0.1", 0)
    yield post, f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    listening.close()


async def test_a_worker_finishes_what_is_in_hand(
    shop: Shop, http: httpx.AsyncClient, tmp_path: Path, database: str, slow_post: tuple[SlowPost, str]
) -> None:
    post, url = slow_post
    await stocked(shop, "mug", units=5)
    customer = Customer(http)
    await customer.put("mug")
    placed = await customer.order()
    worker = ShopProcess(["worker"], settings_of(tmp_path / "data", 1, database, CARTWHEEL_MAIL=url))
    try:
        worker.start()
        await asyncio.wait_for(post.asked.wait(), 60)
        worker.tell()
        post.may_take.set()
        assert await asyncio.to_thread(worker.ended) == 0
    finally:
        worker.kill()
    assert (await shop.orders.get(placed.json()["orderId"])).status == "PROCESSING"
    assert [mail.status async for mail in shop.store.scan(MAILS)] == [MailStatus.SENT]
    assert (await shop.queue.backlog("email")).depth == 0
    assert post.taken == 1
