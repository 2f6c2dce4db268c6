"""What the operator's commands ask of an account, and what they say when it is not ready."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cartwheel.cloud.account import Account, NoCredentials, NoRegion, NoShop, StackState
from cartwheel.cloud.deploying import NotBootstrapped, Plan, api_address, preflight
from cartwheel.cloud.tools import Checkout, ToolFailed
from cartwheel.entrypoints.cli import app
from tests.support.aws import REGION
from tests.support.aws import Account as EmulatedAccount

emulated = pytest.mark.emulator

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION")


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_without_a_region_it_says_how_to_choose_one() -> None:
    with pytest.raises(NoRegion, match="AWS_REGION"):
        Account()


def test_without_credentials_it_says_how_to_get_some() -> None:
    with pytest.raises(NoCredentials, match="aws configure"):
        Account(REGION).number()


def test_the_commands_say_so_in_one_line_and_exit_with_1() -> None:
    for command in (
        ["status"],
        ["logs", "orders"],
        ["deploy", "serverless"],
        ["destroy", "--yes"],
        ["demo", "--target", "https://x"],
    ):
        done = CliRunner().invoke(app, command)
        assert (done.exit_code, "AWS_REGION" in done.stdout) == (1, True), (command, done.stdout)
        assert "Traceback" not in done.stdout


def test_options_need_a_value() -> None:
    done = CliRunner().invoke(app, ["deploy", "serverless", "--option", "domain"])
    assert done.exit_code == 2


def test_destroying_asks_for_the_shop_s_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", REGION)
    done = CliRunner().invoke(app, ["destroy"], input="yes\n")
    assert done.exit_code == 1
    assert "Type cartwheel-dev" in done.stdout


def test_an_emulated_api_is_found_by_its_number() -> None:
    url = "https://a1b2.execute-api.eu-central-1.amazonaws.com/dev/api"
    assert api_address(url) == "https://a1b2.execute-api.eu-central-1.amazonaws.com/dev"
    emulated_at = api_address(url, "http://127.0.0.1:4566")
    assert emulated_at == "http://127.0.0.1:4566/restapis/a1b2/dev/_user_request_"


@emulated
def test_preflight_tells_how_to_bootstrap(operator: Account, account: EmulatedAccount) -> None:
    said: list[str] = []
    with pytest.raises(NotBootstrapped, match=f"bootstrap aws://{account.key}/{REGION}"):
        preflight(Plan("dev"), operator, said.append)
    assert said == [f"Account {account.key}, region {REGION}"]


@emulated
def test_preflight_passes_a_bootstrapped_account(operator: Account, account: EmulatedAccount) -> None:
    asyncio.run(account.bootstrap())
    said: list[str] = []
    assert preflight(Plan("dev"), operator, said.append) == str(account.key)
    assert "CDK is bootstrapped, version 30" in said


@emulated
def test_pages_are_put_into_their_bucket_and_removed_again(
    operator: Account, account: EmulatedAccount, tmp_path: Path
) -> None:
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "assets/app-1234.js", "assets/app-1234.js.br"):
        (tmp_path / name).write_text(name)

    async def found() -> dict[str, tuple[str, str]]:
        async with account.client("s3") as s3:
            names = [
                one["Key"] for one in (await s3.list_objects_v2(Bucket="pages-alone")).get("Contents", ())
            ]
            heads = {name: await s3.head_object(Bucket="pages-alone", Key=name) for name in names}
            return {name: (head["ContentType"], head["CacheControl"]) for name, head in heads.items()}

    asyncio.run(account.make_bucket("pages-alone"))
    assert operator.upload("pages-alone", tmp_path, {"stage": "dev"}) == 2
    kept = "public, max-age=31536000, immutable"
    assert asyncio.run(found()) == {
        "assets/app-1234.js": ("text/javascript", kept),
        "config.json": ("application/json", "no-cache"),
        "index.html": ("text/html", "no-cache"),
    }
    assert operator.empty("pages-alone") == 3
    assert asyncio.run(found()) == {}
    assert operator.empty("no-such-bucket-anywhere") == 0


@emulated
def test_status_and_logs_tell_of_a_shop(operator: Account, account: EmulatedAccount) -> None:
    now = datetime.now(UTC)

    async def make() -> None:
        await account.make_stack("cartwheel-dev-web", WebUrl="https://x")
        async with account.client("logs") as logs:
            await logs.create_log_group(logGroupName="/aws/lambda/cartwheel-dev-orders")
            where = {"logGroupName": "/aws/lambda/cartwheel-dev-orders", "logStreamName": "one"}
            await logs.create_log_stream(**where)
            line = {"timestamp": int(now.timestamp() * 1000), "message": "order placed\n"}
            await logs.put_log_events(**where, logEvents=[line])

    asyncio.run(make())
    stack = StackState("cartwheel-dev-web", "CREATE_COMPLETE", {"WebUrl": "https://x"})
    assert operator.stacks("cartwheel-dev") == [stack]
    assert operator.find("https://x") == ("cartwheel-dev", {"WebUrl": "https://x"})
    with pytest.raises(NoShop, match="cartwheel status"):
        operator.find("https://y")
    assert operator.stacks("cartwheel-prod") == []
    lines = operator.log_lines("cartwheel-dev", "orders", now - timedelta(minutes=5))
    assert [message for _, message in lines] == ["order placed"]
    done = CliRunner().invoke(app, ["status", "--region", REGION])
    assert (done.exit_code, "https://x" in done.stdout) == (0, True), done.stdout


def test_what_a_tool_says_is_told_and_shown_when_it_fails(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(
        "good:\n\t@echo fine in $$AWS_REGION\nbad:\n\t@echo broken pipe; exit 3\n"
    )
    checkout, said = Checkout(tmp_path, REGION), list[str]()
    checkout.make("good", tell=said.append)
    assert said == [f"fine in {REGION}"]
    with pytest.raises(ToolFailed, match="broken pipe"):
        checkout.make("bad", tell=said.append)


def test_options_are_written_where_the_stacks_read_them(tmp_path: Path) -> None:
    plan = Plan("prod", {"name": "hats", "waf": "true"})
    Checkout(tmp_path).choose(plan.context)
    written = json.loads((tmp_path / "build" / "options.json").read_text())
    assert written == {"name": "hats", "waf": "true", "stage": "prod", "topology": "serverless"}
    assert plan.prefix == "hats-prod"
