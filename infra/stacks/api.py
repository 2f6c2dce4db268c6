"""The doors from outside: the REST API, and the shell of the WebSocket API.

The functions come in a later stack, because they are told the address that leads here. So the API names them
by their address, and they in turn let the API call them.
"""

import json

from aws_cdk import Aws, CfnOutput, Stack
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as ws
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_logs as logs
from aws_cdk.aws_apigatewayv2_authorizers import WebSocketIamAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import WebSocketMockIntegration
from constructs import Construct

from infra.constructs.firewall import Firewall
from infra.constructs.logs import log_group
from infra.doors import TELLS_HEADS
from infra.options import Options
from infra.shop import ShopData

RATE, BURST = 100, 200
"""Requests a second, and how many at once, of all customers together; the rest is answered 429."""

OTHERWISE = "desk"
"""Answers what belongs to no service."""

BELOW = "{proxy+}"
"""What is below a path, at any depth."""

SCOPE = "aws.cognito.signin.user.admin"
"""Every access token of Cognito has it. Without a scope the gateway would take ID tokens instead."""


_REFUSALS = {
    "Unauthorized": (rest.ResponseType.UNAUTHORIZED, "unauthenticated", "Sign in first."),
    "Denied": (rest.ResponseType.ACCESS_DENIED, "forbidden", "You may not do that."),
    "Throttled": (
        rest.ResponseType.THROTTLED,
        "too_many_requests",
        "Too many requests. Try again in a moment.",
    ),
    "TooLarge": (rest.ResponseType.REQUEST_TOO_LARGE, "too_large", "The request is too large."),
    "Failed": (rest.ResponseType.INTEGRATION_FAILURE, "unavailable", "The shop does not answer. Try again."),
    "TimedOut": (
        rest.ResponseType.INTEGRATION_TIMEOUT,
        "unavailable",
        "The shop does not answer. Try again.",
    ),
    "Otherwise": (rest.ResponseType.DEFAULT_4_XX, "invalid", "The request cannot be answered."),
    "Broken": (rest.ResponseType.DEFAULT_5_XX, "unavailable", "The shop does not answer. Try again."),
}
"""Name, kind, the shop's code, message."""

_SOCKET_LOG = {
    name: f"$context.{name}"
    for name in ("requestId", "identity.sourceIp", "requestTime", "routeKey", "status", "connectionId")
}


