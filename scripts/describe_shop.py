"""Writes what AWS must provide for the shop as data: ``python scripts/describe_shop.py build/shop.json``.

Tables, queues, jobs and the state machine of checkouts, taken from the code that uses them. The stacks in
``infra`` read the file, so that their environment needs nothing of the shop's, and neither pins the other's.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cartwheel.adapters import tables
from cartwheel.checkout import WORKFLOW, states
from cartwheel.edge.webapp import POLICY
from cartwheel.entrypoints.pages import HEADED
from cartwheel.entrypoints.services import AT_ROOT, PARTS, STAFF_ONLY
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from cartwheel.storage import Table
from cartwheel.storage.dynamodb.codec import TTL
from cartwheel.storage.dynamodb.requests import table_request

STEP_FUNCTION = "${StepFunction}"
"""Stands for the function's address in the state machine: CloudFormation puts it in."""

PROBES = ("health", "ready")
"""Every service answers these; from outside, the one that most customers use."""


def main() -> None:
    """Writes the file named on the command line."""
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(described(), indent=1) + "\n", encoding="utf-8")


def described() -> dict[str, Any]:
    """The shop as data."""
    shop = assemble(Settings(database="sqlite:///:memory:"))
    return {
        "tables": [_table(table) for table in tables()],
        "queues": sorted({subscription.queue for subscription in shop.subscriptions}),
        "jobs": _jobs(shop),
        "stateMachine": states.definition(WORKFLOW, STEP_FUNCTION),
        "routes": dict(sorted(_routes())),
        "staff": sorted(f"api/{part}" for part in STAFF_ONLY),
        "pages": list(HEADED),
        "policy": {name: list(sources) for name, sources in POLICY.items()},
    }


def _table(table: Table[Any]) -> dict[str, Any]:
    return {
        "name": table.name,
        "ttl": TTL if table.ttl else None,
        "request": table_request(table, table.name),
    }


def _routes() -> Iterator[tuple[str, str]]:
    """Beginnings of paths, and the service that answers them."""
    for service, parts in PARTS.items():
        for part in parts:
            yield part if part in AT_ROOT else f"api/{part}", service
    yield from ((f"api/{probe}", "products") for probe in PROBES)


def _jobs(shop: Shop) -> list[dict[str, Any]]:
    """Also those that every worker shares: on AWS one worker is enough for what was left undone."""
    return [
        {
            "name": schedule.name,
            "seconds": schedule.every.total_seconds(),
            "at": f"{schedule.at:%H:%M}" if schedule.at else None,
        }
        for schedule in shop.schedules
    ]


if __name__ == "__main__":
    main()
