"""The stacks of containers and instances, deployed into the emulator as far as it has what they are made of.

It starts no container and no instance; what it lacks is taken out first, and listed here.
"""

import base64
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployment import CODE_BUCKET, UNKNOWN, Deployment, Template
from tests.support.emulator import running_emulator

LACKS = (
    "AWS::ApiGatewayV2::VpcLink",
    "AWS::ApplicationAutoScaling::",
    "AWS::Backup::BackupSelection",
    "AWS::Backup::RestoreTesting",
    "AWS::CloudFront::VpcOrigin",
    "AWS::EC2::FlowLog",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::SSM::Document",
)
"""Types that make the emulator refuse a whole stack, besides those of ``tests.support.deployment``."""

_SECRET_OF_RDS = re.compile(r'\{\s*"Fn::GetAtt": \[\s*"\w+",\s*"MasterUserSecret.SecretArn"\s*\]\s*\}')
"""The emulator's RDS keeps no password in Secrets Manager."""


@dataclass
class Deployed:
    """The stacks of a topology in an account of the emulator."""

    account: Deployment
    left_out: dict[str, set[str]]
    """By stack, the types of what was taken out: what it lacks, and what refers to that."""

    def ask(self, service: str, operation: str, **request: Any) -> Any:  # noqa: ANN401 - of any service
        """An answer of a service."""
        return getattr(self.account.client(service), operation)(**request)


@pytest.fixture(scope="module")
def deployed(
    tmp_path_factory: pytest.TempPathFactory, synthesized: Path
) -> Iterator[Callable[[str], Deployed]]:
    """Deploys a topology when it is first asked for."""
    folder = tmp_path_factory.mktemp("topologies")
    code = folder / "code.zip"
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "")
    with running_emulator(folder) as endpoint:
        Deployment(endpoint).client("s3").create_bucket(Bucket=CODE_BUCKET)

        @cache
        def made(topology: str) -> Deployed:
            return _deploy(Deployment(endpoint), topology, synthesized / topology, code)

        yield made


def _deploy(account: Deployment, name: str, templates: Path, code: Path) -> Deployed:
    made = Deployed(account, {})
    parameters = account.put_code(code)
    exported: set[str] = set()
    for path in sorted(templates.glob("*.template.json")):
        stack = path.name.partition("-")[2].partition(".")[0]
        text = _SECRET_OF_RDS.sub(
            '"arn:aws:secretsmanager:us-east-1:000000000000:secret:rds"', path.read_text()
        )
        template, gone = fitted(json.loads(text), exported)
        made.left_out[stack] = gone
        for one in template.get("Parameters", {}).values():
            if one["Type"].startswith(
                "AWS::SSM::"
            ):  # of the newest Amazon Linux, which the emulator knows not
                one |= {"Type": "String", "Default": "ami-0123456789abcdef0"}
        exported |= {one["Export"]["Name"] for one in template.get("Outputs", {}).values() if "Export" in one}
        account.put(f"{name}-dev-{stack}", template, parameters)
    return made


def fitted(template: Template, exported: set[str]) -> tuple[Template, set[str]]:
    """The template without what the emulator lacks, and the types of all that went with it."""
    resources, gone = template["Resources"], dict[str, str]()
    while lost := [
        name
        for name, one in resources.items()
        if one["Type"].startswith((*LACKS, *UNKNOWN)) or _misses(one, set(gone), exported)
    ]:
        for name in lost:
            gone[name] = resources.pop(name)["Type"]
    for one in resources.values():
        one["DependsOn"] = [name for name in one.get("DependsOn", ()) if name in resources]
    template["Outputs"] = {
        name: one
        for name, one in template.get("Outputs", {}).items()
        if not _misses(one, set(gone), exported)
    }
    return template, set(gone.values())


def _misses(part: Template, gone: set[str], exported: set[str]) -> bool:
    told = json.dumps({key: value for key, value in part.items() if key != "DependsOn"})
    named = re.findall(r'"(?:Ref|Fn::GetAtt)": \[?"([^"]+)"', told)
    imported = re.findall(r'"Fn::ImportValue": "([^"]+)"', told)
    return bool(gone & set(named)) or not exported.issuperset(imported)


NETWORK = {
    "AWS::EC2::EIP",
    "AWS::EC2::FlowLog",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetNetworkAclAssociation",
}


def test_containers(deployed: Callable[[str], Deployed]) -> None:
    """Services, and the load balancer's rules to them; API Gateway without its way into the network."""
    shop = deployed("containers")
    balancers = shop.ask("elbv2", "describe_load_balancers")["LoadBalancers"]
    (balancer,) = [one for one in balancers if "contai" in one["LoadBalancerName"]]
    listeners = shop.ask("elbv2", "describe_listeners", LoadBalancerArn=balancer["LoadBalancerArn"])[
        "Listeners"
    ]
    rules = shop.ask("elbv2", "describe_rules", ListenerArn=listeners[0]["ListenerArn"])["Rules"]
    assert len([rule for rule in rules if rule["Conditions"]]) == 11
    services = shop.ask("ecs", "list_services", cluster="containers-dev")["serviceArns"]
    assert {arn.rpartition("/")[2] for arn in services} == {"products", "users", "carts", "desk", "worker"}
    (images,) = shop.ask("ecr", "describe_repositories")["repositories"]
    assert images["imageTagMutability"] == "IMMUTABLE"
    assert {stack: types for stack, types in shop.left_out.items() if types} == {
        "network": NETWORK,
        "cluster": {"AWS::ECS::ClusterCapacityProviderAssociations", "AWS::WAFv2::WebACLAssociation"},
        "gateway": {
            "AWS::ApiGatewayV2::Integration",
            "AWS::ApiGatewayV2::Route",
            "AWS::ApiGatewayV2::VpcLink",
        },
        "services": {
            "AWS::ApplicationAutoScaling::ScalableTarget",
            "AWS::ApplicationAutoScaling::ScalingPolicy",
        },
    }


def test_instances(deployed: Callable[[str], Deployed]) -> None:
    """The group with its template, and the database as a record; CloudFront without its way inside."""
    shop = deployed("instances")
    (group,) = shop.ask("autoscaling", "describe_auto_scaling_groups")["AutoScalingGroups"]
    assert (group["MinSize"], group["MaxSize"]) == (2, 10)
    template = group["LaunchTemplate"]["LaunchTemplateId"]
    (version,) = shop.ask("ec2", "describe_launch_template_versions", LaunchTemplateId=template)[
        "LaunchTemplateVersions"
    ]
    script = base64.b64decode(version["LaunchTemplateData"]["UserData"]).decode()
    assert "export PREFIX=instances-dev" in script
    assert "/cartwheel?pool_size=3&" in script
    (database,) = shop.ask("rds", "describe_db_instances")["DBInstances"]
    assert (database["Engine"], database["StorageEncrypted"]) == ("mysql", True)
    assert {stack: types for stack, types in shop.left_out.items() if types} == {
        "network": NETWORK,
        "entry": {"AWS::WAFv2::WebACLAssociation"},
        "web": {"AWS::CloudFront::Distribution", "AWS::CloudFront::VpcOrigin"},
        "fleet": {"AWS::SSM::Document"},
        "media": {"AWS::S3::BucketPolicy"},
        "guard": {"AWS::Backup::BackupSelection"},
    }
