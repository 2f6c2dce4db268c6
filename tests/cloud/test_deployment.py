"""A whole deployment with what an account holds after CDK has run; CDK itself is played by a Makefile."""

import asyncio
import io
import json
import stat
import zipfile

import pytest

from cartwheel.cloud.account import Account
from cartwheel.cloud.deploying import Plan, deploy, destroy, prepare, smoke
from cartwheel.cloud.tools import Checkout, CloudError
from tests.support.aws import REGION
from tests.support.aws import Account as EmulatedAccount

pytestmark = pytest.mark.emulator


async def _stand(account: EmulatedAccount) -> str:
    """What the stacks leave in the account, as far as a deployment looks at it; answers the distribution."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "")
    told = {
        "CARTWHEEL_DATABASE": f"dynamodb://{REGION}/cartwheel-dev",
        "CARTWHEEL_SERVICES": "desk",
        "OTHER": "1",
    }
    await account.make_bucket("pages-of-a-deployment")
    async with account.client("lambda") as functions:
        await functions.create_function(
            FunctionName="cartwheel-dev-desk",
            Runtime="python3.13",
            Handler="index.handler",
            Role=f"arn:aws:iam::{account.key}:role/any",
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": told},
        )
    return await account.make_distribution()


def test_a_deployment_uploads_pages_and_writes_settings(
    operator: Account, account: EmulatedAccount, checkout: Checkout
) -> None:
    distribution = asyncio.run(_stand(account))
    said: list[str] = []
    plan = Plan("dev", {"shop_name": "Hats"})
    prepare(plan, checkout, operator, said.append)
    assert said[:3] == ["built lambda --platform arm64", "built web", "cdk synth --quiet"]
    assert json.loads((checkout.root / "build" / "options.json").read_text())["shop_name"] == "Hats"
    stacks = {
        "WebBucket": "pages-of-a-deployment",
        "DistributionId": distribution,
        "WebSocketUrl": "wss://sockets",
    }
    users = {"UserPoolId": "pool", "UserPoolClientId": "client", "ApiUrl": "http://127.0.0.1:9/api"}
    (checkout.root / "build" / "outputs.json").write_text(json.dumps({"web": stacks, "data": users}))
    told = deploy(plan, checkout, operator, said.append)
    assert told == stacks | users
    assert "1 files of the pages are in pages-of-a-deployment." in said
    written = checkout.root / "build" / "cartwheel-dev.env"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert written.read_text() == (
        f"AWS_REGION='{REGION}'\nCARTWHEEL_DATABASE='dynamodb://{REGION}/cartwheel-dev'\n"
    )
    with pytest.raises(CloudError, match="/api/health"):
        smoke(plan, told, said.append)  # nobody answers at that address
    smoke(Plan("prod"), told, said.append)
    assert said[-1] == "No purchase is tried in production."


def test_destroying_empties_the_buckets_of_dev_only(
    operator: Account, account: EmulatedAccount, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAKEFLAGS", "-j2 --jobserver-auth=98,99")  # as where a recipe of make deploys

    def keys(bucket: str) -> list[str]:
        async def listed() -> list[str]:
            async with account.client("s3") as s3:
                return [one["Key"] for one in (await s3.list_objects_v2(Bucket=bucket)).get("Contents", ())]

        return asyncio.run(listed())

    async def fill(bucket: str) -> None:
        await account.make_bucket(bucket)
        async with account.client("s3") as s3:
            await s3.put_object(Bucket=bucket, Key="picture", Body=b"x")

    dev, prod = (f"cartwheel-{stage}-media-{account.key}-{REGION}" for stage in ("dev", "prod"))
    asyncio.run(fill(dev))
    asyncio.run(fill(prod))
    said: list[str] = []
    assert destroy(Plan("prod"), checkout, operator, said.append) == []
    assert said == ["cdk destroy --all --force"]
    assert destroy(Plan("dev"), checkout, operator, said.append) == []
    assert f"1 files removed from {dev}" in said
    assert (keys(dev), keys(prod)) == ([], ["picture"])
