"""What the operator sees and hears: dashboard, alarms, costs."""

from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.alarms import FIVE_MINUTES, MINUTE, Alarms
from infra.constructs.dashboard import Parts, ShopDashboard, of_queues, of_tables
from infra.constructs.operator import budget, operator_topic, watch_queues, watch_tables
from infra.options import Options
from infra.stacks.api import ApiStack
from infra.stacks.compute import ComputeStack
from infra.stacks.data import DataStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.web import WebStack
from infra.stacks.workflow import WorkflowStack

_UNRELAYED = (
    "The relay failed for hours. Events are still in the outbox, and go with the next call that succeeds."
)


@dataclass(frozen=True, slots=True)
class Observed:
    """The stacks that are watched."""

    data: DataStack
    messaging: MessagingStack
    api: ApiStack
    web: WebStack
    compute: ComputeStack
    workflow: WorkflowStack


class ObserveStack(Stack):
    """A dashboard always; alarms where they are asked for, because each costs ten cents a month."""

    def __init__(self, scope: Construct, id: str, options: Options, observed: Observed) -> None:
        super().__init__(scope, id, description="Cartwheel: dashboard and alarms")
        self._options, self._observed = options, observed
        self.topic = operator_topic(self, options)
        ShopDashboard(self, "Dashboard", options, self._parts(), [self._errors_told()])
        if options.alarms:
            alarms = Alarms(self, "Alarms", options.prefix, self.topic)
            self._of_functions(alarms)
            self._of_api(alarms)
            self._of_queues(alarms)
            self._of_checkout(alarms)
            watch_tables(alarms, options.prefix)
        if options.operator:
            budget(self, options)

    def _parts(self) -> Parts:
        observed = self._observed
        functions = {name: one.function.metric for name, one in observed.compute.functions.items()}
        return {
            "api": {"": observed.api.api.metric},
            "checkout": {"": observed.workflow.machine.metric},
            "functions": functions,
            "relay": {"": functions["relay"]},
            "tables": {"": of_tables(self._options.prefix)},
            **of_queues(observed.messaging.queues),
        }

    def _errors_told(self) -> cloudwatch.IWidget:
        groups = [f"/aws/lambda/{self._options.function(name)}" for name in self._observed.compute.functions]
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

    def _of_functions(self, alarms: Alarms) -> None:
        all_of = {name: one.function for name, one in self._observed.compute.functions.items()}
        alarms.at(
            "lambda-errors",
            _of_all_functions("Errors"),
            10,
            "Functions of this account failed ten times in five minutes (seed S0).",
        )
        alarms.at(
            "payment-errors",
            _errors(all_of["payments"], FIVE_MINUTES),
            5,
            "The payment function failed five times in five minutes (seed S1).",
        )
        alarms.at(
            "cart-errors",
            _errors(all_of["orders"], MINUTE),
            10,
            "The function of carts and orders failed ten times in a minute (seed S1).",
        )
        alarms.at(
            "throttles",
            _of_all_functions("Throttles"),
            1,
            "AWS refused to run a function: the account's limit of concurrent ones is reached.",
        )
        alarms.at(
            "relay-late",
            all_of["relay"].metric("IteratorAge", statistic="Maximum", period=FIVE_MINUTES),
            60_000,
            "Events wait for more than a minute in the outbox.",
        )

    def _of_api(self, alarms: Alarms) -> None:
        api = self._observed.api.api
        alarms.at(
            "api-high-latency",
            api.metric_latency(statistic="Average", period=FIVE_MINUTES),
            2000,
            "Answers take more than two seconds on average for ten minutes (seed S1).",
            periods=2,
        )
        alarms.at(
            "api-p95-latency",
            api.metric_latency(statistic="p95", period=FIVE_MINUTES),
            3000,
            "One answer in twenty takes more than three seconds for fifteen minutes.",
            periods=3,
        )
        alarms.at(
            "api-5xx",
            api.metric_server_error(statistic="Sum", period=FIVE_MINUTES),
            5,
            "Five answers in five minutes were errors of the shop.",
        )

    def _of_queues(self, alarms: Alarms) -> None:
        messaging = self._observed.messaging
        watch_queues(alarms, messaging)
        alarms.at(
            "dead-letters-unrelayed",
            messaging.unrelayed.metric_approximate_number_of_messages_visible(
                statistic="Maximum", period=MINUTE
            ),
            1,
            _UNRELAYED,
        )

    def _of_checkout(self, alarms: Alarms) -> None:
        machine = self._observed.workflow.machine
        alarms.at(
            "checkouts-timed-out",
            machine.metric_timed_out(period=FIVE_MINUTES),
            1,
            "A checkout did not end in its time.",
        )
        alarms.at(
            "checkouts-stuck",
            _errors(self._observed.compute.step.function, FIVE_MINUTES),
            10,
            "Steps fail again and again for a quarter of an hour: an order can neither go on nor be undone.",
            periods=3,
        )


def _of_all_functions(metric: str) -> cloudwatch.Metric:
    """Without a dimension Lambda counts all functions of the account; a sum of metrics may have ten parts."""
    return cloudwatch.Metric(namespace="AWS/Lambda", metric_name=metric, statistic="Sum", period=FIVE_MINUTES)


def _errors(function: lambda_.IFunction, period: Duration) -> cloudwatch.Metric:
    return function.metric_errors(statistic="Sum", period=period)
