"""Deployments of containers and instances, with what an account holds after CDK; CDK itself is a Makefile."""

import asyncio
import json
from collections.abc import Mapping, Sequence

import pytest
from botocore.stub import Stubber

from cartwheel.cloud.account import Account, OutOfReach, StackState, topology_of
from cartwheel.cloud.deploying import OtherTopology, Plan, deploy, preflight, prepare
from cartwheel.cloud.servers import ImageMissing, MigrationFailed, migrate, release_in
from cartwheel.cloud.tools import Checkout, CloudError
from tests.cloud.conftest import RELEASE
from tests.support.aws import REGION
from tests.support.aws import Account as EmulatedAccount

emulated = pytest.mark.emulator


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
    asyncio.run(account.bootstrap())
    asyncio.run(account.make_stack("cartwheel-dev-fleet"))
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
    asyncio.run(account.make_stack("cartwheel-dev-registry", ImageRepository=where))
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
        await account.make_stack("cartwheel-dev-cluster")
        await _task(account)
        async with account.client("ecr") as ecr:
            await ecr.create_repository(repositoryName="cartwheel-dev")
            manifest = json.dumps({"schemaVersion": 2, "layers": []})
            await ecr.put_image(repositoryName="cartwheel-dev", imageTag="v7", imageManifest=manifest)
        return await account.make_distribution()

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
        await account.make_stack("cartwheel-dev-registry", ReleaseBucket="releases-of-instances")
        return await account.make_distribution()

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
