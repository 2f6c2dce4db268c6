"""Pictures: a bucket that browsers send to by signed address and that only CloudFront shows."""

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.bucket import PrivateBucket
from infra.options import Options

ARRIVED = "s3:ObjectCreated:*"

INCOMING, SHOWN = "incoming/", "media/"
"""As in ``cartwheel.media.s3``: what was sent and not looked at yet, and what everybody may see."""


class MediaStack(Stack):
    """The bucket comes last: when it is made, S3 tries whether it may tell the function, or the queue."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        options: Options,
        uploaded: lambda_.IFunction | sqs.Queue,
        distribution: str,
    ) -> None:
        super().__init__(scope, id, description="Cartwheel: pictures", termination_protection=options.keeps)
        self.bucket = PrivateBucket(
            self,
            "Media",
            options,
            "media",
            cors=[_SENDING],
            lifecycle_rules=[
                s3.LifecycleRule(id="left-over", prefix=INCOMING, expiration=Duration.days(2)),
                s3.LifecycleRule(
                    id="seldom-read",
                    prefix="originals/",
                    transitions=[
                        s3.Transition(
                            storage_class=s3.StorageClass.INFREQUENT_ACCESS,
                            transition_after=Duration.days(30),
                        )
                    ],
                ),
            ],
        )
        bucket = self.bucket.node.default_child
        assert isinstance(bucket, s3.CfnBucket)  # noqa: S101 - tells the type checker
        bucket.notification_configuration = _tells(uploaded)
        if not isinstance(uploaded, sqs.Queue):
            bucket.add_resource_dependency(self._may_call(uploaded, options))
        for statement in _shown_by(self.bucket, distribution):
            self.bucket.add_to_resource_policy(statement)

    def _may_call(self, uploaded: lambda_.IFunction, options: Options) -> lambda_.CfnPermission:
        return lambda_.CfnPermission(
            self,
            "MayTellOfUploads",
            action="lambda:InvokeFunction",
            function_name=uploaded.function_arn,
            principal="s3.amazonaws.com",
            source_account=Aws.ACCOUNT_ID,
            source_arn=f"arn:{Aws.PARTITION}:s3:::{options.bucket('media')}",
        )


_SENDING = s3.CorsRule(
    # The signature in the address is the leave, and no cookie goes along: any page may use what it was given.
    allowed_origins=["*"],
    allowed_methods=[s3.HttpMethods.PUT, s3.HttpMethods.POST],
    allowed_headers=["content-type", "x-amz-*"],
    exposed_headers=["ETag"],
    max_age=3600,
)


def _tells(uploaded: lambda_.IFunction | sqs.Queue) -> s3.CfnBucket.NotificationConfigurationProperty:
    """Set on the bucket itself: CDK's own way would be a function that changes the bucket afterwards."""
    begins = s3.CfnBucket.FilterRuleProperty(name="prefix", value=INCOMING)
    only = s3.CfnBucket.NotificationFilterProperty(s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[begins]))
    if isinstance(uploaded, sqs.Queue):
        queue = uploaded.queue_arn
        queued = s3.CfnBucket.QueueConfigurationProperty(event=ARRIVED, queue=queue, filter=only)
        return s3.CfnBucket.NotificationConfigurationProperty(queue_configurations=[queued])
    function = uploaded.function_arn
    called = s3.CfnBucket.LambdaConfigurationProperty(event=ARRIVED, function=function, filter=only)
    return s3.CfnBucket.NotificationConfigurationProperty(lambda_configurations=[called])


def _shown_by(bucket: s3.Bucket, distribution: str) -> list[iam.PolicyStatement]:
    """Leave to read what is shown, and to tell of the rest that it is missing rather than forbidden."""
    reader = iam.ServicePrincipal("cloudfront.amazonaws.com")
    conditions = {"StringEquals": {"AWS:SourceArn": distribution}}
    shown = iam.PolicyStatement(
        sid="ShownByCloudFront",
        principals=[reader],
        actions=["s3:GetObject"],
        resources=[bucket.arn_for_objects(f"{SHOWN}*")],
        conditions=conditions,
    )
    missing = iam.PolicyStatement(
        sid="MissingToCloudFront",
        principals=[reader],
        actions=["s3:ListBucket"],
        resources=[bucket.bucket_arn],
        conditions=conditions,
    )
    return [shown, missing]
