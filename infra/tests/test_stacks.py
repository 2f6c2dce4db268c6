"""What the stacks hold, against what the code and the seeds ask for."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App

from infra.doors import TELLS_HEADS
from infra.options import Options, WrongOption
from infra.shop import ROOT, ShopData
from infra.tests.conftest import Templates


def _all(templates: Templates, stack: str, kind: str) -> list[dict[str, Any]]:
    found = templates[stack].find_resources(kind).values()
    return [one["Properties"] for one in found]


def test_every_table_is_what_the_storage_engine_would_create(dev: Templates, shop: ShopData) -> None:
    made = {one["TableName"]: one for one in _all(dev, "data", "AWS::DynamoDB::Table")}
    assert made.keys() == {f"cartwheel-dev-{table.name}" for table in shop.tables}
    for table in shop.tables:
        found = made[f"cartwheel-dev-{table.name}"]
        for name in ("BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"):
            assert found.get(name) == table.request.get(name), (table.name, name)
        ttl = {"AttributeName": "_ttl", "Enabled": True} if table.ttl else None
        assert found.get("TimeToLiveSpecification") == ttl
        assert found["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert [name for name, one in made.items() if "StreamSpecification" in one] == ["cartwheel-dev-outbox"]


def test_every_queue_has_dead_letters_after_three_tries(dev: Templates, shop: ShopData) -> None:
    made = {one["QueueName"]: one for one in _all(dev, "messaging", "AWS::SQS::Queue")}
    living = {f"cartwheel-dev-{name}" for name in shop.queues}
    assert made.keys() == living | {f"{name}-dead" for name in living} | {"cartwheel-dev-unrelayed"}
    for name in living:
        queue = made[name]
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 3
        assert queue["VisibilityTimeout"] == 360
        assert queue["MessageRetentionPeriod"] == 4 * 86400
        assert made[f"{name}-dead"]["MessageRetentionPeriod"] == 14 * 86400


def test_visibility_is_six_times_what_a_consumer_may_take(dev: Templates) -> None:
    functions = _all(dev, "compute", "AWS::Lambda::Function")
    consumers = [one for one in functions if one["Handler"].endswith("lambda_events.consume")]
    assert len(consumers) > 5
    assert max(one["Timeout"] for one in consumers) * 6 <= 360


def test_functions_have_the_names_and_doors_that_the_code_expects(dev: Templates, shop: ShopData) -> None:
    made = {one["FunctionName"]: one for one in _all(dev, "compute", "AWS::Lambda::Function")}
    events = {"relay", "step", "schedule", "uploaded", "returned"}
    names = {*shop.services, *(f"consume-{queue}" for queue in shop.queues), *events}
    assert made.keys() == {f"cartwheel-dev-{name}" for name in names}
    for name in shop.services:
        function = made[f"cartwheel-dev-{name}"]
        assert function["Handler"] == "cartwheel.entrypoints.lambda_http.handler"
        assert function["Environment"]["Variables"]["CARTWHEEL_SERVICES"] == name
    for name in events:
        assert made[f"cartwheel-dev-{name}"]["Handler"] == f"cartwheel.entrypoints.lambda_events.{name}"


def test_functions_are_told_where_everything_is_but_no_secret(dev: Templates) -> None:
    for one in _all(dev, "compute", "AWS::Lambda::Function"):
        assert (one["Runtime"], one["Architectures"]) == ("python3.13", ["arm64"])
        assert one["TracingConfig"] == {"Mode": "Active"}
        told = one["Environment"]["Variables"]
        assert told["CARTWHEEL_TOPOLOGY"] == "serverless"
        database = {"Fn::Join": ["", ["dynamodb://", {"Ref": "AWS::Region"}, "/cartwheel-dev"]]}
        assert told["CARTWHEEL_DATABASE"] == database
        assert [name for name in told if "SECRET" in name] == ["CARTWHEEL_SECRET_ID"]


def test_the_products_function_has_the_size_of_seed_s1(dev: Templates) -> None:
    size = {"FunctionName": "cartwheel-dev-products", "MemorySize": 512, "Timeout": 30}
    dev["compute"].has_resource_properties("AWS::Lambda::Function", size)


def test_every_path_of_the_api_has_a_function(dev: Templates, shop: ShopData) -> None:
    methods = _all(dev, "api", "AWS::ApiGateway::Method")
    targets = [json.dumps(one["Integration"].get("Uri", "")) for one in methods]
    for service in shop.services:
        routes = [path for path, name in shop.routes.items() if name == service]
        below_api = 1 if service == "desk" else 0  # it answers what nobody else does
        expected = 2 * (len(routes) + below_api) + (len(shop.pages) if service == TELLS_HEADS else 0)
        assert sum(f"function:cartwheel-dev-{service}/" in one for one in targets) == expected, service


def test_strangers_are_turned_away_from_the_desk_by_the_gateway(dev: Templates) -> None:
    resources = dev["api"].find_resources("AWS::ApiGateway::Resource")
    admin = next(name for name, one in resources.items() if one["Properties"]["PathPart"] == "admin")
    guarded = {
        "ResourceId": {"Ref": admin},
        "AuthorizationType": "COGNITO_USER_POOLS",
        "AuthorizationScopes": ["aws.cognito.signin.user.admin"],
    }
    dev["api"].has_resource_properties("AWS::ApiGateway::Method", guarded)


def test_the_api_is_limited_logged_and_traced(dev: Templates) -> None:
    stage = _all(dev, "api", "AWS::ApiGateway::Stage")[0]
    assert (stage["StageName"], stage["TracingEnabled"]) == ("dev", True)
    assert "$context.requestId" in stage["AccessLogSetting"]["Format"]
    settings = stage["MethodSettings"][0]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (100, 200)
    assert settings["DataTraceEnabled"] is False
    dev["api"].resource_count_is("AWS::ApiGateway::UsagePlan", 1)


def test_the_gateway_refuses_in_the_shop_s_words(dev: Templates) -> None:
    answers = {one["ResponseType"]: one for one in _all(dev, "api", "AWS::ApiGateway::GatewayResponse")}
    assert {
        "UNAUTHORIZED",
        "ACCESS_DENIED",
        "THROTTLED",
        "INTEGRATION_TIMEOUT",
        "DEFAULT_5XX",
    } <= answers.keys()
    told = json.loads(answers["UNAUTHORIZED"]["ResponseTemplates"]["application/json"])
    assert told.keys() == {"error", "code", "message", "requestId"}
    assert told["code"] == "unauthenticated"


def test_the_relay_hears_of_new_events_only(dev: Templates) -> None:
    stream = {
        "FilterCriteria": {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]},
        "StartingPosition": "TRIM_HORIZON",
    }
    dev["compute"].has_resource_properties("AWS::Lambda::EventSourceMapping", stream)


def test_queues_hand_over_ten_messages_and_take_part_of_them_back(dev: Templates, shop: ShopData) -> None:
    mappings = _all(dev, "compute", "AWS::Lambda::EventSourceMapping")
    of_queues = [one for one in mappings if one.get("FunctionResponseTypes") == ["ReportBatchItemFailures"]]
    assert len(of_queues) == len(shop.queues)
    assert {one["BatchSize"] for one in of_queues} == {10}


def test_jobs_are_due_at_most_once_a_minute(dev: Templates, shop: ShopData) -> None:
    rules = {one["Name"]: one for one in _all(dev, "compute", "AWS::Events::Rule")}
    assert rules.keys() == {f"cartwheel-dev-{job.name}" for job in shop.jobs}
    for job in shop.jobs:
        rule = rules[f"cartwheel-dev-{job.name}"]
        assert rule["ScheduleExpression"].startswith("cron(" if job.at else "rate(")
        assert json.loads(rule["Targets"][0]["Input"]) == {"job": job.name}
    assert rules["cartwheel-dev-reservations"]["ScheduleExpression"] == "rate(1 minute)"
    assert rules["cartwheel-dev-inventory-check"]["ScheduleExpression"] == "cron(0 2 * * ? *)"


def test_functions_may_do_to_users_what_the_docs_list(dev: Templates) -> None:
    policies = json.dumps(_all(dev, "compute", "AWS::IAM::Policy"))
    allowed = set(re.findall(r'"cognito-idp:Admin(\w+)"', policies))
    page = (ROOT / "docs" / "how-to" / "aws.md").read_text()
    listed = page.partition("`cognito-idp:Admin…` for:")[2].partition(".")[0]
    assert allowed == set(re.findall(r"`(\w+)`", listed))
    assert "cognito-idp:*" not in policies


def test_the_state_machine_is_the_declared_workflow(dev: Templates, shop: ShopData) -> None:
    machine = _all(dev, "workflow", "AWS::StepFunctions::StateMachine")[0]
    assert json.loads(machine["DefinitionString"]) == shop.state_machine
    assert (machine["StateMachineName"], machine["StateMachineType"]) == (
        "cartwheel-dev-checkout",
        "STANDARD",
    )
    assert list(machine["DefinitionSubstitutions"]) == ["StepFunction"]
    assert "${StepFunction}" in machine["DefinitionString"]


def test_passwords_and_sign_in_are_those_of_the_seeds(dev: Templates) -> None:
    pool = _all(dev, "data", "AWS::Cognito::UserPool")[0]
    policy = pool["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == 8
    required = {name for name, value in policy.items() if value is True}
    assert required == {"RequireLowercase", "RequireNumbers", "RequireUppercase"}
    assert (pool["AutoVerifiedAttributes"], pool["MfaConfiguration"]) == (["email"], "OPTIONAL")
    client = _all(dev, "data", "AWS::Cognito::UserPoolClient")[0]
    flows = {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    assert flows <= set(client["ExplicitAuthFlows"])
    assert (client["AccessTokenValidity"], client["RefreshTokenValidity"]) == (60, 43200)
    groups = {one["GroupName"] for one in _all(dev, "data", "AWS::Cognito::UserPoolGroup")}
    assert groups == {"customers", "vendors", "admins"}


@pytest.mark.parametrize("stack", ["data", "web", "media"])
def test_buckets_are_private_and_over_tls_only(dev: Templates, stack: str) -> None:
    for bucket in _all(dev, stack, "AWS::S3::Bucket"):
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["BucketEncryption"]
    assert "aws:SecureTransport" in json.dumps(_all(dev, stack, "AWS::S3::BucketPolicy"))


def test_the_distribution_serves_app_pictures_and_api(dev: Templates, shop: ShopData) -> None:
    config = _all(dev, "web", "AWS::CloudFront::Distribution")[0]["DistributionConfig"]
    assert (config["PriceClass"], config["HttpVersion"]) == ("PriceClass_100", "http2and3")
    paths = [one["PathPattern"] for one in config["CacheBehaviors"]]
    assert paths == ["/media/*", "/api/*", "/.well-known/*", "/mailbox*", "/sandbox/*", *shop.pages]
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    dev["web"].resource_count_is("AWS::CloudFront::OriginAccessControl", 2)
    headers = json.dumps(_all(dev, "web", "AWS::CloudFront::ResponseHeadersPolicy"))
    assert "default-src 'self'" in headers
    assert "frame-ancestors 'none'" in headers


@pytest.mark.parametrize(
    ("topology", "deployed", "kind"),
    [
        ("dev", "compute", "AWS::Lambda::Function"),
        ("containers", "services", "AWS::ECS::TaskDefinition"),
    ],
)
def test_cloudfront_shows_the_api_a_secret_and_tells_who_is_calling(
    templates: Callable[[str], Templates], topology: str, deployed: str, kind: str
) -> None:
    made = templates(topology)
    config = _all(made, "web", "AWS::CloudFront::Distribution")[0]["DistributionConfig"]
    origins = {one["Id"]: one.get("OriginCustomHeaders", []) for one in config["Origins"]}
    asked = {one["PathPattern"]: one for one in config["CacheBehaviors"]}
    (shown,) = origins.pop(asked["/api/*"]["TargetOriginId"])
    assert shown["HeaderName"] == "X-Cartwheel-Proof"
    assert "{{resolve:secretsmanager:" in json.dumps(shown["HeaderValue"])
    assert set(map(len, origins.values())) == {0}  # buckets are shown nothing
    functions = made["web"].find_resources("AWS::CloudFront::Function")
    for pattern in ("/api/*", "/.well-known/*"):
        (function,) = asked[pattern]["FunctionAssociations"]
        code = functions[function["FunctionARN"]["Fn::GetAtt"][0]]["Properties"]["FunctionCode"]
        assert "['x-cartwheel-viewer'] = { value: event.viewer.ip }" in code
    told = [json.dumps(one) for one in _all(made, deployed, kind) if "CARTWHEEL_PROOF_ID" in json.dumps(one)]
    assert len(told) == {"dev": 6, "containers": 4}[topology]  # who answers HTTP, and nobody else


def test_instances_need_no_such_secret(templates: Callable[[str], Templates]) -> None:
    templates("instances")["data"].resource_count_is("AWS::SecretsManager::Secret", 1)


@pytest.mark.parametrize("topology", ["dev", "containers"])
def test_pages_with_heads_are_asked_of_the_api_for_nobody_in_particular(
    templates: Callable[[str], Templates], shop: ShopData, topology: str
) -> None:
    made = templates(topology)
    config = _all(made, "web", "AWS::CloudFront::Distribution")[0]["DistributionConfig"]
    asked = {one["PathPattern"]: one for one in config["CacheBehaviors"]}
    api, pages = asked["/api/*"], config["DefaultCacheBehavior"]
    assert "DefaultRootObject" not in config  # it would take "/" from the API
    for pattern in shop.pages:
        behavior = asked[pattern]
        assert behavior["TargetOriginId"] == api["TargetOriginId"] != pages["TargetOriginId"]
        assert behavior["ResponseHeadersPolicyId"] == pages["ResponseHeadersPolicyId"]
        assert "OriginRequestPolicyId" not in behavior
        assert "AllowedMethods" not in behavior  # GET and HEAD
    policy = made["web"].to_json()["Resources"][asked["/products/*"]["CachePolicyId"]["Ref"]]
    told = policy["Properties"]["CachePolicyConfig"]
    assert (told["MinTTL"], told["DefaultTTL"], told["MaxTTL"]) == (60, 60, 3600)
    by = told["ParametersInCacheKeyAndForwardedToOrigin"]
    assert by["CookiesConfig"] == {"CookieBehavior": "none"}
    assert by["HeadersConfig"] == {"HeaderBehavior": "none"}
    assert by["QueryStringsConfig"] == {"QueryStringBehavior": "none"}


def test_the_function_of_pages_reads_one_file_of_their_bucket(dev: Templates) -> None:
    functions = {one["FunctionName"]: one for one in _all(dev, "compute", "AWS::Lambda::Function")}
    told = {name for name, one in functions.items() if "CARTWHEEL_PAGES" in one["Environment"]["Variables"]}
    assert told == {f"cartwheel-dev-{TELLS_HEADS}"}
    statements = [
        statement
        for policy in _all(dev, "compute", "AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if "cartwheel-dev-web-" in json.dumps(statement["Resource"])
    ]
    assert [one["Action"] for one in statements] == ["s3:GetObject"]
    assert json.dumps(statements[0]["Resource"]).endswith('"/index.html"]]}')


def test_only_what_is_shown_may_be_read_by_cloudfront(dev: Templates) -> None:
    statements = _all(dev, "media", "AWS::S3::BucketPolicy")[0]["PolicyDocument"]["Statement"]
    shown = next(one for one in statements if one.get("Sid") == "ShownByCloudFront")
    assert json.dumps(shown["Resource"]).endswith('"/media/*"]]}')
    assert shown["Principal"] == {"Service": "cloudfront.amazonaws.com"}


def test_uploads_are_told_to_their_function(dev: Templates) -> None:
    bucket = _all(dev, "media", "AWS::S3::Bucket")[0]
    told = bucket["NotificationConfiguration"]["LambdaConfigurations"][0]
    assert told["Event"] == "s3:ObjectCreated:*"
    assert told["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "incoming/"}]


def test_no_stack_runs_code_of_its_own_or_costs_while_nobody_comes(dev: Templates, prod: Templates) -> None:
    kinds = {
        one["Type"]
        for templates in (dev, prod)
        for stack in templates.values()
        for one in stack.to_json()["Resources"].values()
    }
    assert "AWS::Lambda::Function" in kinds
    dear = ("Custom::", "AWS::CloudFormation::Custom", "AWS::EC2", "AWS::OpenSearch", "AWS::RDS")
    assert [kind for kind in kinds if kind.startswith(dear)] == []


def test_no_function_may_change_a_table(dev: Templates) -> None:
    actions = json.dumps(_all(dev, "data", "AWS::IAM::ManagedPolicy"))
    assert "dynamodb:PutItem" in actions
    for forbidden in ("DeleteTable", "UpdateTable", "CreateTable", "dynamodb:*"):
        assert forbidden not in actions


def test_production_keeps_what_it_has(prod: Templates, dev: Templates) -> None:
    for stack, kind in (
        ("data", "AWS::DynamoDB::Table"),
        ("data", "AWS::Cognito::UserPool"),
        ("data", "AWS::SecretsManager::Secret"),
        ("media", "AWS::S3::Bucket"),
    ):
        kept = {one["DeletionPolicy"] for one in prod[stack].find_resources(kind).values()}
        gone = {one["DeletionPolicy"] for one in dev[stack].find_resources(kind).values()}
        assert (kept, gone) == ({"Retain"}, {"Delete"}), kind
    assert {one["DeletionProtectionEnabled"] for one in _all(prod, "data", "AWS::DynamoDB::Table")} == {True}
    prod["data"].has_resource_properties("AWS::Cognito::UserPool", {"DeletionProtection": "ACTIVE"})


def test_the_state_machine_goes_with_its_stack_and_its_name_is_free_again(
    prod: Templates, dev: Templates
) -> None:
    for templates in (prod, dev):
        (machine,) = templates["workflow"].find_resources("AWS::StepFunctions::StateMachine").values()
        assert machine["DeletionPolicy"] == machine["UpdateReplacePolicy"] == "Delete"


def test_logs_are_kept_by_stage(prod: Templates, dev: Templates) -> None:
    for templates, days in ((dev, 7), (prod, 30)):
        kept = {one["RetentionInDays"] for one in _all(templates, "compute", "AWS::Logs::LogGroup")}
        assert kept == {days}


def test_production_starts_from_snapshots_and_its_api_calls_those(prod: Templates, dev: Templates) -> None:
    snapshot = {"FunctionName": "cartwheel-prod-products", "SnapStart": {"ApplyOn": "PublishedVersions"}}
    prod["compute"].has_resource_properties("AWS::Lambda::Function", snapshot)
    called = json.dumps(_all(prod, "api", "AWS::ApiGateway::Method"))
    assert "function:cartwheel-prod-products:live/" in called
    assert "SnapStart" not in json.dumps(_all(dev, "compute", "AWS::Lambda::Function"))


def test_options_of_production(prod: Templates) -> None:
    prod["api"].resource_count_is("AWS::WAFv2::WebACL", 1)
    prod["web"].resource_count_is("AWS::Route53::RecordSet", 2)
    prod["messaging"].resource_count_is("AWS::SES::ConfigurationSet", 1)
    told = _all(prod, "compute", "AWS::Lambda::Function")[0]["Environment"]["Variables"]
    assert told["CARTWHEEL_BASE_URL"] == "https://shop.example"
    assert told["CARTWHEEL_MAIL_FROM"] == "Cartwheel <shop@shop.example>"


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"stage": "test"}, "none of dev, prod"),
        ({"stage": "prod"}, "mail_from"),
        ({"domain": "shop.example"}, "certificate"),
        ({"alarms": "maybe"}, "neither true nor false"),
        ({"architecture": "mips"}, "none of arm64, x86_64"),
        ({"topology": "kubernetes"}, "none of serverless, containers, instances"),
        ({"storage": "mysql"}, "topology=instances"),
        ({"origin": "origin.shop.example"}, "origin_certificate"),
    ],
)
def test_options_that_do_not_go_together_are_refused(context: dict[str, str], message: str) -> None:
    with pytest.raises(WrongOption, match=message):
        Options.of(App(context=context).node)
