"""The door of containers: API Gateway, a function that verifies tokens, and a link into the network."""

import json

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_authorizers import HttpLambdaAuthorizer, HttpLambdaResponseType
from aws_cdk.aws_apigatewayv2_integrations import HttpAlbIntegration
from constructs import Construct

from infra.constructs.function import Door, ShopFunction, Size
from infra.constructs.logs import log_group
from infra.options import Options
from infra.shop import ShopData
from infra.stacks.cluster import ClusterStack, Ground
from infra.stacks.data import DataStack
from infra.stacks.network import CIDR, PRIVATE
from infra.told import prefixed

RATE, BURST = 1000, 2000
"""Requests a second, and how many at once, of all customers together; the rest is answered 429."""

REMEMBERED = Duration.minutes(5)
"""How long the gateway takes a token of staff for verified. The services verify it each time."""

AUTHORIZER = "cartwheel.entrypoints.lambda_authorizer.handler"

_LOGGED = {
    name: f"$context.{name}"
    for name in (
        "requestId",
        "identity.sourceIp",
        "requestTime",
        "httpMethod",
        "path",
        "protocol",
        "status",
        "responseLength",
        "authorizer.error",
        "integrationErrorMessage",
    )
}

BEARER = "$request.header.Authorization"


class GatewayStack(Stack):
    """An HTTP API: it costs a third of a REST API, and speaks to private load balancers itself.

    Every request is verified on its way. The gateway may remember answers for staff only: elsewhere strangers
    are welcome, and it would turn away whoever brings no token before the function is asked.
    """

    def __init__(
        self, scope: Construct, id: str, options: Options, shop: ShopData, ground: Ground, code: lambda_.Code
    ) -> None:
        super().__init__(scope, id, description="Cartwheel: API")
        self._options = options
        self.authorizer = self._verifies(ground.data, code)
        self.api = gateway.HttpApi(
            self,
            "Api",
            api_name=f"{options.prefix}-api",
            description=f"The API of {options.shop_name}",
            create_default_stage=False,
        )
        self.stage = self._stage()
        balancer = self._balancer(ground.cluster)
        strangers_too = self._guard("Anybody", [], Duration.seconds(0))
        staff = self._guard("Staff", [BEARER], REMEMBERED)
        for path in ("/", "/{proxy+}"):
            self.api.add_routes(path=path, integration=balancer, authorizer=strangers_too)
        for path in shop.staff:
            for below in (f"/{path}", f"/{path}/{{proxy+}}"):
                self.api.add_routes(path=below, integration=balancer, authorizer=staff)
        CfnOutput(self, "ApiUrl", value=f"{self.api.api_endpoint}/api")

    @property
    def host(self) -> str:
        """The name that CloudFront asks."""
        return f"{self.api.api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}"

    def _verifies(self, data: DataStack, code: lambda_.Code) -> ShopFunction:
        pool, client = data.pool.user_pool_id, data.client.user_pool_client_id
        environment = prefixed(
            {
                "TOPOLOGY": "containers",
                "DATA": "/tmp/cartwheel",  # noqa: S108 - all that a function may write to, and its own
                "IDENTITY": f"cognito://{Aws.REGION}/{pool}/{client}",
                "LOG_LEVEL": "INFO",
            }
        )
        door = Door("authorizer", AUTHORIZER, Size(512, 10), environment, snapshot=True)
        return ShopFunction(self, "authorizer", self._options, code, door)

    def _guard(self, name: str, sources: list[str], remembered: Duration) -> HttpLambdaAuthorizer:
        return HttpLambdaAuthorizer(
            name,
            self.authorizer.target,
            authorizer_name=name.lower(),
            identity_source=sources,
            response_types=[HttpLambdaResponseType.IAM],
            results_cache_ttl=remembered,
        )

    def _balancer(self, cluster: ClusterStack) -> HttpAlbIntegration:
        inside = ec2.SecurityGroup(
            self,
            "Inside",
            vpc=cluster.network.vpc,
            description="API Gateway: to the load balancer",
            allow_all_outbound=False,
        )
        inside.add_egress_rule(ec2.Peer.ipv4(CIDR), ec2.Port.tcp(cluster.balancer.port), "Load balancer")
        link = gateway.VpcLink(
            self,
            "Link",
            vpc_link_name=self._options.prefix,
            vpc=cluster.network.vpc,
            subnets=PRIVATE,
            security_groups=[inside],
        )
        origin = self._options.origin
        return HttpAlbIntegration(
            "Balancer",
            cluster.balancer.listener,
            vpc_link=link,
            secure_server_name=origin or None,
            timeout=Duration.seconds(29),
        )

    def _stage(self) -> gateway.HttpStage:
        options = self._options
        made = gateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=gateway.ThrottleSettings(rate_limit=RATE, burst_limit=BURST),
            detailed_metrics_enabled=True,
        )
        group = log_group(self, "AccessLog", options, f"/aws/apigateway/{options.prefix}")
        stage = made.node.default_child
        assert isinstance(stage, gateway.CfnStage)  # noqa: S101 - tells the type checker
        stage.access_log_settings = gateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=group.log_group_arn, format=json.dumps(_LOGGED)
        )
        return made
