"""Accounts of the AWS emulator, and what a deployment makes in one before the shop's processes start."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

REGION = "eu-central-1"


@dataclass(frozen=True)
class Account:
    """The emulator takes an access key of 12 digits for an account; ``test`` is the secret of all of them."""

    endpoint: str
    key: int
    name: str = "shop"
    """Begins the names of what belongs to one test, where tests share an account."""

    def url(self, scheme: str, rest: str, **options: str) -> str:
        """A setting of the shop that reaches this account."""
        query = urlencode({"endpoint": self.endpoint, **options})
        return f"{scheme}://{self.key:012}:test@{rest}?{query}"

    @asynccontextmanager
    async def client(self, service: str) -> AsyncIterator[Any]:
        """A client of one service."""
        from cartwheel.aws import Address, Service, config  # noqa: PLC0415 - not for tests without an emulator

        address = Address.of(self.url("aws", REGION), "aws://region")
        # patient: a busy machine keeps the emulator waiting, and what is asked again may have been done
        tuned = config(connect_timeout=60, read_timeout=60)
        opened = Service(service, address.client(REGION), tuned)
        try:
            yield await opened.client()
        finally:
            await opened.close()

    async def make_queues(self, prefix: str, *names: str, receives: int = 3) -> None:
        """Queues with their dead letters, as the messaging stack makes them."""
        async with self.client("sqs") as sqs:
            for name in names:
                dead = await sqs.create_queue(QueueName=f"{prefix}-{name}-dead")
                found = await sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])
                policy = {
                    "deadLetterTargetArn": found["Attributes"]["QueueArn"],
                    "maxReceiveCount": str(receives),
                }
                await sqs.create_queue(
                    QueueName=f"{prefix}-{name}", Attributes={"RedrivePolicy": json.dumps(policy)}
                )

    async def make_bucket(self, name: str) -> None:
        """A private bucket, as the media stack makes one."""
        async with self.client("s3") as s3:
            await s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    async def make_sender(self, address: str) -> None:
        """An address that SES lets the shop send from."""
        async with self.client("sesv2") as ses:
            await ses.create_email_identity(EmailIdentity=address)

    async def mails(self) -> list[dict[str, Any]]:
        """What SES was given to send."""
        async with httpx.AsyncClient(trust_env=False) as http:
            query = {"account": f"{self.key:012}"}
            answer = await http.get(f"{self.endpoint}/_ministack/ses/messages", params=query)
        found: dict[str, list[dict[str, Any]]] = answer.json()["messages"]
        return found.get(f"{self.key:012}", [])

    async def make_topic(self, name: str, subscriber: str) -> str:
        """A topic, and a queue that gets what it is told as it is; the topic's ARN."""
        async with self.client("sns") as sns, self.client("sqs") as sqs:
            queue = await sqs.create_queue(QueueName=subscriber)
            found = await sqs.get_queue_attributes(QueueUrl=queue["QueueUrl"], AttributeNames=["QueueArn"])
            arn = str((await sns.create_topic(Name=name))["TopicArn"])
            allowed = {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": found["Attributes"]["QueueArn"],
                "Condition": {"ArnEquals": {"aws:SourceArn": arn}},
            }
            policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
            await sqs.set_queue_attributes(QueueUrl=queue["QueueUrl"], Attributes={"Policy": policy})
            await sns.subscribe(
                TopicArn=arn,
                Protocol="sqs",
                Endpoint=found["Attributes"]["QueueArn"],
                Attributes={"RawMessageDelivery": "true"},
            )
        return arn

    async def make_pool(self) -> str:
        """A user pool with its groups and the shop's client, as the data stack makes one: pool and client."""
        needed = ("RequireUppercase", "RequireLowercase", "RequireNumbers")
        rules = {"MinimumLength": 8, "RequireSymbols": False, **dict.fromkeys(needed, True)}
        async with self.client("cognito-idp") as idp:
            made = await idp.create_user_pool(
                PoolName="shop",
                UsernameAttributes=["email"],
                AutoVerifiedAttributes=["email"],
                UsernameConfiguration={"CaseSensitive": False},
                Policies={"PasswordPolicy": rules},
                MfaConfiguration="OPTIONAL",
            )
            pool = str(made["UserPool"]["Id"])
            for group in ("customers", "vendors", "admins"):
                await idp.create_group(UserPoolId=pool, GroupName=group)
            return f"{pool}/{await self.make_client(pool)}"

    async def make_client(self, pool: str) -> str:
        """A client of a user pool."""
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        async with self.client("cognito-idp") as idp:
            made = await idp.create_user_pool_client(
                UserPoolId=pool,
                ClientName="shop",
                ExplicitAuthFlows=flows,
                PreventUserExistenceErrors="ENABLED",
                EnableTokenRevocation=True,
            )
        return str(made["UserPoolClient"]["ClientId"])

    async def bootstrap(self) -> None:
        """What tells that CDK has been here."""
        async with self.client("ssm") as ssm:
            await ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")

    async def make_stack(self, name: str, **outputs: str) -> None:
        """A stack that holds nothing of worth, and tells something."""
        template = {
            "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
            "Outputs": {key: {"Value": value} for key, value in outputs.items()},
        }
        async with self.client("cloudformation") as formation:
            await formation.create_stack(StackName=name, TemplateBody=json.dumps(template))
            await formation.get_waiter("stack_create_complete").wait(StackName=name)

    async def make_distribution(self) -> str:
        """Pages behind CloudFront; the distribution's id."""
        pages = {"Id": "pages", "DomainName": "pages.s3.amazonaws.com"}
        config = {
            "CallerReference": "one",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [pages]},
            "DefaultCacheBehavior": {"TargetOriginId": "pages", "ViewerProtocolPolicy": "https-only"},
        }
        async with self.client("cloudfront") as cloudfront:
            made = await cloudfront.create_distribution(DistributionConfig=config)
        return str(made["Distribution"]["Id"])

    def surround(self, patch: pytest.MonkeyPatch) -> None:
        """Lets whatever reads AWS's settings from the environment find this account."""
        from aiobotocore.session import AioSession  # noqa: PLC0415 - not for tests that need no emulator

        own = AioSession()  # a session keeps the credentials that it has found
        patch.setattr("cartwheel.aws.session", lambda: own)
        patch.setenv("AWS_ENDPOINT_URL", self.endpoint)
        patch.setenv("AWS_ACCESS_KEY_ID", f"{self.key:012}")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_REGION", REGION)
