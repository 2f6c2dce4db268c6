"""An account of AWS, as the operator sees it. Calls wait for their answer: this is no part of the shop."""

import json
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from cartwheel.cloud.tools import CloudError

CONCURRENCY = 100
"""Functions at once that a shop should have; a new account may have ten."""

_REGION = ("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], None, None)
"""Where botocore finds the region, which by itself does not look at the first."""

FOR_EVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"


class NoCredentials(CloudError):
    """AWS does not know who is calling."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"AWS does not accept your credentials ({reason}). Run `aws configure` or `aws sso login`, or set"
            " AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )


class NoRegion(CloudError):
    """It is not said where."""

    def __init__(self) -> None:
        super().__init__("Say in which region: set AWS_REGION, such as eu-central-1, or use --region.")


class NoShop(CloudError):
    """No stack of this account and region tells of that address."""

    def __init__(self, url: str, region: str) -> None:
        super().__init__(
            f"No shop of this account in {region} has the address {url}. `cartwheel status` shows a shop's"
            " addresses: give its WebUrl."
        )


class OutOfReach(CloudError):
    """The shop's database is in a network of its own."""

    def __init__(self, prefix: str) -> None:
        super().__init__(
            f"The database of {prefix} answers to its instances only. Open a session on one of them, and use"
            " `cartwheel` there: docs/how-to/deploy-instances.md"
        )


@dataclass(frozen=True, slots=True)
class StackState:
    """A stack: its name, and how CloudFormation calls what became of it."""

    name: str
    status: str
    outputs: Mapping[str, str]

    @property
    def is_well(self) -> bool:
        """Whether the last thing that was asked of it was done."""
        return self.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


TOPOLOGIES: Mapping[str, str] = {"compute": "serverless", "cluster": "containers", "fleet": "instances"}
"""Of each topology a stack that only it has."""

LOGS: Mapping[str, str] = {"serverless": "lambda", "containers": "ecs", "instances": "ec2"}
"""Where what runs the shop logs: the names of groups begin with ``/aws/`` and this."""


def topology_of(stacks: Sequence[StackState]) -> str | None:
    """What runs the shop that these stacks are of."""
    parts = {stack.name.rpartition("-")[2] for stack in stacks}
    return next((topology for part, topology in TOPOLOGIES.items() if part in parts), None)


class Account:
    """One account in one region. Raises ``NoRegion`` where none is chosen."""

    def __init__(self, region: str | None = None) -> None:
        self._session = Session(session_vars={"region": _REGION})
        self.region: str = region or self._session.get_config_variable("region") or ""
        if not self.region:
            raise NoRegion
        self._client = cache(self._open)

    def _open(self, service: str) -> Any:  # noqa: ANN401 - botocore makes its classes at run time
        return self._session.create_client(service, region_name=self.region)

    def number(self) -> str:
        """The account's number. Raises ``NoCredentials``."""
        try:
            return str(self._client("sts").get_caller_identity()["Account"])
        except (BotoCoreError, ClientError) as error:
            raise NoCredentials(str(error)) from None

    def bootstrap(self) -> int | None:
        """The version of CDK's own stack in this account and region; ``None`` where there is none."""
        try:
            found = self._client("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return None
            raise
        return int(found["Parameter"]["Value"])

    def concurrency(self) -> int:
        """How many functions may run at once, those of other applications included."""
        limits = self._client("lambda").get_account_settings()["AccountLimit"]
        return int(limits["ConcurrentExecutions"])

    def stacks(self, prefix: str = "") -> list[StackState]:
        """The stacks of a shop, or of all, without those that are deleted."""
        pages = self._client("cloudformation").get_paginator("describe_stacks").paginate()
        return [
            StackState(
                one["StackName"],
                one["StackStatus"],
                {told["OutputKey"]: told["OutputValue"] for told in one.get("Outputs", ())},
            )
            for page in pages
            for one in page["Stacks"]
            if not prefix or one["StackName"].startswith(f"{prefix}-")
        ]

    def find(self, url: str) -> tuple[str, dict[str, str]]:
        """The shop whose pages are at ``url``: what its names begin with, and what its stacks tell.

        Raises ``NoCredentials`` and ``NoShop``.
        """
        self.number()
        stacks = self.stacks()
        for stack in stacks:
            if stack.outputs.get("WebUrl") == url:
                prefix = stack.name.rpartition("-")[0]
                own = [one.outputs for one in stacks if one.name.startswith(f"{prefix}-")]
                return prefix, {key: value for outputs in own for key, value in outputs.items()}
        raise NoShop(url, self.region)

    def outputs(self, stack: str) -> Mapping[str, str]:
        """What a stack tells; nothing where there is none."""
        return next((one.outputs for one in self.stacks(stack.rpartition("-")[0]) if one.name == stack), {})

    def has_image(self, repository: str, tag: str) -> bool:
        """Whether a repository of images has one of that tag."""
        try:
            found = self._client("ecr").describe_images(
                repositoryName=repository, imageIds=[{"imageTag": tag}]
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ImageNotFoundException", "RepositoryNotFoundException"):
                return False
            raise
        return bool(found["imageDetails"])

    def put_once(self, bucket: str, key: str, path: Path) -> bool:
        """Uploads a file unless it is there; answers whether it had to."""
        s3 = self._client("s3")
        try:
            s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NotFound"):
                raise
        else:
            return False
        with path.open("rb") as body:
            s3.put_object(Bucket=bucket, Key=key, Body=body)
        return True

    def one_of_fleet(self, name: str) -> str | None:
        """An instance of an Auto Scaling group that is in service."""
        found = self._client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
        instances = [one for group in found["AutoScalingGroups"] for one in group["Instances"]]
        well = [one["InstanceId"] for one in instances if one["LifecycleState"] == "InService"]
        return str(well[0]) if well else None

    def run_document(self, document: str, instance: str, parameters: Mapping[str, Sequence[str]]) -> str:
        """Has Systems Manager run a document on an instance; answers the command's id."""
        sent = self._client("ssm").send_command(
            DocumentName=document, InstanceIds=[instance], Parameters=dict(parameters)
        )
        return str(sent["Command"]["CommandId"])

    def command(self, command: str, instance: str) -> tuple[str, str]:
        """How far a command is, and what it said last."""
        try:
            found = self._client("ssm").get_command_invocation(CommandId=command, InstanceId=instance)
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvocationDoesNotExist":  # for a moment
                return "Pending", ""
            raise
        return found["Status"], f"{found['StandardOutputContent']}\n{found['StandardErrorContent']}"[-2000:]

    def settings(self, prefix: str) -> dict[str, str]:
        """What the shop's functions or containers are told: whoever has it can act as they do.

        Raises ``OutOfReach`` for instances.
        """
        topology = topology_of(self.stacks(prefix))
        if topology == "instances":
            raise OutOfReach(prefix)
        told = self._told_to_tasks(prefix) if topology == "containers" else self._told_to_functions(prefix)
        only_there = {f"CARTWHEEL_{name}" for name in ("DATA", "SERVICES", "SHARED", "PROXIES", "PROOF_ID")}
        own = {
            name: value
            for name, value in told.items()
            if name.startswith("CARTWHEEL_") and name not in only_there
        }
        return own | {"AWS_REGION": self.region}

    def _told_to_functions(self, prefix: str) -> dict[str, str]:
        found = self._client("lambda").get_function_configuration(FunctionName=f"{prefix}-desk")
        told: dict[str, str] = found["Environment"]["Variables"]
        return told

    def _told_to_tasks(self, prefix: str) -> dict[str, str]:
        found = self._client("ecs").describe_task_definition(taskDefinition=f"{prefix}-desk")
        (container,) = found["taskDefinition"]["containerDefinitions"]
        return {one["name"]: one["value"] for one in container["environment"]}

    def upload(self, bucket: str, pages: Path, config: Mapping[str, str]) -> int:
        """Puts the built pages into their bucket, the one that names the others last; answers how many."""
        s3 = self._client("s3")
        files = sorted(
            path for path in pages.rglob("*") if path.is_file() and path.suffix not in (".br", ".gz")
        )
        for path in sorted(files, key=lambda path: path.name == "index.html"):
            name = path.relative_to(pages).as_posix()
            s3.put_object(
                Bucket=bucket,
                Key=name,
                Body=path.read_bytes(),
                ContentType=mimetypes.guess_type(name)[0] or "application/octet-stream",
                CacheControl=FOR_EVER if name.startswith("assets/") else ASK_AGAIN,
            )
        told = json.dumps(dict(config), indent=1).encode()
        s3.put_object(
            Bucket=bucket,
            Key="config.json",
            Body=told,
            ContentType="application/json",
            CacheControl=ASK_AGAIN,
        )
        return len(files)

    def invalidate(self, distribution: str) -> None:
        """Has CloudFront ask for the pages again."""
        reference = datetime.now().astimezone().isoformat()  # noqa: TID251 - no part of the shop
        batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": reference}
        self._client("cloudfront").create_invalidation(DistributionId=distribution, InvalidationBatch=batch)

    def empty(self, bucket: str) -> int:
        """Removes all objects of a bucket; answers how many. A bucket that is not there is empty."""
        s3, count = self._client("s3"), 0
        try:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                objects = [{"Key": one["Key"]} for one in page.get("Contents", ())]
                if objects:
                    s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
                count += len(objects)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchBucket", "404"):
                raise
        return count

    def alarms(self, prefix: str) -> list[tuple[str, str]]:
        """The alarms that are raised, each with what it tells."""
        watch = self._client("cloudwatch")
        found = watch.describe_alarms(AlarmNamePrefix=f"{prefix}-", StateValue="ALARM")
        return [(one["AlarmName"], one.get("AlarmDescription", "")) for one in found["MetricAlarms"]]

    def log_lines(self, prefix: str, part: str, since: datetime) -> Iterator[tuple[datetime, str]]:
        """What a function, a container's service or a unit of instances has logged, the oldest first."""
        group = f"/aws/{LOGS[topology_of(self.stacks(prefix)) or 'serverless']}/{prefix}-{part}"
        logs = self._client("logs")
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=int(since.timestamp() * 1000)
        )
        for page in pages:
            for one in page["events"]:
                at = datetime.fromtimestamp(one["timestamp"] / 1000, since.tzinfo)
                yield at, one["message"].rstrip()
