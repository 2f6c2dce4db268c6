"""The one address of the shop: CloudFront before the pages, the pictures and the API.

Pages lie in a bucket. Those of which the catalogue has something to say go through the API, which puts their
heads into the same ``index.html``; CloudFront keeps them for a minute.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_route53_targets import CloudFrontTarget
from constructs import Construct

from infra.constructs.bucket import PrivateBucket
from infra.options import Options
from infra.shop import ShopData

TO_API = ("/api/*", "/.well-known/*", "/mailbox*", "/sandbox/*")
"""What functions answer. The last two are dev's: production answers 404 there."""

_READ_OR_MISS = [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST]
"""Whoever may not list a bucket is told that a missing file is forbidden."""

PROOF = "X-Cartwheel-Proof"
"""What shows that a request came through CloudFront (``cartwheel.edge.vouched``)."""

CALLER = """
function handler(event) {
  // Whatever the caller has put there is replaced.
  event.request.headers['x-cartwheel-viewer'] = { value: event.viewer.ip };
  return event.request;
}
"""

PAGES = """
function handler(event) {
  var request = event.request;
  // An address of the app, not of a file: the app itself decides what to show.
  if (request.uri.lastIndexOf('.') < request.uri.lastIndexOf('/') + 1) request.uri = '/index.html';
  return request;
}
"""


class WebStack(Stack):
    """Pages and pictures from private buckets, ``/api`` from the API, all behind one certificate."""

    def __init__(
        self, scope: Construct, id: str, options: Options, shop: ShopData, api: cloudfront.IOrigin
    ) -> None:
        super().__init__(scope, id, description="Cartwheel: pages")
        self._options = options
        headers = None if options.topology == "instances" else self._headers(shop.policy)
        self.distribution = self._distribution(shop, api, headers)
        self.address = options.address or f"https://{self.distribution.distribution_domain_name}"
        if options.zone:
            self._names()
        CfnOutput(self, "WebUrl", value=self.address)
        CfnOutput(self, "DistributionId", value=self.distribution.distribution_id)

    def _pages(self, headers: cloudfront.IResponseHeadersPolicy) -> cloudfront.BehaviorOptions:
        bucket = PrivateBucket(self, "Pages", self._options, "web")
        CfnOutput(self, "WebBucket", value=bucket.bucket_name)
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(
                bucket, origin_access_levels=_READ_OR_MISS
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=headers,
            function_associations=[self._function("ShowApp", PAGES)],
        )

    def _heads(
        self, api: cloudfront.IOrigin, headers: cloudfront.IResponseHeadersPolicy
    ) -> cloudfront.BehaviorOptions:
        """Nothing of who asks reaches the API, not even the query, so that one answer does for everybody."""
        minute = Duration.minutes(1)
        kept = cloudfront.CachePolicy(
            self,
            "Heads",
            min_ttl=minute,  # browsers are told to ask each time
            default_ttl=minute,
            max_ttl=Duration.hours(1),
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
        )
        return cloudfront.BehaviorOptions(
            origin=api,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=kept,
            response_headers_policy=headers,
        )

    def _distribution(
        self, shop: ShopData, api: cloudfront.IOrigin, headers: cloudfront.IResponseHeadersPolicy | None
    ) -> cloudfront.Distribution:
        """With ``headers`` pages come from a bucket; without, servers answer for all of them."""
        options = self._options
        pages, answered = None, {}
        if headers:
            pages = self._pages(headers)
            answered = dict.fromkeys(TO_API, self._api(api, told=[self._function("TellCaller", CALLER)]))
            answered |= dict.fromkeys(shop.pages, self._heads(api, headers))
        domain = [options.domain] if options.domain else None
        return cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"{options.prefix}: {options.shop_name}",
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            domain_names=domain,
            certificate=acm.Certificate.from_certificate_arn(self, "Certificate", options.certificate)
            if domain
            else None,
            default_behavior=pages or self._api(api, cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS),
            # No default root object: "/" would be "/index.html" before it is looked up here.
            additional_behaviors={"/media/*": self._pictures(), **answered},
        )

    def _pictures(self) -> cloudfront.BehaviorOptions:
        # The bucket comes in a later stack, which lets this distribution read it.
        bucket = s3.Bucket.from_bucket_name(self, "Media", self._options.bucket("media"))
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
        )

    def _api(
        self,
        api: cloudfront.IOrigin,
        plain_http: cloudfront.ViewerProtocolPolicy = cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        told: Sequence[cloudfront.FunctionAssociation] = (),
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=api,
            viewer_protocol_policy=plain_http,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=self._kept(),
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            function_associations=list(told) or None,
        )

    def _kept(self) -> cloudfront.CachePolicy:
        """What the API says may be kept is kept, for each caller and query apart; the rest is not."""
        return cloudfront.CachePolicy(
            self,
            "AsTheApiSays",
            default_ttl=Duration.seconds(0),
            min_ttl=Duration.seconds(0),
            max_ttl=Duration.days(1),
            query_string_behavior=cloudfront.CacheQueryStringBehavior.all(),
            header_behavior=cloudfront.CacheHeaderBehavior.allow_list("Authorization", "X-Cart-Token"),
            cookie_behavior=cloudfront.CacheCookieBehavior.all(),
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
        )

    def _function(self, id: str, code: str) -> cloudfront.FunctionAssociation:
        made = cloudfront.Function(
            self,
            id,
            code=cloudfront.FunctionCode.from_inline(code.strip()),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        return cloudfront.FunctionAssociation(
            function=made, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
        )

    def _headers(self, policy: Mapping[str, Sequence[str]]) -> cloudfront.ResponseHeadersPolicy:
        """What the app's own server would send with its pages (``cartwheel.edge.webapp``)."""
        year = Duration.days(365)
        behavior = cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=self._content_policy(policy), override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
                override=True,
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=year, override=True
            ),
        )
        more = {
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            security_headers_behavior=behavior,
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in more.items()
                ]
            ),
        )

    def _content_policy(self, policy: Mapping[str, Sequence[str]]) -> str:
        """The pages' own, and leave to send pictures to their bucket."""
        media = f"https://{self._options.bucket('media')}.s3.{self.region}.{self.url_suffix}"
        allowed = {**policy, "connect-src": [*policy["connect-src"], media]}
        return "; ".join(" ".join([name, *sources]) for name, sources in allowed.items())

    def _names(self) -> None:
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=self._options.zone, zone_name=self._options.domain
        )
        target = route53.RecordTarget.from_alias(CloudFrontTarget(self.distribution))
        name = f"{self._options.domain}."
        route53.ARecord(self, "Name", zone=zone, record_name=name, target=target)
        route53.AaaaRecord(self, "NameV6", zone=zone, record_name=name, target=target)
