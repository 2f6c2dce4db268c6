"""Metrics on AWS: lines on standard output that CloudWatch reads as metrics (embedded metric format).

Source: the specification in CloudWatch's user guide, "Embedded metric format".
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

from cartwheel.kernel.telemetry import ERROR, Labels, Sink, timed

NAMESPACE = "Cartwheel"
AT_ONCE = 100
"""Values of one metric in one line, at most."""

UNITS = {"RequestSeconds": "Seconds"}
COUNTED = {"OrderPlaced": "OrdersPlaced", "OrderFailed": "OrdersFailed"}
"""Events that are metrics of their own."""

Dimensions = tuple[tuple[str, str], ...]


class CloudWatch(Sink):
    """A sink that gathers what a call of a function did. ``service`` is what the function serves."""

    def __init__(self, service: str, write: Callable[[str], object] = sys.stdout.write) -> None:
        self._service = service
        self._write = write
        self._gathered: dict[Dimensions, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def end(self, work: timed, _: object) -> None:
        """Gathers durations of requests, and what failed or was declined."""
        if work.kind == "http":
            self._add("RequestSeconds", work.seconds, Service=self._service)
            if work.outcome == ERROR:
                self._add("ServerErrors", 1, Service=self._service)
        elif work.kind == "event" and work.outcome == ERROR:
            self._add("HandlerFailures", 1, Queue=work.labels["queue"])
        elif work.kind == "payment" and work.outcome == "failed":
            self._add("PaymentsDeclined", 1)

    def count(self, name: str, labels: Labels, number: int) -> None:
        """Gathers orders that were placed or failed."""
        if name == "events" and labels["type"] in COUNTED:
            self._add(COUNTED[labels["type"]], number)

    def flush(self) -> None:
        """Writes what was gathered: a line for each set of dimensions."""
        for dimensions, metrics in self._gathered.items():
            while any(metrics.values()):
                first = {name: values[:AT_ONCE] for name, values in metrics.items() if values}
                metrics = {name: values[AT_ONCE:] for name, values in metrics.items()}
                self._write(f"{_line(dimensions, first)}\n")
        self._gathered.clear()

    def _add(self, metric: str, value: float, **dimensions: str) -> None:
        self._gathered[tuple(dimensions.items())][metric].append(value)


def _line(dimensions: Dimensions, metrics: dict[str, list[float]]) -> str:
    described = [{"Name": name, "Unit": UNITS.get(name, "Count")} for name in metrics]
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [[name for name, _ in dimensions]],
        "Metrics": described,
    }
    about = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": about, **dict(dimensions), **dict(_values(metrics))})


def _values(metrics: dict[str, list[float]]) -> Iterator[tuple[str, float | list[float]]]:
    for name, values in metrics.items():
        yield name, values if len(values) > 1 else values[0]
