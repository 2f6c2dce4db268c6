"""What a month on AWS costs, from a dated list of prices and what orders and requests make the shop do.

An estimate: each number below is rounded up from what the tests count, and a shop of another kind differs.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PRICES = Path(__file__).with_name("prices.yaml")

MONTH = 30 * 24 * 3600
"""Seconds."""

QUEUES = 10
POLLERS, POLL_SECONDS = 5, 20
"""Lambda asks every queue so often whether something has come, also when nobody comes."""

JOBS_A_MONTH = 30 * 24 * 60 + 30 * 24 * 12 + 30
"""One job each minute, one every five minutes, one a day."""

GB = Decimal("0.5")
"""Memory of most functions."""

ALARMS = {"dev": 0, "prod": 25}
SNAPSHOTS = {"dev": 0, "prod": 7}
"""Functions whose snapshot is kept: those that customers wait for."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a month brings."""

    orders: int
    requests: int
    stage: str = "dev"


@dataclass(frozen=True, slots=True)
class Line:
    """What one service costs a month, and what seed S1 expected of it, in US dollars."""

    service: str
    cost: Decimal
    seed: Decimal | None
    source: str


@cache
def prices() -> Mapping[str, Any]:
    """The list of prices."""
    read: dict[str, Any] = yaml.safe_load(PRICES.read_text(encoding="utf-8"))
    return read


def as_of() -> date:
    """When the prices were what the list says."""
    told: date = prices()["as_of"]
    return told


def usage(load: Load) -> dict[str, Decimal]:
    """What the shop uses in a month, by the names of the list of prices."""
    orders, requests = Decimal(load.orders), Decimal(load.requests)
    events = 12 * orders + requests / 50
    calls = requests + 6 * orders + 2 * events + JOBS_A_MONTH
    seconds = requests * Decimal("0.15") + 2 * orders + events / 5 + JOBS_A_MONTH * Decimal("0.1")
    return {
        "lambda_requests": calls,
        "lambda_gb_seconds": seconds * GB,
        "snapstart_gb_seconds": SNAPSHOTS[load.stage] * GB * MONTH,
        "api_requests": requests,
        "dynamodb_writes": 120 * orders + requests + JOBS_A_MONTH * 4,
        "dynamodb_reads": 200 * orders + 10 * requests + JOBS_A_MONTH * 10,
        "dynamodb_gb": Decimal("0.5") + orders / 20_000,
        "dynamodb_backup_gb": Decimal("0.5") + orders / 20_000,
        "cognito_users": orders,
        "s3_gb": Decimal(5),
        "s3_writes": requests / 10,
        "s3_reads": requests,
        "cloudfront_gb": requests / 10_000,
        "cloudfront_requests": 3 * requests,
        "log_gb": calls * 2 / 1_000_000,
        "alarms": Decimal(ALARMS[load.stage]),
        "dashboards": Decimal(1),
        "traces": requests + 6 * orders,
        "state_transitions": 12 * orders,
        "sqs_requests": Decimal(QUEUES * POLLERS * MONTH // POLL_SECONDS) + 3 * events,
        "sns_requests": 3 * orders,
        "mails": 3 * orders,
        "secrets": Decimal(1),
        "secret_reads": calls / 50,
    }


def estimate(load: Load) -> Sequence[Line]:
    """What each service costs in such a month, what costs most first."""
    told = prices()
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for name, used in usage(load).items():
        item = told["items"][name]
        paid = max(Decimal(0), used - item["free"])
        costs[item["service"]] += paid * Decimal(item["price"]) / item["per"]
    seed = {service: Decimal(cost) for service, cost in told["seed_s1"].items()}
    lines = [
        Line(service, costs.get(service, Decimal(0)), seed.get(service), told["sources"].get(service, ""))
        for service in {**costs, **seed}
    ]
    return sorted(lines, key=lambda line: (-line.cost, line.service))


def total(lines: Sequence[Line]) -> Decimal:
    """The whole month."""
    return sum((line.cost for line in lines), Decimal(0))


def seed_total(lines: Sequence[Line]) -> Decimal:
    """What seed S1 expected of the whole month."""
    return sum((line.seed for line in lines if line.seed is not None), Decimal(0))
