"""Where something logs: kept as long as the stage says, and removed with its stack unless data is kept."""

from aws_cdk.aws_logs import LogGroup
from constructs import Construct

from infra.options import Options


def log_group(scope: Construct, id: str, options: Options, name: str) -> LogGroup:
    """A log group of that name, such as ``/aws/lambda/cartwheel-dev-orders``."""
    return LogGroup(
        scope, id, log_group_name=name, retention=options.retention, removal_policy=options.removal
    )
