"""The dashboard and the rules speak of metrics that there are, with labels that they have."""

import re

import pytest

from cartwheel.edge.metrics import COUNTS, GAUGES, WORK
from infra.panels import PANELS
from scripts.render_dashboards import ALERTS, dashboard, rules
from tests.support.project import ROOT

EXPRESSIONS = sorted(
    {expression for panel in PANELS for expression, _ in panel.queries}
    | {alert.expression for alert in ALERTS}
)
LABELS: dict[str, tuple[str, ...]] = {
    **{f"cartwheel_{kind}_seconds_count": told.labels for kind, told in WORK.items()},
    **{f"cartwheel_{kind}_seconds_bucket": ("le", *told.labels) for kind, told in WORK.items()},
    **{f"cartwheel_{name}_total": told.labels for name, told in COUNTS.items()},
    **{f"cartwheel_{name}": told.labels for name, told in GAUGES.items()},
    "process_cpu_seconds_total": (),  # of Prometheus's own client
}
OF_PROMETHEUS = {"instance"}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_what_there_is(expression: str) -> None:
    names = set(re.findall(r"(?:cartwheel|process)_\w+", expression))
    assert names
    assert names <= LABELS.keys()
    known = {label for name in names for label in LABELS[name]} | OF_PROMETHEUS
    used = re.findall(r"by \(([^)]*)\)", expression) + re.findall(r"\{(\w+)=", expression)
    assert {label.strip() for labels in used for label in labels.split(",")} <= known
    assert expression.count("(") == expression.count(")")


def test_no_kind_of_work_is_left_out() -> None:
    shown = " ".join(EXPRESSIONS)
    assert [kind for kind in WORK if f"cartwheel_{kind}_seconds" not in shown] == []


def test_every_panel_is_shown_by_somebody_and_has_a_title_of_its_own() -> None:
    assert [panel.title for panel in PANELS if not panel.queries and not panel.kept] == []
    assert len({panel.title for panel in PANELS}) == len(PANELS)


def test_the_committed_files_are_up_to_date() -> None:
    assert (ROOT / "deploy/grafana/cartwheel.json").read_text() == dashboard(), "run render_dashboards.py"
    assert (ROOT / "deploy/prometheus/alerts.yml").read_text() == rules(), "run render_dashboards.py"
