"""The operator's dashboard: everything that the seeds list, on one page."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.alarms import FIVE_MINUTES
from infra.constructs.queues import ShopQueues
from infra.options import Options

Metrics = list[cloudwatch.IMetric]


class ShopDashboard(Construct):
    """Requests, functions, queues, checkouts, tables, errors."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        options: Options,
        **watched: Any,  # noqa: ANN401 - api, functions, queues, machine
    ) -> None:
        super().__init__(scope, id)
        self._options = options
        api: rest.RestApi = watched["api"]
        functions: Mapping[str, lambda_.Function] = watched["functions"]
        queues: ShopQueues = watched["queues"]
        machine: sfn.StateMachine = watched["machine"]
        dashboard = cloudwatch.Dashboard(self, "Page", dashboard_name=options.prefix)
        dashboard.add_widgets(*_of_api(api))
        dashboard.add_widgets(*_of_functions(functions))
        dashboard.add_widgets(*_of_queues(queues), _of_checkouts(machine))
        dashboard.add_widgets(*self._of_tables(), self._of_errors(functions))

    def _of_tables(self) -> list[cloudwatch.IWidget]:
        prefix = self._options.prefix
        used = [_search(prefix, f"Consumed{kind}CapacityUnits", "Sum") for kind in ("Read", "Write")]
        failed = [
            _search(prefix, name, "Sum") for name in ("ThrottledRequests", "SystemErrors", "UserErrors")
        ]
        return [_graph("Tables: capacity", used), _graph("Tables: throttles and errors", failed)]

    def _of_errors(self, functions: Mapping[str, lambda_.Function]) -> cloudwatch.IWidget:
        groups = [f"/aws/lambda/{self._options.function(name)}" for name in functions]
        return cloudwatch.LogQueryWidget(
            title="Errors",
            log_group_names=groups[:20],
            query_lines=[
                "fields @timestamp, event, level, error, @log",
                "filter level = 'error' or @message like /Task timed out|Traceback/",
                "sort @timestamp desc",
                "limit 50",
            ],
            width=12,
        )


def _of_api(api: rest.RestApi) -> list[cloudwatch.IWidget]:
    errors: Metrics = [
        api.metric_client_error(period=FIVE_MINUTES),
        api.metric_server_error(period=FIVE_MINUTES),
    ]
    rate = cloudwatch.MathExpression(
        expression="100 * errors / MAX([count, 1])",
        using_metrics={"errors": api.metric_server_error(statistic="Sum"), "count": api.metric_count()},
        label="errors, percent",
        period=FIVE_MINUTES,
    )
    latency: Metrics = [
        api.metric_latency(statistic=statistic, period=FIVE_MINUTES) for statistic in ("p50", "p95", "p99")
    ]
    latency.append(api.metric_integration_latency(statistic="p95", period=FIVE_MINUTES))
    return [
        _graph("Requests", [api.metric_count(period=FIVE_MINUTES)]),
        _graph("Refused and failed", errors, right=[rate]),
        _graph("Latency", latency),
    ]


def _of_functions(functions: Mapping[str, lambda_.Function]) -> list[cloudwatch.IWidget]:
    all_of = functions.values()
    return [
        _graph("Functions: calls", [one.metric_invocations(period=FIVE_MINUTES) for one in all_of]),
        _graph(
            "Functions: errors and throttles",
            [one.metric_errors(period=FIVE_MINUTES) for one in all_of],
            right=[one.metric_throttles(period=FIVE_MINUTES) for one in all_of],
        ),
        _graph(
            "Functions: duration, p95",
            [one.metric_duration(statistic="p95", period=FIVE_MINUTES) for one in all_of],
        ),
        _graph(
            "Functions at once, and age of events",
            [one.metric("ConcurrentExecutions", statistic="Maximum") for one in all_of],
            right=[functions["relay"].metric("IteratorAge", statistic="Maximum")],
        ),
    ]


def _of_queues(queues: ShopQueues) -> list[cloudwatch.IWidget]:
    living, dead = queues.queues.values(), queues.dead.values()
    return [
        _graph(
            "Queues: waiting, and age of the oldest",
            [one.metric_approximate_number_of_messages_visible() for one in living],
            right=[one.metric_approximate_age_of_oldest_message() for one in living],
        ),
        _graph(
            "Queues: given up",
            [one.metric_approximate_number_of_messages_visible() for one in dead],
        ),
    ]


def _of_checkouts(machine: sfn.StateMachine) -> cloudwatch.IWidget:
    ended: Metrics = [machine.metric_succeeded(), machine.metric_failed(), machine.metric_timed_out()]
    return _graph("Orders", [machine.metric_started(), *ended], right=[machine.metric_time()])


def _search(prefix: str, metric: str, statistic: str) -> cloudwatch.IMetric:
    """All tables of the shop: their number is above what one widget may list."""
    where = f'{{AWS/DynamoDB,TableName}} MetricName="{metric}" TableName="{prefix}"'
    return cloudwatch.MathExpression(
        expression=f"SUM(SEARCH('{where}', '{statistic}', 300))", using_metrics={}, label=metric
    )


def _graph(title: str, left: list[Any], right: list[Any] | None = None) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=left, right=right or [], width=6)
