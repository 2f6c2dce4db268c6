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

NETWORK = {
    "VPC3": "A second fence is asked for (seeds S2 and S3): few rules, the same for both zones.",
}

CACHE = {
    "AEC4": "Dev has one node: nothing is kept in it, and the shop goes on without. Production has two.",
    "AEC6": "Nothing secret is in it, and only servers and workers reach it.",
}

BALANCER = {
    "S1": "It is where requests are logged: it cannot log itself.",
}

TASKS = {
    "ECS2": "Addresses and names, no secret: that one is read from Secrets Manager by its ARN.",
}

REGISTRY = {
    "S1": "Releases are named by their contents, and written by whoever deploys, which CloudTrail tells."
}

DATABASE = {
    "RDS2": "The replica: it is encrypted as what it copies, and says so nowhere.",
    "RDS3": "Dev has no standby. Production has one.",
    "RDS10": "Dev may be deleted with its stack. Production may not.",
    "RDS11": "A port of one's own hides nothing from whoever is inside; outside nobody gets to it.",
}

FLEET = {"AS3": "Alarms tell of what matters; every instance that comes and goes is no news."}

GUARD = {"S1": "It is where calls are recorded: it cannot record itself."}

_AGENTS = "AWS keeps the policy in step with its agents of Systems Manager and CloudWatch."
_BACKUPS = "AWS keeps the policy in step with what its Backup service calls."
_BACKUP_ROLES = ("Backup", "Restores")
_PULLS = "ECR's token, and the list of SES's limits, know no resources that could be named."
_TABLES = "The shop's tables by the prefix of their names: one by one they exceed a policy's size."
_OBJECTS = "The function names objects after what customers send: all of the one bucket, and only of it."
_TRACES = "X-Ray and the delivery of logs know no resources that could be named."
_GATEWAY = "API Gateway takes the role for its logs once for the whole account, with AWS's own policy for it."


Reasons = Mapping[str, Mapping[str, str]]


def reasons(prefix: str, topology: str) -> Reasons:
    """The reasons by stack: for rules (``S1``) and for findings (``IAM5[…]``), in cdk-nag's own words."""
    made = {"serverless": _of_serverless, "containers": _of_containers, "instances": _of_instances}
    return made[topology](prefix)


def _of_serverless(prefix: str) -> Reasons:
    traces = {_wildcard("*"): _TRACES}
    return {
        **_of_all(prefix),
        "api": {**API, _PUSHES_LOGS: _GATEWAY},
        "compute": {**COMPUTE, **traces, **_objects(prefix, "media", "index")},
        "workflow": traces,
    }


def _of_containers(prefix: str) -> Reasons:
    return {
        **_of_all(prefix),
        "network": NETWORK,
        "cluster": {**CACHE, **BALANCER},
        "gateway": {**COMPUTE, _wildcard("*"): _TRACES},
        "services": {**TASKS, _wildcard("*"): _PULLS, **_objects(prefix, "media", "index")},
    }


def _of_instances(prefix: str) -> Reasons:
    releases = f"arn:<AWS::Partition>:s3:::{prefix}-releases-<AWS::AccountId>-<AWS::Region>/releases/*"
    managed = {
        _managed(one): _AGENTS for one in ("AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy")
    }
    backups = {
        _managed(f"service-role/AWSBackupServiceRolePolicyFor{one}"): _BACKUPS for one in _BACKUP_ROLES
    }
    return {
        **_of_all(prefix),
        "registry": REGISTRY,
        "network": NETWORK,
        "database": DATABASE,
        "entry": BALANCER,
        "fleet": {
            **FLEET,
            **managed,
            **_objects(prefix, "media", "index"),
            _wildcard(releases): "Releases have names of their own, and every instance fetches one of them.",
            _wildcard("*"): _PULLS,
        },
        "guard": {**GUARD, **backups},
    }


def _of_all(prefix: str) -> Reasons:
    tables = f"arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/{prefix}-*"
    return {
        "data": {**DATA, _wildcard(tables): _TABLES, _wildcard(f"{tables}/index/*"): _TABLES},
        "messaging": MESSAGING,
        "web": WEB,
        "media": MEDIA,
    }


def _objects(prefix: str, *buckets: str) -> Mapping[str, str]:
    named = (f"arn:<AWS::Partition>:s3:::{prefix}-{one}-<AWS::AccountId>-<AWS::Region>/*" for one in buckets)
    return {_wildcard(one): _OBJECTS for one in named}


def _managed(policy: str) -> str:
    return f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]"


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
