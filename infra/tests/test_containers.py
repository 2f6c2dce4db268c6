"""The containers, against what the code and seed S4 ask for."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from infra.containers import SERVICES
from infra.doors import TELLS_HEADS
from infra.shop import ROOT, ShopData
from infra.tests.conftest import Templates

NAMES = {"products", "users", "carts", "desk", "worker"}


@pytest.fixture
def dev(templates: Callable[[str], Templates]) -> Templates:
    return templates("containers")


@pytest.fixture
def prod(templates: Callable[[str], Templates]) -> Templates:
    return templates("containers-prod")


def found(templates: Templates, stack: str, kind: str) -> list[dict[str, Any]]:
    return [one["Properties"] for one in templates[stack].find_resources(kind).values()]


def tasks(templates: Templates) -> dict[str, dict[str, Any]]:
    """The one container of each task, by the service's name."""
    made = found(templates, "services", "AWS::ECS::TaskDefinition")
    return {one["Family"].rpartition("-")[2]: one["ContainerDefinitions"][0] for one in made}


def environment(container: dict[str, Any]) -> dict[str, Any]:
    return {one["Name"]: one["Value"] for one in container["Environment"]}


def test_together_the_containers_serve_every_service(dev: Templates, shop: ShopData) -> None:
    served: list[str] = []
    for name, container in tasks(dev).items():
        if name == "worker":
            assert container["Command"] == ["worker"]
        else:
            served += container["Command"][-1].split(",")
    assert sorted(served) == shop.services


def test_every_path_leads_to_the_container_that_serves_it(dev: Templates, shop: ShopData) -> None:
    rules = sorted(found(dev, "services", "AWS::ElasticLoadBalancingV2::ListenerRule"), key=_priority)
    leads: dict[str, str] = {}
    for rule in rules:
        for pattern in rule["Conditions"][0]["PathPatternConfig"]["Values"]:
            leads.setdefault(pattern, rule["Actions"][0]["TargetGroupArn"]["Ref"].partition("targets")[0])
    serves = {one.name: one.serves for one in SERVICES}
    assert leads["/*"] == "desk"
    for path, service in shop.routes.items():
        for pattern in (f"/{path}", f"/{path}/*"):
            assert service in serves[leads.get(pattern, "desk")], pattern
    assert {leads[pattern] for pattern in shop.pages} == {TELLS_HEADS}


def test_rules_stay_within_what_the_load_balancer_takes(dev: Templates) -> None:
    rules = found(dev, "services", "AWS::ElasticLoadBalancingV2::ListenerRule")
    assert len({_priority(rule) for rule in rules}) == len(rules) < 100
    assert max(len(rule["Conditions"][0]["PathPatternConfig"]["Values"]) for rule in rules) <= 5


def _priority(rule: dict[str, Any]) -> int:
    priority: int = rule["Priority"]
    return priority


def test_containers_are_read_only_and_told_no_secret(dev: Templates) -> None:
    made = tasks(dev)
    assert made.keys() == NAMES
    for name, container in made.items():
        assert container["ReadonlyRootFilesystem"] is True
        assert container["MountPoints"] == [
            {"ContainerPath": "/data", "ReadOnly": False, "SourceVolume": "scratch"}
        ]
        told = environment(container)
        assert [one for one in told if "SECRET" in one] == ["CARTWHEEL_SECRET_ID"]
        assert (told["CARTWHEEL_TOPOLOGY"], told["CARTWHEEL_WORKFLOW"]) == ("containers", "local")
        assert json.dumps(told["CARTWHEEL_SHARED"]).startswith('{"Fn::Join": ["", ["rediss://"')
        assert ("HealthCheck" in container) == (name != "worker")


def test_one_container_reads_the_pages_and_nothing_else_of_their_bucket(dev: Templates) -> None:
    told = {name for name, task in tasks(dev).items() if "CARTWHEEL_PAGES" in environment(task)}
    assert told == {TELLS_HEADS}
    policies = [json.dumps(one) for one in found(dev, "services", "AWS::IAM::Policy")]
    (readers,) = [policy for policy in policies if "cartwheel-dev-web-" in policy]
    assert readers.count("cartwheel-dev-web-") == readers.count('"/index.html"]]}') == 1


