"""Accounts of the AWS emulator, and what a deployment makes in one before the shop's processes start."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

REGION = "eu-central-1"


@dataclass(frozen=True)
class Account:
    """The emulator takes an access key of 12 digits for an account; ``test`` is the secret of all of them."""

    endpoint: str
    key: int

    def url(self, scheme: str, rest: str, **options: str) -> str:
        """A setting of the shop that reaches this account."""
        query = urlencode({"endpoint": self.endpoint, **options})
        return f"{scheme}://{self.key}:test@{rest}?{query}"

    @asynccontextmanager
    async def client(self, service: str) -> AsyncIterator[Any]:
        """A client of one service."""
        from cartwheel.aws import Address, Service  # noqa: PLC0415 - not for tests that need no emulator

        address = Address.of(self.url("aws", REGION), "aws://region")
        opened = Service(service, address.client(REGION))
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
