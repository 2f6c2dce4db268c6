"""Draws the topologies from their templates: ``python -m infra.diagrams docs/reference/architecture.md``.

Boxes are stacks with what is worth a name in them, arrows the values that one stack takes from another. So
the page cannot say what the stacks do not: a test compares it.
"""

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aws_cdk import App
from aws_cdk import aws_lambda as lambda_

from infra.app import build
from infra.containers import SERVICES, paths
from infra.options import Topology
from infra.shop import ShopData

TOPOLOGIES: tuple[Topology, ...] = ("serverless", "containers", "instances")

NAMED: Mapping[str, str] = {
    "AWS::ApiGateway::RestApi": "REST API",
    "AWS::ApiGatewayV2::Api": "API",
    "AWS::AutoScaling::AutoScalingGroup": "Auto Scaling group",
    "AWS::Backup::BackupVault": "backup vault",
    "AWS::CloudFront::Distribution": "CloudFront",
    "AWS::CloudTrail::Trail": "CloudTrail",
    "AWS::CloudWatch::Dashboard": "dashboard",
    "AWS::Cognito::UserPool": "user pool",
    "AWS::DynamoDB::Table": "table",
    "AWS::EC2::NatGateway": "NAT gateway",
    "AWS::EC2::VPC": "network",
    "AWS::ECR::Repository": "image repository",
    "AWS::ECS::Service": "service",
    "AWS::ElastiCache::ReplicationGroup": "Valkey",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "load balancer",
    "AWS::Lambda::Function": "function",
    "AWS::RDS::DBInstance": "MySQL server",
    "AWS::S3::Bucket": "bucket",
    "AWS::SNS::Topic": "topic",
    "AWS::SQS::Queue": "queue",
    "AWS::SecretsManager::Secret": "secret",
    "AWS::StepFunctions::StateMachine": "state machine",
    "AWS::WAFv2::WebACL": "firewall",
}
"""What is drawn, by its type."""

HEAD = """\
# The shop on AWS, drawn from its stacks

Made by `make diagrams` from the templates of production (with `domain` and `waf=true`); a test compares.
An arrow leads from a stack to one that it takes something from.
"""

PROD = {
    "stage": "prod",
    "mail_from": "shop@shop.example",
    "operator": "operator@shop.example",
    "domain": "shop.example",
    "certificate": "arn:aws:acm:us-east-1:111122223333:certificate/1",
    "waf": "true",
}

Templates = Mapping[str, Mapping[str, Any]]


def main() -> None:
    """Writes the page named on the command line."""
    shop = ShopData.load()
    Path(sys.argv[1]).write_text(page({name: _synthesized(name, shop) for name in TOPOLOGIES}, shop))


def page(topologies: Mapping[str, Templates], shop: ShopData) -> str:
    """The page: a drawing of each topology, and which container answers what."""
    drawn = [f"## {name.capitalize()}\n\n{drawing(templates)}" for name, templates in topologies.items()]
    rows = [f"| `{one.name}` | {', '.join(f'`/{path}`' for path in paths(one, shop))} |" for one in SERVICES]
    routes = "\n".join(["| container | beginnings of paths |", "|---|---|", *rows])
    return "\n\n".join([HEAD.rstrip(), *drawn, f"## Which container answers what\n\n{routes}"]) + "\n"


def drawing(templates: Templates) -> str:
    """Stacks as a flowchart of Mermaid."""
    lines = ["```mermaid", "flowchart LR"]
    for name, template in sorted(templates.items()):
        inside = "<br/>".join(_contents(template))
        lines.append(f'  {name}["<b>{name}</b><br/>{inside}"]')
    arrows = {
        (name, used) for name, template in templates.items() for used in _used(template) if used != name
    }
    lines += [f"  {name} --> {used}" for name, used in sorted(arrows)]
    return "\n".join([*lines, "```"])


def _contents(template: Mapping[str, Any]) -> Iterator[str]:
    counted = Counter(NAMED.get(one["Type"]) for one in template["Resources"].values())
    for name, count in sorted((name, count) for name, count in counted.items() if name):
        yield name if count == 1 else f"{count} {name}s"


def _used(template: Mapping[str, Any]) -> set[str]:
    """The stacks whose values are imported."""
    return set(re.findall(r'"Fn::ImportValue": "[^":]+-(\w+):', json.dumps(template)))


def _synthesized(topology: str, shop: ShopData) -> Templates:
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "code"
        code.mkdir()
        (code / "index.py").write_text("")
        app = App(outdir=f"{folder}/out", context=PROD | {"topology": topology})
        stacks = build(app, shop, lambda_.Code.from_asset(str(code)))
        app.synth()
        return {
            one.stack_name.rpartition("-")[2]: json.loads(
                (Path(folder) / "out" / f"{one.artifact_id}.template.json").read_text()
            )
            for one in stacks
        }


if __name__ == "__main__":
    main()
