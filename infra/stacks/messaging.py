"""What is told: queues with their dead letters, the topic of orders, mail."""

from aws_cdk import Aws, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_sns_subscriptions import SqsSubscription
from constructs import Construct

from infra.constructs.queues import DEAD_KEPT, RETURNED, UPLOADS, ShopQueues, told_by_aws
from infra.options import Options
from infra.shop import ShopData


class MessagingStack(Stack):
    """Queues, topic, and the sender of mails where there is one."""

    def __init__(self, scope: Construct, id: str, options: Options, shop: ShopData) -> None:
        super().__init__(scope, id, description="Cartwheel: queues and mail")
        self.told_by_aws = told_by_aws(options)
        self.queues = ShopQueues(self, "Queues", options, [*shop.queues, *self.told_by_aws])
        if UPLOADS in self.told_by_aws:
            self.uploads.add_to_resource_policy(_told_of_uploads(self.uploads, options))
        self.unrelayed = sqs.Queue(
            self,
            "Unrelayed",
            queue_name=f"{options.prefix}-unrelayed",
            retention_period=DEAD_KEPT,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.orders = sns.Topic(
            self,
            "Orders",
            topic_name=f"{options.prefix}-order-notifications",
            display_name=f"{options.shop_name}: orders",
            enforce_ssl=True,
        )
        self.identity: ses.EmailIdentity | None = None
        self.configuration_set = ""
        self.returned: sns.ITopic
        """What SES says of mail that came back, where there is a sender."""
        if options.mail_from:
            self._sender(options)

    @property
    def uploads(self) -> sqs.Queue:
        """Where the bucket of pictures tells the worker what has arrived."""
        return self.queues.queues[UPLOADS]

    def _sender(self, options: Options) -> None:
        self.configuration_set = f"{options.prefix}-mail"
        configuration = ses.ConfigurationSet(
            self,
            "Mail",
            configuration_set_name=self.configuration_set,
            reputation_metrics=True,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
        )
        self.returned = sns.Topic(
            self, "Returned", topic_name=f"{options.prefix}-returned-mail", enforce_ssl=True
        )
        if RETURNED in self.told_by_aws:
            heard = SqsSubscription(self.queues.queues[RETURNED], raw_message_delivery=True)
            self.returned.add_subscription(heard)
        configuration.add_event_destination(
            "Returns",
            destination=ses.EventDestination.sns_topic(self.returned),
            events=[ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT],
        )
        self.identity = ses.EmailIdentity(
            self,
            "Sender",
            identity=ses.Identity.email(options.mail_from),
            configuration_set=configuration,
        )


def _told_of_uploads(queue: sqs.IQueue, options: Options) -> iam.PolicyStatement:
    """For the bucket by its name: it comes in a later stack."""
    return iam.PolicyStatement(
        sid="ToldOfUploads",
        principals=[iam.ServicePrincipal("s3.amazonaws.com")],
        actions=["sqs:SendMessage"],
        resources=[queue.queue_arn],
        conditions={
            "ArnEquals": {"aws:SourceArn": f"arn:{Aws.PARTITION}:s3:::{options.bucket('media')}"},
            "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
        },
    )