class ApiStack(Stack):
    """REST API with a proxy for each service; every request is limited, logged and traced."""

    def __init__(
        self, scope: Construct, id: str, options: Options, shop: ShopData, pool: cognito.IUserPool
    ) -> None:
        super().__init__(scope, id, description="Cartwheel: API")
        self._options = options
        self.api = self._rest()
        self._authorizer = rest.CognitoUserPoolsAuthorizer(
            self, "Users", cognito_user_pools=[pool], authorizer_name=f"{options.prefix}-users"
        )
        made: dict[str, rest.IResource] = {"": self.api.root}
        for path, service in sorted(shop.routes.items()):
            self._route(_resource(made, path), service, staff=path in shop.staff)
        self._route(_resource(made, "api"), OTHERWISE, staff=False)
        heads = self._proxy(TELLS_HEADS)
        for pattern in shop.pages:
            self._method(_resource(made, pattern.strip("/").replace("*", BELOW)), heads, staff=False)
        self._answers()
        self._plan()
        self.sockets = self._sockets()
        if options.waf:
            Firewall(self, "Firewall", options, self.api.deployment_stage.stage_arn)
        CfnOutput(self, "ApiUrl", value=f"{self.api.url}api")
        CfnOutput(self, "WebSocketUrl", value=self.sockets.url)

    def _rest(self) -> rest.RestApi:
        options = self._options
        log_group = self._log("AccessLog", options.prefix)
        return rest.RestApi(
            self,
            "Rest",
            rest_api_name=f"{options.prefix}-api",
            description=f"The API of {options.shop_name}",
            endpoint_configuration=rest.EndpointConfiguration(types=[rest.EndpointType.REGIONAL]),
            # Exports and uploads are no text. A list of types would go by what a browser accepts first.
            binary_media_types=["*/*"],
            cloud_watch_role=True,
            deploy_options=rest.StageOptions(
                stage_name=options.stage,
                tracing_enabled=True,
                metrics_enabled=True,
                logging_level=rest.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,
                throttling_rate_limit=RATE,
                throttling_burst_limit=BURST,
                access_log_destination=rest.LogGroupLogDestination(log_group),
                access_log_format=rest.AccessLogFormat.json_with_standard_fields(
                    caller=False,
                    http_method=True,
                    ip=True,
                    protocol=True,
                    request_time=True,
                    resource_path=True,
                    response_length=True,
                    status=True,
                    user=False,
                ),
            ),
        )

    def _route(self, resource: rest.IResource, service: str, *, staff: bool) -> None:
        """The path itself and everything below it."""
        proxy = self._proxy(service)
        for one in (resource, resource.add_resource(BELOW)):
            self._method(one, proxy, staff=staff)

    def _method(self, resource: rest.IResource, proxy: rest.Integration, *, staff: bool) -> None:
        resource.add_method(
            "ANY",
            proxy,
            authorization_type=rest.AuthorizationType.COGNITO if staff else rest.AuthorizationType.NONE,
            authorizer=self._authorizer if staff else None,
            authorization_scopes=[SCOPE] if staff else None,
            request_validator=self._validator,
        )

    @property
    def _validator(self) -> rest.IRequestValidator:
        """One for all: what a body must look like, the service itself says better."""
        found = self.node.try_find_child("Validator")
        if isinstance(found, rest.RequestValidator):
            return found
        return rest.RequestValidator(
            self,
            "Validator",
            rest_api=self.api,
            request_validator_name="parameters-and-body",
            validate_request_body=True,
            validate_request_parameters=True,
        )

    def _proxy(self, service: str) -> rest.Integration:
        arn = self._options.function_arn(service)
        path = f"2015-03-31/functions/{arn}/invocations"
        return rest.Integration(
            type=rest.IntegrationType.AWS_PROXY,
            integration_http_method="POST",
            uri=f"arn:{Aws.PARTITION}:apigateway:{Aws.REGION}:lambda:path/{path}",
        )

    def _answers(self) -> None:
        """What the gateway itself refuses looks as if the shop had (``cartwheel.edge.errors``)."""
        for name, (kind, code, message) in _REFUSALS.items():
            told = {"error": message, "code": code, "message": message, "requestId": "$context.requestId"}
            self.api.add_gateway_response(
                name,
                type=kind,
                templates={"application/json": json.dumps(told)},
                response_headers={"Cache-Control": "'no-store'"},
            )

    def _plan(self) -> None:
        plan = self.api.add_usage_plan(
            "Plan",
            name=f"{self._options.prefix}-partners",
            description="For partners with a key: never more than a share of the whole",
            throttle=rest.ThrottleSettings(rate_limit=RATE / 2, burst_limit=BURST // 2),
            quota=rest.QuotaSettings(limit=1_000_000, period=rest.Period.MONTH),
        )
        plan.add_api_stage(stage=self.api.deployment_stage)

    def _sockets(self) -> ws.WebSocketStage:
        """Opens to signed callers only and answers nothing, until the chat brings its functions."""
        api = ws.WebSocketApi(
            self,
            "Sockets",
            api_name=f"{self._options.prefix}-sockets",
            connect_route_options=ws.WebSocketRouteOptions(
                integration=WebSocketMockIntegration("Connect"), authorizer=WebSocketIamAuthorizer()
            ),
        )
        stage = ws.WebSocketStage(
            self,
            "SocketStage",
            web_socket_api=api,
            stage_name=self._options.stage,
            auto_deploy=True,
            throttle=ws.ThrottleSettings(rate_limit=RATE, burst_limit=BURST),
        )
        log_group = self._log("SocketLog", f"{self._options.prefix}-sockets")
        made = stage.node.default_child
        assert isinstance(made, ws.CfnStage)  # noqa: S101 - tells the type checker
        made.access_log_settings = ws.CfnStage.AccessLogSettingsProperty(
            destination_arn=log_group.log_group_arn, format=json.dumps(_SOCKET_LOG)
        )
        return stage

    def _log(self, id: str, name: str) -> logs.LogGroup:
        return log_group(self, id, self._options, f"/aws/apigateway/{name}")


def _resource(made: dict[str, rest.IResource], path: str) -> rest.IResource:
    """The resource of a path; those above it are made where they are missing."""
    above, _, last = path.rpartition("/")
    if path not in made:
        made[path] = _resource(made, above).add_resource(last)
    return made[path]
