"""The functions, what calls them, and what each of them may use."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_events_targets import LambdaFunction
from aws_cdk.aws_sns_subscriptions import LambdaSubscription
from constructs import Construct

from infra.constructs.function import ShopFunction
from infra.doors import (
    RELAY,
    RETURNED,
    SCHEDULE,
    STEP,
    UPLOADED,
    Function,
    consumers,
    services,
    with_environment,
)
from infra.grants import allow
from infra.options import Options
from infra.shop import Job, ShopData
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.web import WebStack
from infra.told import prefixed, told, told_for

AT_ONCE = 10
"""Batches of one queue that are handled at the same time: a flood costs time, not money."""

SHORTEST = 60
"""Seconds. EventBridge does nothing more often; what is due more often elsewhere is due that often here."""


@dataclass(frozen=True, slots=True)
class Before:
    """The stacks that functions build on."""

    data: DataStack
    messaging: MessagingStack
    api: ApiStack
    web: WebStack


class ComputeStack(Stack):
    """One function for each service and queue, and one for each other kind of event."""

    def __init__(
        self, scope: Construct, id: str, options: Options, shop: ShopData, before: Before, code: lambda_.Code
    ) -> None:
        super().__init__(scope, id, description="Cartwheel: functions")
        self._options, self._before, self._code = options, before, code
        self._environment = self._settings()
        self.services = {one.door.name: self._service(one) for one in services(shop)}
        self.consumers = {queue: self._consumer(queue, one) for queue, one in consumers(shop).items()}
        self.relay = self._relay()
        self.step = self._function(STEP)
        self.schedule = self._function(SCHEDULE)
        for job in shop.jobs:
            self._due(job)
        self.uploaded = self._function(UPLOADED)
        self.returned = self._function(RETURNED)
        if options.mail_from:
            before.messaging.returned.add_subscription(LambdaSubscription(self.returned.target))

    @property
    def functions(self) -> dict[str, ShopFunction]:
        """All of them, by name."""
        others = {
            "relay": self.relay,
            "step": self.step,
            "schedule": self.schedule,
            "uploaded": self.uploaded,
            "returned": self.returned,
        }
        return {**self.services, **{f"consume-{name}": one for name, one in self.consumers.items()}, **others}

    def _settings(self) -> Mapping[str, str]:
        """What every function is told."""
        options, before = self._options, self._before
        own = {
            "DATA": "/tmp/cartwheel",  # noqa: S108 - all that a function may write to, and its own
            "WORKFLOW": f"states://{Aws.REGION}/{options.state_machine_arn}",
        }
        return told(options, before.data, before.messaging, before.web.address) | prefixed(own)

    def _function(self, function: Function) -> ShopFunction:
        environment = {**self._environment, **told_for(function.uses, self._options, self._before.data)}
        door = with_environment(function.door, environment)
        made = ShopFunction(self, door.name, self._options, self._code, door)
        allow(made.role, function.uses, self._options, self._before.data, self._before.messaging)
        return made

    def _service(self, function: Function) -> ShopFunction:
        made = self._function(function)
        made.target.add_permission(
            "FromApi",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=self._before.api.api.arn_for_execute_api(),
        )
        return made

    def _consumer(self, queue: str, function: Function) -> ShopFunction:
        made = self._function(function)
        source = self._before.messaging.queues.queues[queue]
        source.grant_consume_messages(made.role)
        made.target.add_event_source_mapping(
            "Queue",
            event_source_arn=source.queue_arn,
            batch_size=10,
            report_batch_item_failures=True,
            max_concurrency=AT_ONCE,
        )
        return made

    def _relay(self) -> ShopFunction:
        made = self._function(RELAY)
        assert self._before.data.tables  # noqa: S101 - functions keep their data in DynamoDB, see infra.options
        stream = self._before.data.tables.outbox_stream
        made.role.add_to_principal_policy(_reads_stream(stream))
        unrelayed = self._before.messaging.unrelayed
        unrelayed.grant_send_messages(made.role)
        lambda_.CfnEventSourceMapping(
            made,
            "Stream",
            function_name=made.target.function_arn,
            event_source_arn=stream,
            starting_position="TRIM_HORIZON",
            batch_size=100,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=20,
            maximum_record_age_in_seconds=6 * 3600,
            filter_criteria=_INSERTED,
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=unrelayed.queue_arn)
            ),
        ).node.add_dependency(made.role)
        return made

    def _due(self, job: Job) -> None:
        if job.at is None:
            schedule = events.Schedule.rate(Duration.seconds(max(SHORTEST, job.seconds)))
        else:
            hour, minute = (str(int(part)) for part in job.at.split(":"))
            schedule = events.Schedule.cron(hour=hour, minute=minute)
        events.Rule(
            self,
            f"Due-{job.name}",
            rule_name=f"{self._options.prefix}-{job.name}",
            description=f"Runs the job {job.name}",
            schedule=schedule,
            targets=[
                LambdaFunction(
                    self.schedule.target,
                    event=events.RuleTargetInput.from_object({"job": job.name}),
                    retry_attempts=2,
                    max_event_age=Duration.minutes(10),
                )
            ],
        )


_INSERTED = lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
    filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern='{"eventName": ["INSERT"]}')]
)
"""Events that leave the outbox are no news."""


def _reads_stream(stream: str) -> iam.PolicyStatement:
    actions = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
    return iam.PolicyStatement(actions=[f"dynamodb:{action}" for action in actions], resources=[stream])
