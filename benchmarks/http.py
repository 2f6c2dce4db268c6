"""Speed of the API: one server process on one core, the load from another process on another.

    python -m benchmarks.http --products 1000 10000 --connections 16 64

Each row is also given as a ratio to a bare FastAPI route (no middleware, no storage, a fixed dict) served by
the same server in the same run: machines differ, ratios less so.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from benchmarks.load import Result, connect, get, hammer, post, random_path

SEED = """
import asyncio, sys
from cartwheel.catalog import Draft, VariantDraft
from cartwheel.settings import Settings
from cartwheel.shop import open_shop

async def seed(count):
    async with open_shop(Settings()) as shop:
        for n in range(count):
            only = VariantDraft(price=1000 + n % 9000, stock=1_000_000)
            text = "Something worth having, described in a sentence or two. " * 3
            draft = Draft(product_id=f"p{n}", slug=f"p{n}", title=f"Product number {n}", description=text,
                category=f"Category {n % 20}", only=only)
            await shop.catalog.create(draft)
        await shop.worker().drain()  # else the server would be busy with what so many products tell

asyncio.run(seed(int(sys.argv[1])))
"""

BARE = """
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server import Server
import sys
app = FastAPI()

@app.get("/bare")
async def bare() -> dict[str, str]:
    return {"status": "ok"}

def make():
    return app
if __name__ == "__main__":
    port = int(sys.argv[1])
    Server("bare:make", factory=True, port=port, interface=Interfaces.ASGI, log_enabled=False).serve()
"""


def main() -> None:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {time.strftime('%Y-%m-%d')}")
    with tempfile.TemporaryDirectory() as folder:
        bare = measure_bare(Path(folder), options.seconds)
        print(f"bare FastAPI route: {bare.rate:,.0f} req/s\n")
        print("products conns  what                req/s  x bare  p50 ms     p95     p99 fail")
        for products in options.products:
            measure_shop(Path(folder) / str(products), products, options, bare)


def measure_bare(folder: Path, seconds: float) -> Result:
    """The yardstick."""
    (folder / "bare.py").write_text(BARE)
    port = free_port()
    with subprocess.Popen([sys.executable, "bare.py", str(port)], cwd=folder) as server:
        wait_for(port, "/bare")
        request = get("/bare")
        result = uvloop.run(hammer(port, lambda: request, 16, seconds))
        server.terminate()
    return result


def measure_shop(folder: Path, products: int, options: argparse.Namespace, bare: Result) -> None:
    """All rows of one catalogue size."""
    port = free_port()
    env = os.environ | {"CARTWHEEL_DATA": str(folder), "CARTWHEEL_PORT": str(port)}
    subprocess.run([sys.executable, "-c", SEED, str(products)], env=env, check=True)
    began = time.perf_counter()
    command = [sys.executable, "-m", "cartwheel", "serve"]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as server:
        wait_for(port, "/api/products?limit=1")
        first = time.perf_counter() - began
        for connections in options.connections:
            for name, result in uvloop.run(scenarios(port, products, connections, options.seconds)):
                print(
                    f"{products:>8} {connections:>5}  {name:<15} {result.rate:>9,.0f} "
                    f"{result.rate / bare.rate:>7.2f} {result.percentile(0.5):>7.2f} "
                    f"{result.percentile(0.95):>7.2f} {result.percentile(0.99):>7.2f} {result.failed:>4}"
                )
        print(
            f"{products:>8}        first answer after {first:.2f} s, resident memory {memory(server.pid)}\n"
        )
        server.terminate()


async def scenarios(port: int, products: int, connections: int, seconds: float) -> list[tuple[str, Result]]:
    """Every kind of request, one kind at a time."""
    details = random_path(
        [f"/api/products/p{n}" for n in random.sample(range(products), min(products, 10_000))]
    )
    categories = random_path([f"/api/products?category=category-{n}&limit=24" for n in range(20)])
    page = get("/api/products?limit=24")
    adds = [
        post("/api/cart/items", json.dumps({"productId": f"p{n}", "quantity": 1}).encode())
        for n in random.sample(range(products), min(products, 1000))
    ]
    return [
        ("list page", await hammer(port, lambda: page, connections, seconds)),
        ("category page", await hammer(port, categories, connections, seconds)),
        ("detail, cold", await hammer(port, details, connections, seconds)),
        ("product detail", await hammer(port, details, connections, seconds)),
        ("add to cart", await hammer(port, lambda: random.choice(adds), connections, seconds)),
        ("whole checkout", await checkouts(port, products, connections, seconds)),
    ]


async def checkouts(port: int, products: int, connections: int, seconds: float) -> Result:
    """Guests who look at a product, put it into the cart and order; counted when the order is PROCESSING."""
    result = Result()
    until = time.perf_counter() + seconds

    async def shopper() -> None:
        connection = await connect(port)
        while time.perf_counter() < until:
            began = time.perf_counter()
            result.failed += not await buy(connection, f"p{random.randrange(products)}")
            result.seconds.append(time.perf_counter() - began)
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(shopper() for _ in range(connections)))
    result.elapsed = time.perf_counter() - began
    return result


async def buy(connection: object, product: str) -> bool:
    """One purchase, to its end."""
    exchange = connection.exchange  # type: ignore[attr-defined]
    await exchange(get(f"/api/products/{product}"))
    entry = json.dumps({"productId": product, "quantity": 1}).encode()
    _, head, _ = await exchange(post("/api/cart", entry))
    token = header(head, "x-cart-token")
    order = json.dumps({"paymentToken": "tok_visa", "email": "bench@example.com"}).encode()
    status, _, body = await exchange(post("/api/orders", order, f"X-Cart-Token: {token}\r\n"))
    if status != 202:
        return False
    placed = json.loads(body)
    look = get(f"/api/orders/{placed['orderId']}", f"X-Order-Token: {placed['guestToken']}\r\n")
    while True:
        _, _, body = await exchange(look)
        state = json.loads(body)["status"]
        if state != "PENDING":
            return bool(state == "PROCESSING")
        await asyncio.sleep(0.25)


def header(head: bytes, name: str) -> str:
    """A header of an answer."""
    for line in head.decode("latin-1").split("\r\n"):
        key, _, value = line.partition(": ")
        if key.lower() == name:
            return value
    raise KeyError(name)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str) -> None:
    """Returns when the server answers 200."""
    while True:
        try:
            if uvloop.run(status_of(port, path)) == 200:
                return
        except OSError:
            pass
        time.sleep(0.02)


async def status_of(port: int, path: str) -> int:
    """The status of one request."""
    connection = await connect(port)
    status, _, _ = await connection.exchange(get(path))
    connection.close()
    return status


def memory(pid: int) -> str:
    """Resident memory of a process and its children, in MB."""
    children = subprocess.run(
        ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    sizes = []
    for process in [str(pid), *children]:
        status = Path(f"/proc/{process}/status")
        if status.exists():
            rss = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
            sizes.append(int(rss.split()[1]) // 1024)
    return " + ".join(f"{size} MB" for size in sizes)


if __name__ == "__main__":
    main()
