"""Deployments of containers and instances, with what an account holds after CDK; CDK itself is a Makefile."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from botocore.stub import Stubber

from cartwheel.cloud.account import Account, OutOfReach, StackState, topology_of
from cartwheel.cloud.deploying import OtherTopology, Plan, deploy, preflight, prepare
from cartwheel.cloud.servers import ImageMissing, MigrationFailed, migrate, release_in
from cartwheel.cloud.tools import Checkout, CloudError
from tests.support.aws import REGION
from tests.support.aws import Account as EmulatedAccount

emulated = pytest.mark.emulator

RELEASE = hashlib.sha256(b"a release").hexdigest()

MAKEFILE = f"""
.PHONY: lambda web cdk release
lambda web:
	@echo built $@ $(ARGS)
release:
	@mkdir -p build/release
	@printf 'a release' > build/release/{RELEASE}.tar.gz
	@echo built release $(ARGS)
cdk:
	@echo cdk $(ARGS)
"""

DISTRIBUTION = {
    "CallerReference": "one",
    "Comment": "",
    "Enabled": True,
    "Origins": {"Quantity": 1, "Items": [{"Id": "pages", "DomainName": "pages.s3.amazonaws.com"}]},
    "DefaultCacheBehavior": {"TargetOriginId": "pages", "ViewerProtocolPolicy": "https-only"},
}


@pytest.fixture
def operator(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("AWS_ENDPOINT_URL", account.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", str(account.key))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return Account(REGION)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    pages = tmp_path / "web" / "dist"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text("<html>")
    return Checkout(tmp_path, REGION)


async def _stack(account: EmulatedAccount, name: str, **outputs: str) -> None:
    """A stack that holds nothing of worth, and tells something."""
    template = {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    async with account.client("cloudformation") as formation:
        await formation.create_stack(StackName=name, TemplateBody=json.dumps(template))
        await formation.get_waiter("stack_create_complete").wait(StackName=name)


async def _bootstrap(account: EmulatedAccount) -> None:
    async with account.client("ssm") as ssm:
        await ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")


async def _distribution(account: EmulatedAccount) -> str:
    async with account.client("cloudfront") as cloudfront:
        made = await cloudfront.create_distribution(DistributionConfig=DISTRIBUTION)
    return str(made["Distribution"]["Id"])


async def _task(account: EmulatedAccount) -> None:
    told = {
        "CARTWHEEL_DATABASE": "dynamodb://r/cartwheel-dev",
        "CARTWHEEL_SHARED": "rediss://cache",
        "TMPDIR": "/data",
    }
    environment = [{"name": name, "value": value} for name, value in told.items()]
    async with account.client("ecs") as ecs:
        await ecs.register_task_definition(
            family="cartwheel-dev-desk",
            containerDefinitions=[{"name": "shop", "image": "x", "environment": environment}],
        )


def _outputs(checkout: Checkout, **told: str) -> None:
    (checkout.root / "build" / "outputs.json").write_text(json.dumps({"all": told}))


@pytest.mark.parametrize(
    ("stacks", "topology"),
    [
        ([], None),
        (["data", "web"], None),
        (["data", "compute"], "serverless"),
        (["registry", "cluster"], "containers"),
        (["registry", "fleet"], "instances"),
    ],
)
def test_the_topology_is_told_by_the_stacks(stacks: list[str], topology: str | None) -> None:
    states = [StackState(f"cartwheel-dev-{name}", "CREATE_COMPLETE", {}) for name in stacks]
    assert topology_of(states) == topology


@emulated
def test_a_shop_is_not_turned_into_one_of_another_topology(
    operator: Account, account: EmulatedAccount
) -> None:
    asyncio.run(_bootstrap(account))
    asyncio.run(_stack(account, "cartwheel-dev-fleet"))
    with pytest.raises(OtherTopology, match="as instances"):
        preflight(Plan("dev", topology="containers"), operator, list[str]().append)
    preflight(Plan("dev", topology="instances"), operator, list[str]().append)
    with pytest.raises(OutOfReach, match="session"):
        operator.settings("cartwheel-dev")


@emulated
def test_containers_wait_for_their_image_and_say_how_to_push_it(
    operator: Account, account: EmulatedAccount, checkout: Checkout
) -> None:
    said: list[str] = []
    where = f"{account.key}.dkr.ecr.{REGION}.amazonaws.com/cartwheel-dev"
    asyncio.run(_stack(account, "cartwheel-dev-registry", ImageRepository=where))
    plan = prepare(Plan("dev", {"image": "v7"}, topology="containers"), checkout, operator, said.append)
    chosen = json.loads((checkout.root / "build" / "options.json").read_text())
    assert chosen == {"image": "v7", "stage": "dev", "topology": "containers"}
    with pytest.raises(ImageMissing, match=f"--platform linux/arm64 --tag {where}:v7 --push"):
        deploy(plan, checkout, operator, said.append)
    assert said[-1].startswith("cdk deploy cartwheel-dev-registry --exclusively")  # and nothing after it


@emulated
def test_containers_are_deployed_once_their_image_is_there(
    operator: Account, account: EmulatedAccount, checkout: Checkout
) -> None:
    async def stand() -> str:
        await account.make_bucket("pages-of-containers")
        await _stack(account, "cartwheel-dev-cluster")
        await _task(account)
        async with account.client("ecr") as ecr:
            await ecr.create_repository(repositoryName="cartwheel-dev")
            manifest = json.dumps({"schemaVersion": 2, "layers": []})
            await ecr.put_image(repositoryName="cartwheel-dev", imageTag="v7", imageManifest=manifest)
        return await _distribution(account)

    distribution = asyncio.run(stand())
    said: list[str] = []
    plan = prepare(Plan("dev", {"image": "v7"}, topology="containers"), checkout, operator, said.append)
    _outputs(
        checkout,
        WebBucket="pages-of-containers",
        DistributionId=distribution,
        UserPoolId="p",
        UserPoolClientId="c",
    )
    deploy(plan, checkout, operator, said.append)
    assert [line for line in said if line.startswith("cdk deploy")] == [
        "cdk deploy cartwheel-dev-registry --exclusively --require-approval never --progress events",
        "cdk deploy --all --require-approval never --progress events --outputs-file build/outputs.json",
    ]
    written = (checkout.root / "build" / "cartwheel-dev.env").read_text()
    assert written == f"AWS_REGION='{REGION}'\nCARTWHEEL_DATABASE='dynamodb://r/cartwheel-dev'\n"
    assert "1 files of the pages are in pages-of-containers." in said


@emulated
def test_a_release_is_published_before_anything_runs_it(
    operator: Account, account: EmulatedAccount, checkout: Checkout
) -> None:
    async def stand() -> str:
        await account.make_bucket("releases-of-instances")
        await _stack(account, "cartwheel-dev-registry", ReleaseBucket="releases-of-instances")
        return await _distribution(account)

    distribution = asyncio.run(stand())
    said: list[str] = []
    plan = prepare(Plan("dev", topology="instances"), checkout, operator, said.append)
    assert plan.options["release"] == RELEASE
    assert json.loads((checkout.root / "build" / "options.json").read_text())["release"] == RELEASE
    _outputs(checkout, DistributionId=distribution, WebUrl="https://x")
    for told in (f"{RELEASE}.tar.gz is in releases-of-instances.", "is in releases-of-instances already."):
        deploy(plan, checkout, operator, said.append)
        assert any(line.endswith(told) for line in said)
    assert "No instance runs yet: the first one makes the tables." in said
    assert not (checkout.root / "build" / "cartwheel-dev.env").exists()


def test_there_is_one_release_to_deploy(checkout: Checkout) -> None:
    with pytest.raises(CloudError, match="holds 0 releases"):
        release_in(checkout.releases)


class Fleet(Account):
    """One instance, whose Systems Manager tells one state after the other."""

    def __init__(self, *states: str) -> None:
        self._states = list(states)
        self.ran: list[tuple[str, str, Mapping[str, Sequence[str]]]] = []

    def outputs(self, stack: str) -> Mapping[str, str]:
        return {"FleetName": "cartwheel-prod"} if stack == "cartwheel-prod-fleet" else {}

    def one_of_fleet(self, name: str) -> str | None:
        return "i-1" if name == "cartwheel-prod" else None

    def run_document(self, document: str, instance: str, parameters: Mapping[str, Sequence[str]]) -> str:
        self.ran.append((document, instance, parameters))
        return "command"

    def command(self, command: str, instance: str) -> tuple[str, str]:
        assert (command, instance) == ("command", "i-1")
        return self._states.pop(0), "column already there"


def test_the_tables_are_brought_up_to_date_before_a_rollout() -> None:
    fleet, said, paused = Fleet("Pending", "InProgress", "Success"), list[str](), list[float]()
    migrate(fleet, "cartwheel-prod", RELEASE, said.append, paused.append)
    assert fleet.ran == [("cartwheel-prod-migrate", "i-1", {"Release": [RELEASE]})]
    assert (said, paused) == (["The tables are up to date (by i-1)."], [5, 5])


@pytest.mark.parametrize("state", ["Failed", "TimedOut", "Cancelled"])
def test_a_migration_that_fails_ends_the_deployment(state: str) -> None:
    with pytest.raises(MigrationFailed, match=f"{state}.*goes on(.|\n)*column already there"):
        migrate(
            Fleet("InProgress", state), "cartwheel-prod", RELEASE, list[str]().append, list[float]().append
        )


def test_systems_manager_is_asked_as_it_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator runs no documents: botocore itself checks what is asked and answered."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    operator, wanted, instance = Account(REGION), {"Release": [RELEASE]}, "i-0123456789abcdef0"
    command = "01234567-0123-0123-0123-012345678901"
    asked = {"CommandId": command, "InstanceId": instance}
    with Stubber(operator._client("ssm")) as ssm:
        document = {"DocumentName": "hats-dev-migrate", "InstanceIds": [instance], "Parameters": wanted}
        ssm.add_response("send_command", {"Command": {"CommandId": command}}, document)
        ssm.add_client_error("get_command_invocation", "InvocationDoesNotExist", expected_params=asked)
        told = {"Status": "Success", "StandardOutputContent": "done", "StandardErrorContent": ""}
        ssm.add_response("get_command_invocation", told, asked)
        assert operator.run_document("hats-dev-migrate", instance, wanted) == command
        assert operator.command(command, instance) == ("Pending", "")
        assert operator.command(command, instance) == ("Success", "done\n")
