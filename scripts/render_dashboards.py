"""Writes the dashboard for Grafana and the alert rules for Prometheus: ``make dashboards``.

Panels stand in ``infra.panels``, rules here; what is in ``deploy`` is made of both.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.panels import PANELS, Panel

ROOT = Path(__file__).resolve().parents[1]
WIDTH, HEIGHT = 8, 7
"""Of a panel, in units of Grafana's grid, which is 24 wide."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule to be woken by: what must hold for how long, and what it means."""

    name: str
    expression: str
    lasting: str
    summary: str


ALERTS: Sequence[Alert] = (
    Alert(
        "CartwheelRequestsFail",
        'sum(rate(cartwheel_http_seconds_count{status=~"5.."}[5m]))'
        " > 0.01 * sum(rate(cartwheel_http_seconds_count[5m]))",
        "5m",
        "More than one request in a hundred fails.",
    ),
    Alert(
        "CartwheelIsSlow",
        "histogram_quantile(0.95, sum by (le) (rate(cartwheel_http_seconds_bucket[5m]))) > 1",
        "10m",
        "One request in twenty takes more than a second.",
    ),
    Alert(
        "CartwheelQueueWaits",
        "max by (queue) (cartwheel_queue_oldest_seconds) > 300",
        "5m",
        "Messages of {{ $labels.queue }} wait for more than five minutes: does a worker run?",
    ),
    Alert(
        "CartwheelOutboxWaits",
        "max(cartwheel_outbox_lag_seconds) > 60",
        "5m",
        "Events do not leave the outbox: does a worker run?",
    ),
    Alert(
        "CartwheelPaymentsFail",
        'sum(rate(cartwheel_payment_seconds_count{outcome="error"}[5m])) > 0',
        "5m",
        "The payment provider does not answer.",
    ),
    Alert(
        "CartwheelConnectionsExhausted",
        "sum by (instance) (cartwheel_sql_connections_waited_for) > 0",
        "5m",
        "Calls wait for a database connection: allow more (pool_size), or find what holds them.",
    ),
    Alert(
        "CartwheelLoopHeld",
        "max by (instance) (cartwheel_event_loop_lag_seconds) > 0.5",
        "5m",
        "Something holds the event loop of {{ $labels.instance }}, or the machine is overloaded.",
    ),
)


def dashboard() -> str:
    """The dashboard, as Grafana imports it."""
    board = {
        "uid": "cartwheel",
        "title": "Cartwheel",
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [
                {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"},
            ]
        },
        "panels": [
            _panel(number, panel) for number, panel in enumerate(one for one in PANELS if one.queries)
        ],
    }
    return json.dumps(board, indent=2) + "\n"


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    per_row = 24 // WIDTH
    return {
        "id": number + 1,
        "title": panel.title,
        "type": "timeseries",
        "datasource": source,
        "gridPos": {
            "x": number % per_row * WIDTH,
            "y": number // per_row * HEIGHT,
            "w": WIDTH,
            "h": HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + at), "expr": expression, "legendFormat": legend, "datasource": source}
            for at, (expression, legend) in enumerate(panel.queries)
        ],
    }


def rules() -> str:
    """The rules, as Prometheus reads them."""
    found = [
        {
            "alert": alert.name,
            "expr": alert.expression,
            "for": alert.lasting,
            "annotations": {"summary": alert.summary},
        }
        for alert in ALERTS
    ]
    groups = {"groups": [{"name": "cartwheel", "rules": found}]}
    return yaml.safe_dump(groups, sort_keys=False, width=110)


def main() -> None:
    """Writes both."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "deploy"
    for name, text in (("grafana/cartwheel.json", dashboard()), ("prometheus/alerts.yml", rules())):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
