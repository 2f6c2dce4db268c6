"""What a month on AWS costs, from a dated list of prices and what orders and requests make the shop do."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cartwheel.cloud.usage import TOPOLOGIES, Load, usage

PRICES = Path(__file__).with_name("prices.yaml")


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


def unconfirmed(load: Load) -> list[str]:
    """The services whose prices were written down from memory, and not compared with their sources."""
    told = prices()["items"]
    return sorted({told[name]["service"] for name in usage(load) if told[name].get("confirmed") is False})


def estimate(load: Load) -> Sequence[Line]:
    """What each service costs in such a month, what costs most first."""
    told = prices()
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for name, used in usage(load).items():
        item = told["items"][name]
        paid = max(Decimal(0), used - item["free"])
        costs[item["service"]] += paid * Decimal(item["price"]) / item["per"]
    own = told["seed_s1"] if load.topology == "serverless" else {}
    seed = {service: Decimal(cost) for service, cost in own.items()}
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


REQUESTS = 100
"""Of an order, those included that come to nothing: as seed S1 counts."""

COMPARED = (100, 10_000, 1_000_000)
"""Orders a month."""


def comparison() -> str:
    """What production costs a month in each topology, as a table of Markdown."""
    head = f"| orders a month | {' | '.join(TOPOLOGIES)} |"
    rows = [head, f"|---{'|---:' * len(TOPOLOGIES)}|"]
    for orders in COMPARED:
        loads = (Load(orders, orders * REQUESTS, "prod", topology) for topology in TOPOLOGIES)
        costs = " | ".join(f"{total(estimate(load)):,.0f}" for load in loads)
        rows.append(f"| {orders:,} | {costs} |")
    return "\n".join(rows)
