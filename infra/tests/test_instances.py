"""The instances, against what the code and seeds S2 and S3 ask for."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from infra.shop import ROOT, ShopData
from infra.stacks.fleet import MOST, PROCESSES, SCRIPTS, pool_size
from infra.tests.conftest import Templates


@pytest.fixture
def prod(templates: Callable[[str], Templates]) -> Templates:
    return templates("instances-prod")


@pytest.fixture
def on_dynamodb(templates: Callable[[str], Templates]) -> Templates:
    return templates("instances")


def found(templates: Templates, stack: str, kind: str) -> list[dict[str, Any]]:
    return [one["Properties"] for one in templates[stack].find_resources(kind).values()]


def start_script(templates: Templates) -> str:
    """What an instance runs when it starts, with references in words."""
    (template,) = found(templates, "fleet", "AWS::EC2::LaunchTemplate")
    parts = template["LaunchTemplateData"]["UserData"]["Fn::Base64"]["Fn::Join"][1]
    return "".join(part if isinstance(part, str) else "<" + str(*part.values()) + ">" for part in parts)


def test_there_are_two_to_ten_and_a_release_replaces_one_after_the_other(prod: Templates) -> None:
    (resource,) = prod["fleet"].find_resources("AWS::AutoScaling::AutoScalingGroup").values()
    group = resource["Properties"]
    assert (group["MinSize"], group["MaxSize"]) == ("2", "10")
    assert (group["HealthCheckType"], group["HealthCheckGracePeriod"]) == ("ELB", 300)
    assert group["DefaultInstanceWarmup"] == 300
    rolling = resource["UpdatePolicy"]["AutoScalingRollingUpdate"]
    assert (rolling["MaxBatchSize"], rolling["MinInstancesInService"]) == (1, 2)
    assert rolling["WaitOnResourceSignals"] is True
    assert resource["CreationPolicy"]["ResourceSignal"]["Timeout"] == "PT15M"


@pytest.mark.parametrize(
    ("name", "threshold", "periods", "comparison"),
    [("busy", 70, 2, "GreaterThanThreshold"), ("idle", 30, 5, "LessThanThreshold")],
)
def test_it_grows_and_shrinks_as_seed_s3_says(
    prod: Templates, name: str, threshold: int, periods: int, comparison: str
) -> None:
    alarms = {one["AlarmName"]: one for one in found(prod, "fleet", "AWS::CloudWatch::Alarm")}
    alarm = alarms[f"cartwheel-prod-scale-{name}"]
    assert (alarm["Threshold"], alarm["Period"], alarm["EvaluationPeriods"]) == (threshold, 60, periods)
    assert alarm["ComparisonOperator"] == comparison
    policy = alarm["AlarmActions"][0]["Ref"]
    step = prod["fleet"].find_resources("AWS::AutoScaling::ScalingPolicy")[policy]["Properties"]
    added = [one["ScalingAdjustment"] for one in step["StepAdjustments"]]
    assert added == ([1, 2] if name == "busy" else [-1])
    assert step.get("EstimatedInstanceWarmup") == (300 if name == "busy" else None)


def test_an_instance_is_hard_to_abuse(prod: Templates) -> None:
    (template,) = found(prod, "fleet", "AWS::EC2::LaunchTemplate")
    data = template["LaunchTemplateData"]
    assert data["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    assert data["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True
    assert data["Monitoring"] == {"Enabled": True}
    assert "KeyName" not in data
    assert {one["AssociatePublicIpAddress"] for one in data["NetworkInterfaces"]} == {False}
    role = json.dumps(found(prod, "fleet", "AWS::IAM::Role"))
    assert "AmazonSSMManagedInstanceCore" in role


def test_the_start_script_is_the_tested_one_and_small_enough(prod: Templates) -> None:
    script = start_script(prod)
    assert (SCRIPTS / "user-data.sh").read_text().strip() in script
    assert (SCRIPTS / "cartwheel-release").read_text().strip() in script
    assert len(script.encode()) < 16_384
    assert "export RELEASE=v1" in script


def test_instances_are_told_where_everything_is_but_no_secret(prod: Templates) -> None:
    lines = re.findall(r'^(\w+)="(.*)"$', start_script(prod), re.MULTILINE)
    told = {name: value for name, value in lines if name.startswith("CARTWHEEL_")}
    assert (told["CARTWHEEL_TOPOLOGY"], told["CARTWHEEL_WORKFLOW"]) == ("instances", "local")
    assert told["CARTWHEEL_QUEUE"].startswith("sqs://")
    assert [name for name in told if "SECRET" in name] == ["CARTWHEEL_SECRET_ID"]
    for name in ("CARTWHEEL_DATABASE", "CARTWHEEL_DATABASE_REPLICA"):
        assert re.fullmatch(
            r"mysql://<.*>:3306/cartwheel\?pool_size=7&ssl_ca=/etc/\S+&secret=<.*>", told[name]
        )
    assert told["CARTWHEEL_DATABASE"] != told["CARTWHEEL_DATABASE_REPLICA"]
    source = (ROOT / "src" / "cartwheel" / "settings.py").read_text()
    known = {f"CARTWHEEL_{name.upper()}" for name in re.findall(r"^    (\w+): ", source, re.MULTILINE)}
    assert told.keys() <= known


@pytest.mark.parametrize("connections", [150, 300, 5000])
def test_all_pools_together_stay_below_the_alarm(connections: int) -> None:
    assert 0 < pool_size(connections) * MOST * PROCESSES <= connections * 0.8


def test_the_database_is_encrypted_restorable_and_in_two_zones(prod: Templates) -> None:
    made = {one["DBInstanceIdentifier"]: one for one in found(prod, "database", "AWS::RDS::DBInstance")}
    primary, replica = made["cartwheel-prod"], made["cartwheel-prod-replica"]
    assert (primary["Engine"], primary["EngineVersion"].startswith("8.")) == ("mysql", True)
    assert (primary["MultiAZ"], primary["StorageEncrypted"]) == (True, True)
    assert primary["BackupRetentionPeriod"] == 35
    assert primary["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in primary
    assert primary["DeletionProtection"] is True
    assert replica["SourceDBInstanceIdentifier"]
    for one in made.values():
        assert one["EnablePerformanceInsights"] is True
        assert one["PubliclyAccessible"] is False
    (parameters,) = found(prod, "database", "AWS::RDS::DBParameterGroup")
    assert parameters["Parameters"]["require_secure_transport"] == "1"
    kept = {one["DeletionPolicy"] for one in prod["database"].find_resources("AWS::RDS::DBInstance").values()}
    assert kept == {"Snapshot", "Delete"}  # a replica leaves nothing behind


def test_dynamodb_may_be_chosen_instead(on_dynamodb: Templates, prod: Templates) -> None:
    assert "database" not in on_dynamodb
    assert len(found(on_dynamodb, "data", "AWS::DynamoDB::Table")) > 40
    prod["data"].resource_count_is("AWS::DynamoDB::Table", 0)
    assert 'CARTWHEEL_DATABASE="dynamodb://' in start_script(on_dynamodb)


def test_backups_are_kept_elsewhere_and_restored_every_week(prod: Templates) -> None:
    (plan,) = found(prod, "guard", "AWS::Backup::BackupPlan")
    rules = {one["RuleName"]: one["Lifecycle"] for one in plan["BackupPlan"]["BackupPlanRule"]}
    assert rules == {"daily": {"DeleteAfterDays": 35}, "monthly": {"DeleteAfterDays": 365}}
    (trial,) = found(prod, "guard", "AWS::Backup::RestoreTestingPlan")
    assert trial["ScheduleExpression"] == "cron(0 6 ? * SUN *)"
    assert trial["RecoveryPointSelection"]["IncludeVaults"] != ["*"]
    (copy,) = found(prod, "guard", "AWS::Backup::RestoreTestingSelection")
    assert (copy["ProtectedResourceType"], copy["ValidationWindowHours"]) == ("RDS", 4)
    (role,) = [
        name
        for name, one in prod["guard"].find_resources("AWS::IAM::Role").items()
        if "ForRestores" in json.dumps(one)
    ]
    assert copy["IamRoleArn"] == {"Fn::GetAtt": [role, "Arn"]}
    where = copy["RestoreMetadataOverrides"]
    assert (where["multiAz"], where["publiclyAccessible"]) == ("false", "false")
    assert "SubnetGroup" in json.dumps(where["dbSubnetGroupName"])
    assert json.dumps(where["vpcSecurityGroupIds"]).startswith('{"Fn::Join": ["", ["[\\"')
    (trail,) = found(prod, "guard", "AWS::CloudTrail::Trail")
    assert (trail["IsMultiRegionTrail"], trail["EnableLogFileValidation"]) == (True, True)


def test_so_are_those_of_dynamodb(templates: Callable[[str], Templates], shop: ShopData) -> None:
    prod = templates("instances-prod-on-dynamodb")
    (copies,) = found(prod, "guard", "AWS::Backup::RestoreTestingSelection")
    assert copies["ProtectedResourceType"] == "DynamoDB"
    tables = {
        json.dumps(arn).rpartition("cartwheel-prod-")[2].rstrip('"]}')
        for arn in copies["ProtectedResourceArns"]
    }
    assert tables <= {table.name for table in shop.tables}
    assert "orders" in tables


def test_a_migration_takes_names_of_releases_only(prod: Templates) -> None:
    (document,) = found(prod, "fleet", "AWS::SSM::Document")
    assert document["Content"]["parameters"]["Release"]["allowedPattern"] == "^[0-9a-f]{64}$"
    (step,) = document["Content"]["mainSteps"]
    assert step["inputs"]["runCommand"] == ["/usr/local/sbin/cartwheel-release migrate '{{ Release }}'"]


def test_the_firewall_refuses_what_seed_s3_lists(prod: Templates) -> None:
    (acl,) = found(prod, "entry", "AWS::WAFv2::WebACL")
    rules = {one["Name"]: one for one in acl["Rules"]}
    assert {
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesCommonRuleSet",
        "TooMany",
        "TooLarge",
    } <= rules.keys()
    limit = rules["TooMany"]["Statement"]["RateBasedStatement"]
    assert (limit["AggregateKeyType"], limit["Limit"]) == ("FORWARDED_IP", 2000)
    common = rules["AWSManagedRulesCommonRuleSet"]["Statement"]["ManagedRuleGroupStatement"]
    counted = [one["Name"] for one in common["RuleActionOverrides"]]
    assert counted == ["SizeRestrictions_BODY"]  # imports are larger than 8 KB


def test_everything_comes_by_cloudfront_into_the_private_network(prod: Templates) -> None:
    (origin,) = found(prod, "web", "AWS::CloudFront::VpcOrigin")
    assert origin["VpcOriginEndpointConfig"]["OriginProtocolPolicy"] == "https-only"
    (distribution,) = found(prod, "web", "AWS::CloudFront::Distribution")
    config = distribution["DistributionConfig"]
    assert [one["PathPattern"] for one in config["CacheBehaviors"]] == ["/media/*"]
    assert "DefaultRootObject" not in config  # servers answer for pages


def test_the_alarms_of_seed_s3(prod: Templates) -> None:
    alarms = {
        one["AlarmName"].removeprefix("cartwheel-prod-"): one
        for one in found(prod, "observe", "AWS::CloudWatch::Alarm")
    }
    assert alarms["busy-fleet"]["Threshold"] == 70
    assert alarms["database-connections"]["Threshold"] == 300 * 0.8
    assert {"slow", "unhealthy-fleet", "nobody-fleet", "database-full", "replica-late"} <= alarms.keys()
