"""What containers stand on: the cluster, the cache that they share, the load balancer before them."""

from dataclasses import dataclass

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_servicediscovery as discovery
from constructs import Construct

from infra.constructs.balancer import Balancer
from infra.constructs.cache import Cache
from infra.constructs.firewall import Firewall
from infra.options import Options
from infra.stacks.data import DataStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.network import NetworkStack
from infra.stacks.registry import RegistryStack


class ClusterStack(Stack):
    """A Fargate cluster with Spot, names for its services, a cache and a load balancer."""

    def __init__(self, scope: Construct, id: str, options: Options, network: NetworkStack) -> None:
        super().__init__(scope, id, description="Cartwheel: cluster")
        self.network = network
        self.cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=options.prefix,
            vpc=network.vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
            enable_fargate_capacity_providers=True,
        )
        self.names = discovery.PrivateDnsNamespace(
            self, "Names", name=f"{options.prefix}.internal", vpc=network.vpc
        )
        self.cache = Cache(self, "Cache", options, network)
        self.balancer = Balancer(self, "Entry", options, network)
        if options.waf:
            Firewall(self, "Firewall", options, self.balancer.balancer.load_balancer_arn)
        CfnOutput(self, "ClusterName", value=self.cluster.cluster_name)


@dataclass(frozen=True, slots=True)
class Ground:
    """The stacks that containers build on."""

    data: DataStack
    messaging: MessagingStack
    registry: RegistryStack
    cluster: ClusterStack
