"""The shop as services: a process or several for each, workers, and nginx in front."""

import os
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cartwheel.accounts.tables import SIGNING_KEYS
from cartwheel.adapters import app_secret, open_store, tables
from cartwheel.checkout.tables import PROGRESS
from cartwheel.entrypoints.services import parse
from cartwheel.kernel.clock import utc_now
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from tests.support.announced import announced
from tests.support.counting import CountingStore
from tests.support.nginx import Nginx
from tests.support.processes import ShopProcess, free_ports, settings_of, wait_until_ready
from tests.support.stores import begin
from tests.support.waiting import eventually

CONTAINERS = ("products", "users", "orders,payments", "search", "desk")
"""What each kind of container of compose.yaml serves."""

PATIENCE = 180
"""Seconds for a dozen processes to start on a busy machine."""


@dataclass
class Instance:
    """One process of a service."""

    services: str
    port: int
    process: ShopProcess

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Returns when it is ready."""
        wait_until_ready(self.port, PATIENCE)


class Cluster:
    """Processes with the same settings. ``more`` are settings by name, without the prefix."""

    def __init__(
        self,
        folder: Path,
        database: str,
        containers: Sequence[str] = CONTAINERS,
        instances: int = 1,
        **more: str,
    ) -> None:
        self._folder = folder
        for name in ("nginx", "data"):
            (folder / name).mkdir(parents=True)
        ports = iter(free_ports(1 + len(containers) * instances))
        self.nginx = Nginx(folder / "nginx", port=next(ports))
        self.settings = {
            "base_url": self.nginx.url,
            "data": str(folder / "data"),
            "database": database,
            "demo": "false",
            "proxies": "127.0.0.1",
            "secret": "a secret of the tests, for no shop",
            "throttle": "1000",
            "topology": "containers",
            "visibility": "10",
            "worker": "false",
            **more,
        }
        self.instances = [
            Instance(services, port, self._process(port, "serve", "--services", services))
            for services in containers
            for port in (next(ports) for _ in range(instances))
        ]
        self.workers = [self._process(self.nginx.port, "worker") for _ in range(instances)]

    def _process(self, port: int, *command: str) -> ShopProcess:
        given = {f"CARTWHEEL_{name.upper()}": value for name, value in self.settings.items()}
        return ShopProcess([*command], settings_of(self._folder, port) | given)

    @property
    def processes(self) -> list[ShopProcess]:
        """All of the shop's own."""
        return [*(instance.process for instance in self.instances), *self.workers]

    def start(self, source: Path | None = None) -> None:
        """Starts all of it and returns when it is ready; with a ``source``, of another release."""
        for process in self.processes:
            self._run(process, source)
        for instance in self.instances:
            instance.wait()
        self.send_to(self.instances)

    def send_to(self, instances: Sequence[Instance]) -> None:
        """Sends requests to these only."""
        upstreams: dict[str, list[str]] = {}
        for instance in instances:
            for service in parse(instance.services):
                upstreams.setdefault(service, []).append(instance.address)
        self.nginx.use(upstreams)

    def replace_all(self) -> Iterator[str]:
        """Replaces one process after the other as a deployment does; names each when it is done."""
        for instance in self.instances:
            self.send_to([other for other in self.instances if other is not instance])
            assert instance.process.stop() == 0
            self._run(instance.process)
            instance.wait()
            self.send_to(self.instances)
            yield instance.services
        for worker in self.workers:
            assert worker.stop() == 0
            self._run(worker)
            yield "worker"

    def _run(self, process: ShopProcess, source: Path | None = None) -> None:
        process.env["PYTHONPATH"] = os.pathsep.join([*([str(source)] if source else []), *sys.path])
        process.start()

    def stop(self) -> None:
        """Ends everything at once."""
        self.nginx.stop()
        with ThreadPoolExecutor() as threads:
            list(threads.map(ShopProcess.kill, self.processes))

    @asynccontextmanager
    async def shop(self) -> AsyncIterator[Shop]:
        """The shop from within, with all its tables emptied but that of the keys that its processes know."""
        settings = Settings.model_validate(self.settings)
        store = CountingStore(open_store(settings, app_secret(settings), utc_now))
        shop = assemble(settings, utc_now, store)
        try:
            await begin(settings.database, store, [table for table in tables() if table is not SIGNING_KEYS])
            yield shop
            await quiet(shop)
        finally:
            await shop.close()


async def quiet(shop: Shop, seconds: float = 60) -> None:
    """Returns when nothing moves any more in a shop whose work others do. Raises ``TimeoutError``."""

    async def is_quiet() -> bool:
        return not await _moves(shop)

    await eventually(is_quiet, seconds)


async def _moves(shop: Shop) -> bool:
    """In the order in which work is handed on, so that nothing passes by unseen."""
    if any([row.shard and row.state != "WAITING" async for row in shop.store.scan(PROGRESS)]):
        return True
    if await announced(shop.store):
        return True
    queues = {subscription.queue for subscription in shop.subscriptions}
    return any([(await shop.queue.backlog(queue)).depth for queue in sorted(queues)])
