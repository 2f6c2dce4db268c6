"""The load balancer inside the network, which CloudFront or API Gateway speak to."""

from aws_cdk import Aws, Duration
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.bucket import PrivateBucket
from infra.options import Options
from infra.stacks.network import APP, HTTP, HTTPS, PRIVATE, NetworkStack

KEPT = Duration.days(90)
"""Logs of requests, with addresses of customers."""

DRAIN = Duration.seconds(30)
"""How long requests that have begun may take, once a server is told to stop."""

NOBODY = '{"error": "The shop does not answer. Try again.", "code": "unavailable"}'


class Balancer(Construct):
    """Private, over two zones, with a log of every request; TLS where there is a certificate.

    Until services add their rules it answers 503.
    """

    def __init__(self, scope: Construct, id: str, options: Options, network: NetworkStack) -> None:
        super().__init__(scope, id)
        self.options = options
        self.balancer = elb.ApplicationLoadBalancer(
            self,
            "Balancer",
            vpc=network.vpc,
            vpc_subnets=PRIVATE,
            internet_facing=False,
            security_group=network.balancer,
            deletion_protection=options.keeps,
            drop_invalid_header_fields=True,
            idle_timeout=Duration.seconds(60),
        )
        self._log(options)
        self.listener = self._listener()

    @property
    def port(self) -> int:
        """Where it listens."""
        return HTTPS if self.options.origin else HTTP

    def targets(self, scope: Construct, id: str, network: NetworkStack) -> elb.ApplicationTargetGroup:
        """A group of servers, without any yet. Whoever does not answer three times is taken out.

        Asked is whether a server lives, not whether it is ready: were the database away, all of them would
        be replaced, which brings no database back.
        """
        return elb.ApplicationTargetGroup(
            scope,
            id,
            vpc=network.vpc,
            port=APP,
            protocol=elb.ApplicationProtocol.HTTP,
            target_type=elb.TargetType.IP if self.options.topology == "containers" else None,
            deregistration_delay=DRAIN,
            health_check=elb.HealthCheck(
                path="/api/health",
                healthy_http_codes="200",
                interval=Duration.seconds(10),
                timeout=Duration.seconds(5),
                healthy_threshold_count=2,
                unhealthy_threshold_count=3,
            ),
        )

    def _listener(self) -> elb.ApplicationListener:
        options = self.options
        certificate = [elb.ListenerCertificate.from_arn(options.origin_certificate)]
        made = self.balancer.add_listener(
            "Listener",
            port=self.port,
            protocol=elb.ApplicationProtocol.HTTPS if options.origin else elb.ApplicationProtocol.HTTP,
            certificates=certificate if options.origin else None,
            ssl_policy=elb.SslPolicy.TLS13_RES if options.origin else None,
            open=False,
            default_action=elb.ListenerAction.fixed_response(
                503, content_type="application/json", message_body=NOBODY
            ),
        )
        if options.origin and options.zone:
            zone = route53.HostedZone.from_hosted_zone_attributes(
                self, "Zone", hosted_zone_id=options.zone, zone_name=options.domain
            )
            alias = route53.RecordTarget.from_alias(targets.LoadBalancerTarget(self.balancer))
            route53.ARecord(self, "Name", zone=zone, record_name=f"{options.origin}.", target=alias)
        return made

    def _log(self, options: Options) -> None:
        """Set by hand: CDK's own way has to know the region."""
        bucket = PrivateBucket(
            self, "Log", options, "requests", lifecycle_rules=[s3.LifecycleRule(id="old", expiration=KEPT)]
        )
        delivers = iam.PolicyStatement(
            principals=[iam.ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(f"balancer/AWSLogs/{Aws.ACCOUNT_ID}/*")],
        )
        bucket.add_to_resource_policy(delivers)
        for name, value in {"enabled": "true", "bucket": bucket.bucket_name, "prefix": "balancer"}.items():
            self.balancer.set_attribute(f"access_logs.s3.{name}", value)
        self.balancer.node.add_dependency(bucket)
