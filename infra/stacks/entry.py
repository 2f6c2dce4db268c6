"""What instances build on: the load balancer before them, and the stacks of what they keep and tell."""

from dataclasses import dataclass

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.balancer import Balancer
from infra.constructs.firewall import Firewall
from infra.options import Options
from infra.stacks.data import DataStack
from infra.stacks.database import DatabaseStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.network import NetworkStack


class EntryStack(Stack):
    """The load balancer before instances, and the firewall before it."""

    def __init__(self, scope: Construct, id: str, options: Options, network: NetworkStack) -> None:
        super().__init__(scope, id, description="Cartwheel: load balancer")
        self.balancer = Balancer(self, "Entry", options, network)
        if options.waf:
            Firewall(self, "Firewall", options, self.balancer.balancer.load_balancer_arn)


@dataclass(frozen=True, slots=True)
class Land:
    """The stacks, and the load balancer, that instances build on."""

    network: NetworkStack
    data: DataStack
    messaging: MessagingStack
    database: DatabaseStack | None
    """``None`` where DynamoDB keeps the data."""
    balancer: Balancer
