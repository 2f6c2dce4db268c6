"""Prometheus: every metric of a process, by name and unit. docs/how-to/observe.md lists them all."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

import structlog
from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest

from cartwheel.kernel import telemetry
from cartwheel.kernel.telemetry import Labels, timed
from cartwheel.storage import StorageError

log = structlog.get_logger()

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds: from a read of SQLite to a mail server that is slow."""


@dataclass(frozen=True, slots=True)
class Described:
    """A metric: what it says, and its labels."""

    help: str
    labels: tuple[str, ...] = ()


WORK: Mapping[str, Described] = {
    "http": Described("HTTP requests that reached the application", ("method", "route", "status")),
    "storage": Described("Calls of the storage engine", ("engine", "operation", "outcome")),
    "event": Described("Events handled by a queue's consumers", ("queue", "type", "outcome")),
    "step": Described("Steps of the checkout", ("step", "outcome")),
    "payment": Described("Calls of the payment provider", ("provider", "operation", "outcome")),
    "mail": Described("Mails handed to the mail server", ("template", "outcome")),
    "job": Described("Runs of scheduled jobs", ("job", "outcome")),
}
"""Kinds of work that is timed: each is a histogram ``cartwheel_<kind>_seconds``, which counts as well."""

COUNTS: Mapping[str, Described] = {
    "events": Described("Events that left the outbox", ("type",)),
}
"""What is only counted: each is a counter ``cartwheel_<name>_total``."""

GAUGES: Mapping[str, Described] = {
    "http_requests_in_flight": Described("HTTP requests that are being answered by the application"),
    "response_cache_hits": Described("Requests since the start that the response cache answered"),
    "response_cache_misses": Described("Requests since the start that it passed on to the application"),
    "response_cache_bytes": Described("Memory that its answers take, roughly"),
    "event_loop_lag_seconds": Described("How late the event loop was at worst in the last ten seconds"),
    "sql_connections_in_use": Described("Connections to the SQL server at work", ("engine",)),
    "sql_connections_limit": Described("Connections that this process may open", ("engine",)),
    "sql_connections_waited_for": Described("Calls that wait for a free connection", ("engine",)),
    "queue_depth": Described("Messages that wait in a queue, counted up to 1000", ("queue",)),
    "queue_oldest_seconds": Described("Age of the oldest of them", ("queue",)),
    "outbox_lag_seconds": Described("Age of the oldest event that has not left the outbox"),
}
"""What is looked at when somebody asks: each is a gauge ``cartwheel_<name>``."""


LOOK_SECONDS = 5.0
"""What takes storage calls to know is looked at no more often than this."""

Load = Mapping[str, Mapping[str, float]]
"""Gauges by name, each with its values by the value of its one label (empty where it has none)."""


class Prometheus(telemetry.Sink):
    """A sink with a registry of its own."""

    def __init__(self, look: Callable[[], Awaitable[Load]], clock: Callable[[], float] = monotonic) -> None:
        """``look`` reads what takes storage calls to know."""
        self.registry = CollectorRegistry()
        self._look = look
        self._clock = clock
        self._looked = float("-inf")
        self._seen: Load = {}
        self._work = {
            kind: Histogram(
                f"cartwheel_{kind}_seconds", told.help, told.labels, registry=self.registry, buckets=BUCKETS
            )
            for kind, told in WORK.items()
        }
        self._series: dict[tuple[str, ...], Histogram] = {}
        self._counts = {
            name: Counter(f"cartwheel_{name}", told.help, told.labels, registry=self.registry)
            for name, told in COUNTS.items()
        }
        self.registry.register(_Gauges(self))
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def end(self, work: timed, _: object) -> None:
        """Counts it, and how long it took."""
        labels = [work.outcome if name == "outcome" else work.labels[name] for name in WORK[work.kind].labels]
        known = (work.kind, *labels)
        series = self._series.get(known)
        if series is None:  # looking it up in the histogram takes longer than counting
            series = self._series[known] = self._work[work.kind].labels(*labels)
        series.observe(work.seconds)

    def count(self, name: str, labels: Labels, number: int) -> None:
        """Counts it."""
        self._counts[name].labels(*(labels[label] for label in COUNTS[name].labels)).inc(number)

    async def text(self) -> bytes:
        """All metrics, as Prometheus reads them."""
        await self.look()
        return generate_latest(self.registry)

    async def look(self) -> None:
        """Reads what takes storage calls to know; where that fails, those gauges are missing."""
        if self._clock() - self._looked < LOOK_SECONDS:
            return
        self._looked = self._clock()
        try:
            self._seen = await self._look()
        except StorageError as error:
            log.warning("load_unknown", error=repr(error))
            self._seen = {}

    def gauges(self) -> Iterator[tuple[str, Labels, float]]:
        """Everything that can be looked at."""
        yield from telemetry.gauges()
        for name, values in self._seen.items():
            for value_of, value in values.items():
                yield name, dict.fromkeys(GAUGES[name].labels, value_of), value


class LoopLag:
    """How late the event loop is: whatever holds it keeps all requests of the process waiting."""

    PAUSE, KEPT = 0.25, 40

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=self.KEPT)
        telemetry.gauge("event_loop_lag_seconds", {}, lambda: max(tuple(self._late), default=0.0))

    async def run(self) -> None:
        """Measures until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + self.PAUSE
            await asyncio.sleep(self.PAUSE)
            self._late.append(max(0.0, loop.time() - due))


class _Gauges:
    """What is read when somebody asks."""

    def __init__(self, told: Prometheus) -> None:
        self._told = told

    def collect(self) -> Iterator[Metric]:
        """Called by the registry."""
        families: dict[str, GaugeMetricFamily] = {}
        for name, labels, value in self._told.gauges():
            described = GAUGES[name]
            family = families.setdefault(
                name, GaugeMetricFamily(f"cartwheel_{name}", described.help, labels=described.labels)
            )
            family.add_metric([labels[label] for label in described.labels], value)
        yield from families.values()
