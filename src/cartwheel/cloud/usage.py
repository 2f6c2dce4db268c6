"""What a month makes the shop use on AWS, by topology.

An estimate: each number below is rounded up from what the tests count, and a shop of another kind differs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

MONTH = 30 * 24 * 3600
"""Seconds."""

QUEUES, TOLD_BY_AWS = 10, 2
POLLERS, POLL_SECONDS = 5, 20
"""Lambda asks every queue so often whether something has come, also when nobody comes."""

WAIT_SECONDS = 5
"""A worker asks every queue so often (``cartwheel.messaging.sqs_queue``)."""

JOBS_A_MONTH = 30 * 24 * 60 + 30 * 24 * 12 + 30
"""One job each minute, one every five minutes, one a day."""

GB = Decimal("0.5")
"""Memory of most functions."""

ALARMS = {"dev": 0, "prod": 25}
SERVER_ALARMS = {"containers": {"dev": 0, "prod": 32}, "instances": {"dev": 2, "prod": 25}}
SNAPSHOTS = {"dev": 0, "prod": 7}
"""Functions whose snapshot is kept: those that customers wait for."""

HOURS = Decimal(30 * 24)

PEAK = 10
"""How many times as much as on average is asked in the busiest hours: what servers are counted for."""

OF_CONTAINER, OF_INSTANCE = 50, 200
"""Requests a second until another one is started; docs/reference/benchmarks.md has much larger ones."""

SERVICES = 4
"""Of containers, beside the worker."""

INSIGHTS = 60
"""Metrics of Container Insights."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a month brings."""

    orders: int
    requests: int
    stage: str = "dev"
    topology: str = "serverless"

    @property
    def at_peak(self) -> Decimal:
        """Requests a second in the busiest hours."""
        return Decimal(self.requests) * PEAK / MONTH

    @property
    def keeps(self) -> bool:
        """Whether everything is there twice."""
        return self.stage == "prod"


def usage(load: Load) -> dict[str, Decimal]:
    """What the shop uses in a month, by the names of the list of prices."""
    return TOPOLOGIES[load.topology](load)


def _serverless(load: Load) -> dict[str, Decimal]:
    orders, requests = Decimal(load.orders), Decimal(load.requests)
    events = 12 * orders + requests / 50
    calls = requests + 6 * orders + 2 * events + JOBS_A_MONTH
    seconds = requests * Decimal("0.15") + 2 * orders + events / 5 + JOBS_A_MONTH * Decimal("0.1")
    return {
        **_of_all(load),
        **_of_dynamodb(load),
        "lambda_requests": calls,
        "lambda_gb_seconds": seconds * GB,
        "snapstart_gb_seconds": SNAPSHOTS[load.stage] * GB * MONTH,
        "api_requests": requests,
        "log_gb": calls * 2 / 1_000_000,
        "alarms": Decimal(ALARMS[load.stage]),
        "traces": requests + 6 * orders,
        "state_transitions": 12 * orders,
        "sqs_requests": Decimal(QUEUES * POLLERS * MONTH // POLL_SECONDS) + 3 * events,
        "secrets": Decimal(2),
        "secret_reads": calls / 50,
    }


def _containers(load: Load) -> dict[str, Decimal]:
    least = 2 if load.keeps else 1
    services = Decimal(SERVICES * least + max(0, ceil(load.at_peak / OF_CONTAINER) - least))
    workers = Decimal(least)
    return {
        **_of_both(load),
        **_of_dynamodb(load),
        "fargate_cpu_hours": services * HOURS / 2,
        "fargate_gb_hours": services * HOURS,
        "spot_cpu_hours": workers * HOURS / 2,
        "spot_gb_hours": workers * HOURS,
        "http_api_requests": Decimal(load.requests),
        "lambda_requests": Decimal(load.requests),
        "lambda_gb_seconds": Decimal(load.requests) * GB / 100,
        "cache_hours": HOURS * least,
        "image_gb": Decimal(2),
        "names": Decimal(1),
        "insight_metrics": Decimal(INSIGHTS),
        "alarms": Decimal(SERVER_ALARMS["containers"][load.stage]),
    }


def _instances(load: Load) -> dict[str, Decimal]:
    servers = Decimal(max(2, ceil(load.at_peak / OF_INSTANCE)))
    made = {
        **_of_both(load),
        "instance_hours": servers * HOURS,
        "disk_gb": servers * 16,
        "insight_metrics": servers * 10,
        "alarms": Decimal(SERVER_ALARMS["instances"][load.stage]),
        "keys": Decimal(2),
        "backup_gb": Decimal(20),
    }
    if load.keeps:  # a standby, and a replica of the same size
        return made | {"database_ha_hours": HOURS, "database_medium_hours": HOURS, "database_gb": Decimal(60)}
    return made | {"database_small_hours": HOURS, "database_gb": Decimal(20)}


def _of_both(load: Load) -> dict[str, Decimal]:
    """Of what has a network and a load balancer."""
    orders, requests = Decimal(load.orders), Decimal(load.requests)
    events = 12 * orders + requests / 50
    gateways = 2 if load.keeps else 1
    return {
        **_of_all(load),
        "nat_hours": HOURS * gateways,
        "nat_gb": Decimal(5) + requests / 100_000,
        "addresses": HOURS * gateways,
        "balancer_hours": HOURS,
        "balancer_units": HOURS * max(1, ceil(load.at_peak / PEAK / 25)),
        "log_gb": requests * 2 / 1_000_000,
        "sqs_requests": Decimal((QUEUES + TOLD_BY_AWS) * MONTH // WAIT_SECONDS * gateways) + 3 * events,
        "secret_reads": Decimal(1000),
        "secrets": Decimal(2),
    }


def _of_dynamodb(load: Load) -> dict[str, Decimal]:
    orders, requests = Decimal(load.orders), Decimal(load.requests)
    return {
        "dynamodb_writes": 120 * orders + requests + JOBS_A_MONTH * 4,
        "dynamodb_reads": 200 * orders + 10 * requests + JOBS_A_MONTH * 10,
        "dynamodb_gb": Decimal("0.5") + orders / 20_000,
        "dynamodb_backup_gb": Decimal("0.5") + orders / 20_000,
    }


def _of_all(load: Load) -> dict[str, Decimal]:
    """Users, pictures, pages, mails."""
    orders, requests = Decimal(load.orders), Decimal(load.requests)
    return {
        "cognito_users": orders,
        "s3_gb": Decimal(5),
        "s3_writes": requests / 10,
        "s3_reads": requests,
        "cloudfront_gb": requests / 10_000,
        "cloudfront_requests": 3 * requests,
        "dashboards": Decimal(1),
        "sns_requests": 3 * orders,
        "mails": 3 * orders,
    }


TOPOLOGIES: Mapping[str, Callable[[Load], dict[str, Decimal]]] = {
    "serverless": _serverless,
    "containers": _containers,
    "instances": _instances,
}