def test_containers_are_told_only_what_the_shop_knows(dev: Templates) -> None:
    source = (ROOT / "src" / "cartwheel" / "settings.py").read_text()
    known = {f"CARTWHEEL_{name.upper()}" for name in re.findall(r"^    (\w+): ", source, re.MULTILINE)}
    told = environment(tasks(dev)["desk"])
    assert {name for name in told if name.startswith("CARTWHEEL_")} <= known


def test_a_deployment_that_fails_goes_back_and_workers_run_on_spot(prod: Templates) -> None:
    services = {one["ServiceName"]: one for one in found(prod, "services", "AWS::ECS::Service")}
    assert services.keys() == NAMES
    for name, one in services.items():
        deployment = one["DeploymentConfiguration"]
        assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
        assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (100, 200)
        (provider,) = one["CapacityProviderStrategy"]
        assert provider["CapacityProvider"] == ("FARGATE_SPOT" if name == "worker" else "FARGATE")
        assert one["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"
        assert (one["DesiredCount"], len(one["ServiceRegistries"])) == (2, 1)


def test_services_grow_with_processors_and_requests(prod: Templates) -> None:
    targets = found(prod, "services", "AWS::ApplicationAutoScaling::ScalableTarget")
    assert {(one["MinCapacity"], one["MaxCapacity"]) for one in targets} == {(2, 10)}
    assert len(targets) == len(NAMES)
    policies = found(prod, "services", "AWS::ApplicationAutoScaling::ScalingPolicy")
    kinds = [
        one["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"][
            "PredefinedMetricType"
        ]
        for one in policies
    ]
    assert kinds.count("ECSServiceAverageCPUUtilization") == 5
    assert kinds.count("ALBRequestCountPerTarget") == 4


def test_images_are_looked_through_and_their_tags_never_change(dev: Templates) -> None:
    (images,) = found(dev, "registry", "AWS::ECR::Repository")
    assert images["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert images["ImageTagMutability"] == "IMMUTABLE"
    assert json.dumps(tasks(dev)["desk"]["Image"]).endswith('":v1"]]}')


def test_every_request_is_verified_and_answers_for_strangers_are_not_kept(
    dev: Templates, shop: ShopData
) -> None:
    guards = {one["Name"]: one for one in found(dev, "gateway", "AWS::ApiGatewayV2::Authorizer")}
    assert (guards["anybody"]["AuthorizerResultTtlInSeconds"], guards["anybody"]["IdentitySource"]) == (0, [])
    assert guards["staff"]["AuthorizerResultTtlInSeconds"] == 300
    assert guards["staff"]["IdentitySource"] == ["$request.header.Authorization"]
    routes = {one["RouteKey"]: one for one in found(dev, "gateway", "AWS::ApiGatewayV2::Route")}
    staff = {f"ANY /{path}{below}" for path in shop.staff for below in ("", "/{proxy+}")}
    assert routes.keys() == staff | {"ANY /", "ANY /{proxy+}"}
    assert {one["AuthorizationType"] for one in routes.values()} == {"CUSTOM"}
    assert {"Staff" in routes[key]["AuthorizerId"]["Ref"] for key in staff} == {True}


def test_the_authorizer_can_do_nothing_but_verify(dev: Templates) -> None:
    (function,) = found(dev, "gateway", "AWS::Lambda::Function")
    assert function["Handler"] == "cartwheel.entrypoints.lambda_authorizer.handler"
    told = function["Environment"]["Variables"]
    assert "CARTWHEEL_DATABASE" not in told
    assert "CARTWHEEL_SECRET_ID" not in told
    policies = json.dumps(found(dev, "gateway", "AWS::IAM::Policy"))
    assert "dynamodb" not in policies
    assert "secretsmanager" not in policies


def test_the_load_balancer_is_private_and_logs_requests(prod: Templates) -> None:
    (balancer,) = found(prod, "cluster", "AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert balancer["Scheme"] == "internal"
    attributes = {one["Key"]: one["Value"] for one in balancer["LoadBalancerAttributes"]}
    assert attributes["access_logs.s3.enabled"] == "true"
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    (listener,) = found(prod, "cluster", "AWS::ElasticLoadBalancingV2::Listener")
    assert (listener["Port"], listener["Protocol"]) == (443, "HTTPS")
    assert listener["SslPolicy"].startswith("ELBSecurityPolicy-TLS13")
    prod["cluster"].resource_count_is("AWS::WAFv2::WebACLAssociation", 1)


def test_the_cache_is_encrypted_and_survives_a_zone_in_production(prod: Templates, dev: Templates) -> None:
    for templates, nodes in ((dev, 1), (prod, 2)):
        (cache,) = found(templates, "cluster", "AWS::ElastiCache::ReplicationGroup")
        assert (cache["Engine"], cache["NumCacheClusters"]) == ("valkey", nodes)
        assert cache["AtRestEncryptionEnabled"] is cache["TransitEncryptionEnabled"] is True
        assert cache["AutomaticFailoverEnabled"] is (nodes == 2)


def test_only_the_worker_takes_messages_and_writes_the_index(dev: Templates) -> None:
    policies = dev["services"].find_resources("AWS::IAM::Policy")
    told = {
        name.partition("task")[0]: json.dumps(one) for name, one in policies.items() if "TaskRole" in name
    }
    assert "sqs:ReceiveMessage" in told["worker"]
    assert all("sqs:ReceiveMessage" not in told[name] for name in ("products", "users", "carts"))
    assert "s3:PutObject" not in told["products"]


@pytest.mark.parametrize("queue", ["uploads", "returned-mail"])
def test_what_aws_tells_is_heard_by_the_worker_alone(prod: Templates, queue: str) -> None:
    named = re.compile(rf"Queues{queue.replace('-', '')}[0-9A-F]{{8}}")  # and not its dead letters
    hears = {
        name.partition("task")[0]
        for name, policy in prod["services"].find_resources("AWS::IAM::Policy").items()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "sqs:ReceiveMessage" in statement["Action"] and named.search(json.dumps(statement["Resource"]))
    }
    assert hears == {"worker"}
    assert queue in environment(tasks(prod)["worker"])["CARTWHEEL_AWS_QUEUES"].split(",")
    alarms = {one["AlarmName"] for one in found(prod, "observe", "AWS::CloudWatch::Alarm")}
    assert f"cartwheel-prod-dead-letters-{queue}" in alarms


def test_the_bucket_and_ses_tell_the_queues_and_nobody_else_may(prod: Templates) -> None:
    (bucket,) = found(prod, "media", "AWS::S3::Bucket")
    (told,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert told["Event"] == "s3:ObjectCreated:*"
    assert told["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": "incoming/"}]}}
    (heard,) = found(prod, "messaging", "AWS::SNS::Subscription")
    assert (heard["Protocol"], heard["RawMessageDelivery"]) == ("sqs", True)
    allowed = [
        statement
        for policy in found(prod, "messaging", "AWS::SQS::QueuePolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    by = {one["Principal"]["Service"]: one for one in allowed}
    assert by.keys() == {"s3.amazonaws.com", "sns.amazonaws.com"}
    assert {one["Action"] for one in allowed} == {"sqs:SendMessage"}
    assert by["s3.amazonaws.com"]["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    assert all("aws:SourceArn" in one["Condition"]["ArnEquals"] for one in allowed)


def test_servers_may_look_at_tables_and_not_change_them(dev: Templates) -> None:
    actions = json.dumps(found(dev, "data", "AWS::IAM::ManagedPolicy"))
    assert "dynamodb:DescribeTimeToLive" in actions
    for forbidden in ("DeleteTable", "UpdateTable", "CreateTable", "UpdateTimeToLive"):
        assert forbidden not in actions


def test_alarms_of_production(prod: Templates) -> None:
    names = {
        one["AlarmName"].removeprefix("cartwheel-prod-")
        for one in found(prod, "observe", "AWS::CloudWatch::Alarm")
    }
    assert {"busy-carts", "unhealthy-products", "nobody-users", "slow", "failing", "queue-depth"} <= names
