"""The functions, what calls them, and what each of them may use."""

from collections.abc import Iterator, Mapping
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
    Uses,
    consumers,
    services,
    with_environment,
)
from infra.options import Options
from infra.shop import Job, ShopData
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.web import WebStack

AT_ONCE = 10
"""Batches of one queue that are handled at the same time: a flood costs time, not money."""

SHORTEST = 60
"""Seconds. EventBridge does nothing more often; what is due more often elsewhere is due that often here."""

_POOL_ACTIONS = (
    "AdminAddUserToGroup",
    "AdminCreateUser",
    "AdminDeleteUser",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminGetUser",
    "AdminListGroupsForUser",
    "AdminRemoveUserFromGroup",
    "AdminSetUserMFAPreference",
    "AdminSetUserPassword",
    "AdminUpdateUserAttributes",
    "AdminUserGlobalSignOut",
)
"""As docs/how-to/aws.md lists them."""


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
        """What every function is told, as ``cartwheel.settings`` reads it."""
        options, before = self._options, self._before
        here = f"{Aws.REGION}/{options.prefix}"
        mail = f"ses://{Aws.REGION}/{before.messaging.configuration_set}" if options.mail_from else "mailbox"
        pool, client = before.data.pool.user_pool_id, before.data.client.user_pool_client_id
        told = {
            "TOPOLOGY": "serverless",
            "STAGE": options.stage,
            "DATA": "/tmp/cartwheel",  # noqa: S108 - all that a function may write to, and its own
            "DATABASE": f"dynamodb://{here}",
            "QUEUE": f"sqs://{here}",
            "MEDIA": f"s3://{options.bucket('media')}",
            "MAIL": mail,
            "SEARCH": f"s3://{before.data.index.bucket_name}/search",
            "IDENTITY": f"cognito://{Aws.REGION}/{pool}/{client}",
            "WORKFLOW": f"states://{Aws.REGION}/{options.state_machine_arn}",
            "TOPIC": before.messaging.orders.topic_arn,
            "SECRET_ID": before.data.secret.secret_arn,
            "BASE_URL": before.web.address,
            "SHOP_NAME": options.shop_name,
            "CURRENCY": options.currency,
            "LOG_LEVEL": "INFO",
            "DEMO": "false",
            "WORKER": "false",
        }
        if options.mail_from:
            told["MAIL_FROM"] = f"{options.shop_name} <{options.mail_from}>"
        return {f"CARTWHEEL_{name}": value for name, value in told.items()}

    def _function(self, function: Function) -> ShopFunction:
        door = with_environment(function.door, self._environment)
        made = ShopFunction(self, door.name, self._options, self._code, door)
        made.role.add_managed_policy(self._before.data.access)
        self._before.data.secret.grant_read(made.role)
        self._allow(made.role, function.uses)
        return made

    def _allow(self, role: iam.IRole, uses: Uses) -> None:
        messaging = self._before.messaging
        for statement in self._statements(uses):
            role.add_to_principal_policy(statement)
        if Uses.USERS in uses:
            self._before.data.pool.grant(role, *(f"cognito-idp:{action}" for action in _POOL_ACTIONS))
        if Uses.TOPIC in uses:
            messaging.orders.grant_publish(role)
        if Uses.MAIL in uses and messaging.identity:
            messaging.identity.grant_send_email(role)
        if Uses.QUEUES in uses:
            for queue in messaging.queues.queues.values():
                queue.grant_send_messages(role)
        if Uses.DEAD_LETTERS in uses:
            for queue in messaging.queues.dead.values():
                queue.grant_consume_messages(role)

    def _statements(self, uses: Uses) -> Iterator[iam.PolicyStatement]:
        """For what is named, because it comes in a later stack or has no grants of its own."""
        media, index = self._options.bucket("media"), self._options.bucket("index")
        if Uses.MEDIA in uses:
            yield from (_objects(media, *_READ, *_WRITE), _listing(media))
        if Uses.INDEX in uses:
            yield from (_objects(index, *_READ), _listing(index))
        if Uses.NEW_INDEX in uses:
            yield _objects(index, *_WRITE)
        if Uses.MAIL in uses and self._options.mail_from:
            yield self._sending()
        if Uses.QUOTA in uses and self._options.mail_from:
            yield iam.PolicyStatement(actions=["ses:GetAccount"], resources=["*"])
        if Uses.CHECKOUT in uses:
            yield self._checkout()

    def _checkout(self) -> iam.PolicyStatement:
        # The state machine comes later: it calls one of these functions.
        actions = ("StartExecution", "SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat")
        return iam.PolicyStatement(
            actions=[f"states:{action}" for action in actions], resources=[self._options.state_machine_arn]
        )

    def _sending(self) -> iam.PolicyStatement:
        name = f"configuration-set/{self._before.messaging.configuration_set}"
        arn = f"arn:{Aws.PARTITION}:ses:{Aws.REGION}:{Aws.ACCOUNT_ID}:{name}"
        return iam.PolicyStatement(actions=["ses:SendEmail", "ses:SendRawEmail"], resources=[arn])

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


_READ, _WRITE = ("GetObject",), ("DeleteObject", "PutObject")


def _objects(bucket: str, *actions: str) -> iam.PolicyStatement:
    # By name: the bucket of pictures comes later, because it calls one of these functions.
    return iam.PolicyStatement(
        actions=[f"s3:{action}" for action in actions], resources=[f"arn:{Aws.PARTITION}:s3:::{bucket}/*"]
    )


def _listing(bucket: str) -> iam.PolicyStatement:
    """Without it S3 says of a missing object that it is forbidden."""
    return iam.PolicyStatement(actions=["s3:ListBucket"], resources=[f"arn:{Aws.PARTITION}:s3:::{bucket}"])


def _reads_stream(stream: str) -> iam.PolicyStatement:
    actions = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
    return iam.PolicyStatement(actions=[f"dynamodb:{action}" for action in actions], resources=[stream])
