"""The stacks of each topology, each after those that it builds on."""

from collections.abc import Callable, Mapping

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_lambda as lambda_

from infra.constructs.alarms import FIVE_MINUTES
from infra.options import Options
from infra.shop import ShopData
from infra.stacks.api import ApiStack
from infra.stacks.cluster import ClusterStack, Ground
from infra.stacks.compute import Before, ComputeStack
from infra.stacks.data import DataStack
from infra.stacks.database import DatabaseStack
from infra.stacks.entry import EntryStack, Land
from infra.stacks.fleet import FleetStack
from infra.stacks.gateway import GatewayStack
from infra.stacks.guard import GuardStack
from infra.stacks.media import MediaStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.network import NetworkStack
from infra.stacks.observe import Observed, ObserveStack
from infra.stacks.registry import RegistryStack
from infra.stacks.services import ServicesStack
from infra.stacks.watch import Watched, WatchStack
from infra.stacks.web import PROOF, WebStack
from infra.stacks.workflow import WorkflowStack

ANSWERS_WITHIN = Duration.seconds(30)


def serverless(app: App, options: Options, shop: ShopData, code: lambda_.Code) -> list[Stack]:
    """Functions behind API Gateway."""
    prefix = options.prefix
    data = DataStack(app, f"{prefix}-data", options, shop)
    messaging = MessagingStack(app, f"{prefix}-messaging", options, shop)
    api = ApiStack(app, f"{prefix}-api", options, shop, data.pool)
    origin = origins.RestApiOrigin(api.api, read_timeout=ANSWERS_WITHIN, custom_headers=_shown(data))
    web = WebStack(app, f"{prefix}-web", options, shop, origin)
    before = Before(data, messaging, api, web)
    compute = ComputeStack(app, f"{prefix}-compute", options, shop, before, code)
    workflow = WorkflowStack(app, f"{prefix}-workflow", options, shop.state_machine, compute.step.target)
    uploaded, shown_by = compute.uploaded.target, web.distribution.distribution_arn
    media = MediaStack(app, f"{prefix}-media", options, uploaded, shown_by)
    observed = Observed(data, messaging, api, web, compute, workflow)
    observe = ObserveStack(app, f"{prefix}-observe", options, observed)
    return [data, messaging, api, web, compute, workflow, media, observe]


def _shown(data: DataStack) -> dict[str, str]:
    """What CloudFront sends along. CloudFormation fetches it: no template holds it."""
    assert data.proof  # noqa: S101 - topologies behind an API Gateway have it
    return {PROOF: data.proof.secret_value.unsafe_unwrap()}


def containers(app: App, options: Options, shop: ShopData, code: lambda_.Code) -> list[Stack]:
    """Fargate services behind API Gateway and a load balancer."""
    prefix = options.prefix
    registry = RegistryStack(app, f"{prefix}-registry", options)
    network = NetworkStack(app, f"{prefix}-network", options)
    data = DataStack(app, f"{prefix}-data", options, shop)
    messaging = MessagingStack(app, f"{prefix}-messaging", options, shop)
    cluster = ClusterStack(app, f"{prefix}-cluster", options, network)
    ground = Ground(data, messaging, registry, cluster)
    gateway = GatewayStack(app, f"{prefix}-gateway", options, shop, ground, code)
    origin = origins.HttpOrigin(
        gateway.host,
        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
        origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        read_timeout=ANSWERS_WITHIN,
        custom_headers=_shown(data),
    )
    web = WebStack(app, f"{prefix}-web", options, shop, origin)
    services = ServicesStack(app, f"{prefix}-services", options, shop, ground, web.address)
    media = MediaStack(app, f"{prefix}-media", options, messaging.uploads, web.distribution.distribution_arn)
    busy = {name: one.metric_cpu_utilization(period=FIVE_MINUTES) for name, one in services.services.items()}
    watched = Watched(messaging, cluster.balancer.balancer, services.targets, busy)
    observe = WatchStack(app, f"{prefix}-observe", options, watched)
    return [registry, network, data, messaging, cluster, gateway, web, services, media, observe]


def instances(app: App, options: Options, shop: ShopData, _: lambda_.Code) -> list[Stack]:
    """An Auto Scaling group behind a load balancer, with MySQL unless DynamoDB is chosen."""
    prefix = options.prefix
    registry = RegistryStack(app, f"{prefix}-registry", options)
    network = NetworkStack(app, f"{prefix}-network", options)
    data = DataStack(app, f"{prefix}-data", options, shop)
    messaging = MessagingStack(app, f"{prefix}-messaging", options, shop)
    wanted = options.storage == "mysql"
    database = DatabaseStack(app, f"{prefix}-database", options, network) if wanted else None
    entry = EntryStack(app, f"{prefix}-entry", options, network)
    policy = "HTTPS_ONLY" if options.origin else "HTTP_ONLY"
    origin = origins.VpcOrigin.with_application_load_balancer(
        entry.balancer.balancer,
        domain_name=options.origin or None,
        protocol_policy=cloudfront.OriginProtocolPolicy[policy],
        origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        read_timeout=ANSWERS_WITHIN,
    )
    web = WebStack(app, f"{prefix}-web", options, shop, origin)
    land = Land(network, data, messaging, database, entry.balancer)
    fleet = FleetStack(app, f"{prefix}-fleet", options, land, web.address)
    media = MediaStack(app, f"{prefix}-media", options, messaging.uploads, web.distribution.distribution_arn)
    guard = GuardStack(app, f"{prefix}-guard", options, database)
    watched = Watched(
        messaging,
        entry.balancer.balancer,
        {"fleet": fleet.target},
        {"fleet": fleet.busy.with_(period=FIVE_MINUTES)},
        database.size.connections if database else 0,
        database.metrics if database else {},
        database.servers if database else {},
    )
    observe = WatchStack(app, f"{prefix}-observe", options, watched)
    before = [registry, network, data, messaging, *([database] if database else []), entry, web]
    return [*before, fleet, media, guard, observe]


Build = Callable[[App, Options, ShopData, lambda_.Code], list[Stack]]

TOPOLOGIES: Mapping[str, Build] = {"serverless": serverless, "containers": containers, "instances": instances}
