"""The operator's dashboard on CloudWatch: panels of ``infra.panels``, about what there is in a topology."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.alarms import FIVE_MINUTES
from infra.constructs.queues import ShopQueues
from infra.options import Options
from infra.panels import PANELS, Panel

PER_ROW = 4

Ask = Callable[..., cloudwatch.IMetric]
"""The ``metric`` of a construct: takes the metric's name, and how to sum it up."""

Parts = Mapping[str, Mapping[str, Ask]]
"""What the panels are about: each kind of part (``Kept.of``) with those that there are, by their names."""


class ShopDashboard(Construct):
    """One page. ``more`` are widgets that show no metrics."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        options: Options,
        parts: Parts,
        more: Sequence[cloudwatch.IWidget] = (),
    ) -> None:
        super().__init__(scope, id)
        page = cloudwatch.Dashboard(self, "Page", dashboard_name=options.prefix)
        shown = [graph for panel in PANELS if (graph := _graph(panel, parts))]
        for first in range(0, len(shown), PER_ROW):
            page.add_widgets(*shown[first : first + PER_ROW])
        if more:
            page.add_widgets(*more)


def of_tables(prefix: str) -> Ask:
    """All tables of the shop together: their number is above what one widget may list."""

    def ask(name: str, *, statistic: str, **_: object) -> cloudwatch.IMetric:
        where = f'{{AWS/DynamoDB,TableName}} MetricName="{name}" TableName="{prefix}"'
        expression = f"SUM(SEARCH('{where}', '{statistic}', 300))"
        return cloudwatch.MathExpression(expression=expression, using_metrics={}, label=name)

    return ask


def of_queues(queues: ShopQueues) -> Parts:
    """Queues and their dead letters."""
    return {
        "queues": {name: one.metric for name, one in queues.queues.items()},
        "dead": {name: one.metric for name, one in queues.dead.items()},
    }


def same(metric: cloudwatch.Metric) -> Ask:
    """For a part of which there is this one metric."""
    return lambda _, **how: metric.with_(**how)


def _graph(panel: Panel, parts: Parts) -> cloudwatch.GraphWidget | None:
    left, right = (list(_metrics(panel, parts, right=right)) for right in (False, True))
    if not left:
        return None
    return cloudwatch.GraphWidget(title=panel.title, left=left, right=right, width=24 // PER_ROW)


def _metrics(panel: Panel, parts: Parts, *, right: bool) -> Iterator[cloudwatch.IMetric]:
    for kept in panel.kept:
        if kept.right is right:
            for name, ask in parts.get(kept.of, {}).items():
                label = " ".join(filter(None, (name, kept.label))) or None
                yield ask(kept.name, statistic=kept.statistic, period=FIVE_MINUTES, label=label)
