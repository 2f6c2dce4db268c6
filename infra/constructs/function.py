"""A Lambda function of the shop. All of them run the same artefact through different doors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.logs import log_group
from infra.options import LIVE, Options

HTTP = "cartwheel.entrypoints.lambda_http.handler"
EVENTS = "cartwheel.entrypoints.lambda_events"


_ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}


@dataclass(frozen=True, slots=True)
class Size:
    """Megabytes of memory, which brings its share of processors, and seconds."""

    memory: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Door:
    """What a function does: its name without prefix, its handler, its size, what only it is told."""

    name: str
    handler: str
    size: Size
    environment: Mapping[str, str] = field(default_factory=dict)
    snapshot: bool = False
    """Whether customers wait for its cold starts, so that production starts it from a snapshot."""


class ShopFunction(Construct):
    """A function with a role, a log group and tracing of its own.

    ``target`` is what is to be invoked: the function, or its served version where it starts from snapshots.
    """

    def __init__(self, scope: Construct, id: str, options: Options, code: lambda_.Code, door: Door) -> None:
        super().__init__(scope, id)
        name = options.function(door.name)
        group = log_group(self, "Logs", options, f"/aws/lambda/{name}")
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        group.grant_write(self.role)
        snapshot = options.snapstart and door.snapshot
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=_ARCHITECTURES[options.architecture],
            code=code,
            handler=door.handler,
            memory_size=door.size.memory,
            timeout=Duration.seconds(door.size.seconds),
            environment=_environment(door),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=group,
            role=self.role,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snapshot else None,
        )
        self.target: lambda_.IFunction = self.function
        if options.snapstart:
            self.target = lambda_.Alias(self, "Live", alias_name=LIVE, version=self.function.current_version)


def _environment(door: Door) -> dict[str, str]:
    return {
        **door.environment,
        "POWERTOOLS_SERVICE_NAME": door.name,
        "POWERTOOLS_METRICS_NAMESPACE": "Cartwheel",
    }
