"""The shop's queues, each with its dead letters."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.options import Options

MAX_RECEIVES = 3
"""As in ``cartwheel.messaging.queue`` (seed S1)."""

KEPT, DEAD_KEPT = Duration.days(4), Duration.days(14)

LONGEST = Duration.seconds(60)
"""How long a consumer may take. AWS advises a visibility of six times that; seed S1 has 1.5 times."""

VISIBILITY = Duration.seconds(6 * 60)


UPLOADS, RETURNED = "uploads", "returned-mail"
"""As in ``cartwheel.told_by_aws``: what S3 and SES tell the worker; functions are told without a queue."""


def told_by_aws(options: Options) -> list[str]:
    """The queues in which AWS tells the worker something: none where functions are told."""
    if options.topology == "serverless":
        return []
    return [UPLOADS, *([RETURNED] if options.mail_from else [])]


class ShopQueues(Construct):
    """A queue for every subscriber: at least once, three tries, then its dead letters."""

    def __init__(self, scope: Construct, id: str, options: Options, names: Sequence[str]) -> None:
        super().__init__(scope, id)
        self.dead = {name: self._dead(options, name) for name in names}
        self.queues = {name: self._queue(options, name) for name in names}

    def _dead(self, options: Options, name: str) -> sqs.Queue:
        return sqs.Queue(
            self,
            f"{name}-dead",
            queue_name=f"{options.prefix}-{name}-dead",
            retention_period=DEAD_KEPT,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _queue(self, options: Options, name: str) -> sqs.Queue:
        return sqs.Queue(
            self,
            name,
            queue_name=f"{options.prefix}-{name}",
            retention_period=KEPT,
            visibility_timeout=VISIBILITY,
            receive_message_wait_time=Duration.seconds(20),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead[name], max_receive_count=MAX_RECEIVES),
            removal_policy=RemovalPolicy.DESTROY,
        )
