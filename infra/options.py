"""What an operator can choose, as context of CDK: ``cdk deploy -c stage=prod -c domain=shop.example.com``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk.aws_logs import RetentionDays
from constructs import Node

Stage = Literal["dev", "prod"]
Topology = Literal["serverless", "containers", "instances"]
Storage = Literal["dynamodb", "mysql"]


class WrongOption(ValueError):
    """A context value that the stacks cannot be made from."""


@dataclass(frozen=True, slots=True)
class Options:
    """One deployment. ``prod`` keeps its data when stacks are deleted, and watches itself."""

    topology: Topology = "serverless"
    """What runs the shop: functions, Fargate tasks, or EC2 instances."""

    stage: Stage = "dev"
    name: str = "cartwheel"
    """First part of all names. Two shops in one account need two."""

    shop_name: str = "Cartwheel"
    currency: str = "USD"
    base_url: str = ""
    """Where customers find the shop; empty: the domain, or the address that CloudFront gives."""

    mail_from: str = ""
    """The sender, verified by SES; empty: mails are kept in the shop's mailbox, in dev only."""

    operator: str = ""
    """Who is told of alarms and costs, an e-mail address."""

    budget: int = 20
    """US dollars a month; the operator hears of 80 % and of the forecast."""

    domain: str = ""
    zone: str = ""
    """The id of the hosted zone of ``domain`` in Route 53; empty: the operator sets the DNS record."""

    certificate: str = ""
    """ARN of a certificate in us-east-1 for ``domain``."""

    alarms: bool = False
    snapstart: bool = False
    waf: bool = False
    insights: bool = False
    """Contributor Insights of every table, billed by rule and event."""

    architecture: Literal["arm64", "x86_64"] = "arm64"

    image: str = "v1"
    """Containers: the tag of the image in the shop's own repository."""

    release: str = "v1"
    """Instances: the name of the release in the shop's own bucket, without ``.tar.gz``."""

    storage: Storage = "dynamodb"
    """Instances may keep their data in MySQL, and do unless told otherwise; the others use DynamoDB."""

    origin: str = ""
    """Containers and instances: a name of the balancer, for TLS also inside the network."""

    origin_certificate: str = ""
    """ARN of a certificate for ``origin`` in the shop's own region."""

    trail: bool = False
    """CloudTrail of this shop; an account that has a trail already needs no second one."""

    @classmethod
    def of(cls, node: Node) -> "Options":
        """The context of an app. Raises ``WrongOption``."""
        stage = _one_of(node, "stage", get_args(Stage))
        architecture = _one_of(node, "architecture", ("arm64", "x86_64"))
        topology = _one_of(node, "topology", get_args(Topology))
        made = cls(
            topology=cast("Topology", topology),
            stage=cast("Stage", stage),
            name=_text(node, "name", "cartwheel"),
            shop_name=_text(node, "shop_name", "Cartwheel"),
            currency=_text(node, "currency", "USD"),
            base_url=_text(node, "base_url", "").rstrip("/"),
            mail_from=_text(node, "mail_from", ""),
            operator=_text(node, "operator", ""),
            budget=int(_text(node, "budget", "20")),
            domain=_text(node, "domain", ""),
            zone=_text(node, "zone", ""),
            certificate=_text(node, "certificate", ""),
            alarms=_switch(node, "alarms", usual=stage == "prod"),
            snapstart=_switch(node, "snapstart", usual=stage == "prod"),
            waf=_switch(node, "waf", usual=False),
            insights=_switch(node, "insights", usual=False),
            architecture=cast("Literal['arm64', 'x86_64']", architecture),
            image=_text(node, "image", "v1"),
            release=_text(node, "release", "v1"),
            storage=_storage(node, topology),
            origin=_text(node, "origin", ""),
            origin_certificate=_text(node, "origin_certificate", ""),
            trail=_switch(node, "trail", usual=stage == "prod" and topology == "instances"),
        )
        made.check()
        return made

    def check(self) -> None:
        """Raises ``WrongOption`` for what does not go together."""
        if self.domain and not self.certificate:
            raise WrongOption(
                "domain needs certificate: the ARN of one in us-east-1, where CloudFront looks."
            )
        if any(sign in text for text in (self.shop_name, self.mail_from) for sign in UNQUOTED):
            raise WrongOption("shop_name and mail_from must be without quotes, backslashes, dollars.")
        if bool(self.origin) != bool(self.origin_certificate):
            raise WrongOption("origin and origin_certificate go together: a name, and a certificate for it.")
        if self.storage == "mysql" and self.topology != "instances":
            raise WrongOption("storage=mysql is for topology=instances; the others use DynamoDB.")
        if self.stage == "prod" and not self.mail_from:
            raise WrongOption("prod needs mail_from: an address of yours, for the mails to customers.")
        if self.stage == "prod" and not self.operator:
            raise WrongOption("prod needs operator: the address that hears of alarms.")

    @property
    def prefix(self) -> str:
        """What all names of this deployment begin with."""
        return f"{self.name}-{self.stage}"

    @property
    def keeps(self) -> bool:
        """Whether data outlives its stack."""
        return self.stage == "prod"

    @property
    def removal(self) -> RemovalPolicy:
        """What becomes of data when its stack is deleted."""
        return RemovalPolicy.RETAIN if self.keeps else RemovalPolicy.DESTROY

    @property
    def retention(self) -> RetentionDays:
        """How long logs are kept (seeds S0 and S1: a week, in production a month)."""
        return RetentionDays.ONE_MONTH if self.keeps else RetentionDays.ONE_WEEK

    @property
    def address(self) -> str:
        """Where customers find the shop, if that is known before it is deployed."""
        return self.base_url or (f"https://{self.domain}" if self.domain else "")

    def bucket(self, purpose: str) -> str:
        """The name of a bucket: all accounts and regions of AWS share one space of names."""
        return f"{self.prefix}-{purpose}-{Aws.ACCOUNT_ID}-{Aws.REGION}"

    def function(self, name: str) -> str:
        """The name of a function."""
        return f"{self.prefix}-{name}"

    def function_arn(self, name: str) -> str:
        """The address of a function, or of the version of it that is served."""
        alias = f":{LIVE}" if self.snapstart else ""
        return _arn("lambda", f"function:{self.function(name)}{alias}")

    @property
    def state_machine_arn(self) -> str:
        """The address of the checkout's state machine."""
        return _arn("states", f"stateMachine:{self.prefix}-checkout")


UNQUOTED = '"\\$`\n'
"""What files of settings would need more than quotes for."""

LIVE = "live"
"""The alias of the version that is served. Only versions can start from a snapshot."""

PURGE_AFTER = Duration.days(7)
"""When unfinished uploads to buckets are thrown away."""


def _arn(service: str, resource: str) -> str:
    return f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"


def _text(node: Node, name: str, usual: str) -> str:
    value: Any = node.try_get_context(name)
    return usual if value is None else str(value)


def _one_of(node: Node, name: str, values: Sequence[str]) -> str:
    """The first is the usual one."""
    value = _text(node, name, values[0])
    if value not in values:
        raise WrongOption(f"{name}={value} is none of {', '.join(values)}.")
    return value


def _storage(node: Node, topology: str) -> Storage:
    usual = ("mysql", "dynamodb") if topology == "instances" else ("dynamodb", "mysql")
    return cast("Storage", _one_of(node, "storage", usual))


def _switch(node: Node, name: str, *, usual: bool) -> bool:
    value = _text(node, name, str(usual)).lower()
    if value not in ("true", "false"):
        raise WrongOption(f"{name}={value} is neither true nor false.")
    return value == "true"
