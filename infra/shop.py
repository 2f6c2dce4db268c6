"""The shop as data, which ``scripts/describe_shop.py`` has written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DESCRIBED = ROOT / "build" / "shop.json"
ARTEFACT = ROOT / "build" / "lambda"
OPTIONS = ROOT / "build" / "options.json"
"""What an operator has chosen, as ``cartwheel deploy`` writes it."""


@dataclass(frozen=True, slots=True)
class TableData:
    """A table: its name without prefix, and what ``CreateTable`` of DynamoDB is asked for."""

    name: str
    ttl: str | None
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """What is due by the clock, and every how many seconds, or every day ``at`` a time (UTC, ``HH:MM``)."""

    name: str
    seconds: float
    at: str | None = None


@dataclass(frozen=True, slots=True)
class ShopData:
    """What AWS must provide for the shop."""

    tables: Sequence[TableData]
    queues: Sequence[str]
    jobs: Sequence[Job]
    state_machine: Mapping[str, Any]
    routes: Mapping[str, str]
    """Which service answers what begins like that."""
    staff: Sequence[str]
    """Beginnings of paths below which nothing is for strangers."""
    pages: Sequence[str]
    """Patterns of the addresses whose pages a service tells the heads of, and of what crawlers ask for."""
    policy: Mapping[str, Sequence[str]]
    """The content policy of the pages, by directive."""

    @classmethod
    def load(cls, path: Path = DESCRIBED) -> "ShopData":
        """Reads the file. Raises ``FileNotFoundError`` where it was not written yet (``make infra``)."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            tables=[TableData(**table) for table in told["tables"]],
            queues=told["queues"],
            jobs=[Job(**job) for job in told["jobs"]],
            state_machine=told["stateMachine"],
            routes=told["routes"],
            staff=told["staff"],
            pages=told["pages"],
            policy=told["policy"],
        )

    @property
    def services(self) -> list[str]:
        """The services that answer HTTP."""
        return sorted(set(self.routes.values()))
