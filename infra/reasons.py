"""Why some findings of cdk-nag are not mended. What is not listed here ends the synthesis."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

DATA = {
    "SMG4": "A new secret makes all tokens and sealed keys worthless: changed by hand, when it has leaked.",
    "S1": "One function writes the index and few read it, all named in CloudTrail; nobody else can.",
    "COG1": "Length, upper and lower case and digits are what seeds S0 and S1 ask for; symbols are not.",
    "COG2": "Customers choose whether they want a second factor.",
    "COG8": "The Plus plan costs two cents a month for every user; the shop limits tries itself.",
}

MESSAGING = {"SQS3": "It is where the relay's lost events go: a dead-letter queue itself."}

API = {
    "APIG3": "A firewall is an option (waf=true): it costs 5 dollars a month and one for each rule.",
    "APIG4": "Guests browse, fill carts and order. The application asks for tokens where they are needed.",
    "COG4": "The application verifies tokens itself; what only staff may reach, the gateway guards as well.",
}

WEB = {
    "S1": "CloudFront alone reads the bucket, and what it answers is public.",
    "CFR1": "The shop sells everywhere.",
    "CFR2": "The firewall (waf=true) stands before the API; files in buckets have nothing to attack.",
    "CFR3": "The API logs each request; logs of pages and pictures would cost more than showing them.",
    "CFR4": "Without a domain of its own it has CloudFront's certificate, whose policy is fixed.",
}

COMPUTE = {
    "L1": "Python 3.13 is the newest that the lock file was made and tested for.",
}

MEDIA = {"S1": "Uploads are recorded in the shop's own tables, and CloudFront alone shows what is public."}

_TABLES = "The shop's tables by the prefix of their names: one by one they exceed a policy's size."
_OBJECTS = "The function names objects after what customers send: all of the one bucket, and only of it."
_TRACES = "X-Ray and the delivery of logs know no resources that could be named."
_GATEWAY = "API Gateway takes the role for its logs once for the whole account, with AWS's own policy for it."


def reasons(prefix: str) -> Mapping[str, Mapping[str, str]]:
    """The reasons by stack: for rules (``S1``) and for findings (``IAM5[…]``), in cdk-nag's own words."""
    tables = f"arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/{prefix}-*"
    objects = [
        f"arn:<AWS::Partition>:s3:::{prefix}-{one}-<AWS::AccountId>-<AWS::Region>/*"
        for one in ("media", "index")
    ]
    traces = {_wildcard("*"): _TRACES}
    return {
        "data": {**DATA, _wildcard(tables): _TABLES, _wildcard(f"{tables}/index/*"): _TABLES},
        "messaging": MESSAGING,
        "api": {**API, _PUSHES_LOGS: _GATEWAY},
        "web": WEB,
        "compute": {**COMPUTE, **traces, **{_wildcard(one): _OBJECTS for one in objects}},
        "workflow": traces,
        "media": MEDIA,
    }


def _wildcard(resource: str) -> str:
    return f"IAM5[Resource::{resource}]"


_PUSHES_LOGS = (
    "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]"
)


def acknowledge(scope: IConstruct, told: Mapping[str, str]) -> None:
    """Records reasons for what is below ``scope``."""
    Validations.of(scope).acknowledge(
        *(
            Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
            for rule, reason in told.items()
        )
    )
