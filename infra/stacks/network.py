"""The network of containers and instances: two zones, each with a way out, a place to work, and a vault."""

from aws_cdk import Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.logs import log_group
from infra.options import Options

CIDR = "10.0.0.0/16"

HTTP, HTTPS, APP, MYSQL, REDIS = 80, 443, 8000, 3306, 6379

OUTSIDE, INSIDE = 1024, 32768
"""Where the ports begin that answers come back to: those of NAT gateways, and those of Linux."""

PUBLIC = ec2.SubnetSelection(subnet_group_name="public")
PRIVATE = ec2.SubnetSelection(subnet_group_name="private")
ISOLATED = ec2.SubnetSelection(subnet_group_name="isolated")


class NetworkStack(Stack):
    """Nothing in it can be reached from outside: customers come in by CloudFront or API Gateway.

    What works here calls ten services of AWS. An interface endpoint for each, in two zones, would cost 146
    dollars a month, a NAT gateway 33: so NAT it is, with free gateway endpoints for S3 and DynamoDB, where
    most bytes go. Dev has one NAT gateway; production one for each zone, so that none depends on the other.
    """

    def __init__(self, scope: Construct, id: str, options: Options) -> None:
        super().__init__(scope, id, description="Cartwheel: network")
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=options.prefix,
            ip_addresses=ec2.IpAddresses.cidr(CIDR),
            max_azs=2,
            nat_gateways=2 if options.keeps else 1,
            restrict_default_security_group=False,  # CDK would do it by a function of its own
            subnet_configuration=[
                _subnets("public", ec2.SubnetType.PUBLIC, 24),
                _subnets("private", ec2.SubnetType.PRIVATE_WITH_EGRESS, 20),
                _subnets("isolated", ec2.SubnetType.PRIVATE_ISOLATED, 24),
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
                "DynamoDb": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
            },
        )
        self._flow_log(options)
        self.balancer = self._group("Balancer", "The load balancer: from inside the network only")
        self.app = self._group("App", "Servers and workers: HTTP from the load balancer", goes_out=True)
        self.database = self._group("Database", "The database: from servers and workers")
        self.cache = self._group("Cache", "The cache: from servers and workers")
        web = HTTPS if options.origin else HTTP
        self.balancer.add_ingress_rule(ec2.Peer.ipv4(CIDR), ec2.Port.tcp(web), "CloudFront or API Gateway")
        self.balancer.add_egress_rule(self.app, ec2.Port.tcp(APP), "Servers")
        self.app.add_ingress_rule(self.balancer, ec2.Port.tcp(APP), "Load balancer")
        self.database.add_ingress_rule(self.app, ec2.Port.tcp(MYSQL), "Servers and workers")
        self.cache.add_ingress_rule(self.app, ec2.Port.tcp(REDIS), "Servers and workers")
        self._second_fence()

    def _group(self, id: str, description: str, *, goes_out: bool = False) -> ec2.SecurityGroup:
        made = ec2.SecurityGroup(
            self,
            id,
            vpc=self.vpc,
            description=description,
            allow_all_outbound=goes_out,
        )
        Tags.of(made).add("Name", f"{self.stack_name}-{id.lower()}")
        return made

    def _flow_log(self, options: Options) -> None:
        """Who spoke to whom. In dev only what was refused: the rest costs 50 cents a gigabyte."""
        group = log_group(self, "Flows", options, f"/aws/vpc/{options.prefix}")
        role = iam.Role(self, "FlowRole", assumed_by=iam.ServicePrincipal("vpc-flow-logs.amazonaws.com"))
        kind = ec2.FlowLogTrafficType.ALL if options.keeps else ec2.FlowLogTrafficType.REJECT
        target = ec2.FlowLogDestination.to_cloud_watch_logs(group, role)
        self.vpc.add_flow_log("FlowLog", destination=target, traffic_type=kind)

    def _second_fence(self) -> None:
        """Network ACLs, for the day when somebody opens a security group too far.

        They know no connections, so what answers come back to has to be open as well.
        """
        inside, everywhere = ec2.AclCidr.ipv4(CIDR), ec2.AclCidr.any_ipv4()
        answers = ec2.AclTraffic.tcp_port_range(OUTSIDE, 65535)
        for name, where in (("Public", PUBLIC), ("Private", PRIVATE)):
            acl = ec2.NetworkAcl(self, f"{name}Fence", vpc=self.vpc, subnet_selection=where)
            _allow(acl, "Inside", 100, inside, ec2.AclTraffic.all_traffic(), ec2.TrafficDirection.INGRESS)
            _allow(acl, "Answers", 110, everywhere, answers, ec2.TrafficDirection.INGRESS)
            too_big = ec2.AclTraffic.icmp(type=3, code=4)  # without it long answers get lost on narrow ways
            _allow(acl, "TooBig", 120, everywhere, too_big, ec2.TrafficDirection.INGRESS)
            _allow(acl, "Out", 100, everywhere, ec2.AclTraffic.all_traffic(), ec2.TrafficDirection.EGRESS)
        vault = ec2.NetworkAcl(self, "IsolatedFence", vpc=self.vpc, subnet_selection=ISOLATED)
        for number, port in enumerate((MYSQL, REDIS)):
            traffic = ec2.AclTraffic.tcp_port(port)
            _allow(vault, f"In{port}", 100 + number, inside, traffic, ec2.TrafficDirection.INGRESS)
        # The replica asks the primary, and is answered.
        back = ec2.AclTraffic.tcp_port_range(INSIDE, 65535)
        _allow(vault, "Answers", 110, inside, back, ec2.TrafficDirection.INGRESS)
        _allow(vault, "Out", 100, inside, answers, ec2.TrafficDirection.EGRESS)


def _subnets(name: str, kind: ec2.SubnetType, mask: int) -> ec2.SubnetConfiguration:
    return ec2.SubnetConfiguration(
        name=name,
        subnet_type=kind,
        cidr_mask=mask,
        map_public_ip_on_launch=False if kind is ec2.SubnetType.PUBLIC else None,
    )


def _allow(
    acl: ec2.NetworkAcl,
    id: str,
    number: int,
    whom: ec2.AclCidr,
    what: ec2.AclTraffic,
    direction: ec2.TrafficDirection,
) -> None:
    acl.add_entry(id, rule_number=number, cidr=whom, traffic=what, direction=direction)
