"""What is told: queues with their dead letters, the topic of orders, mail."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.queues import DEAD_KEPT, ShopQueues
from infra.options import Options
from infra.shop import ShopData


class MessagingStack(Stack):
    """Queues, topic, and the sender of mails where there is one."""

    def __init__(self, scope: Construct, id: str, options: Options, shop: ShopData) -> None:
        super().__init__(scope, id, description="Cartwheel: queues and mail")
        self.queues = ShopQueues(self, "Queues", options, shop.queues)
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
