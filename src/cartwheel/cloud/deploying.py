"""From sources to a shop on AWS that sells, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cartwheel.cloud.account import CONCURRENCY, Account, StackState
from cartwheel.cloud.smoke import purchase
from cartwheel.cloud.tools import Checkout, CloudError, Tell

BUCKETS = ("web", "media", "index")


class NotBootstrapped(CloudError):
    """CDK has never been used in this account and region."""

    def __init__(self, account: str, region: str) -> None:
        super().__init__(
            f"The account {account} has no place for CDK's files in {region} yet. Once for each account and"
            f' region: make cdk ARGS="bootstrap aws://{account}/{region}"'
        )


class StackStuck(CloudError):
    """A stack is in a state that no deployment can go on from."""

    def __init__(self, stack: StackState) -> None:
        super().__init__(
            f"The stack {stack.name} is {stack.status}: look at its events in the console of CloudFormation,"
            " and delete it or wait for its end before you deploy again."
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be deployed. ``options`` are those of ``infra/options.py``."""

    stage: str
    options: Mapping[str, str] = field(default_factory=dict)
    emulator: str = ""
    """The address of an emulator of AWS on this machine, which runs functions itself; empty: it is AWS."""

    @property
    def prefix(self) -> str:
        """What the names of everything begin with."""
        return f"{self.options.get('name', 'cartwheel')}-{self.stage}"

    @property
    def context(self) -> dict[str, str]:
        """What CDK is told."""
        return {**self.options, "stage": self.stage}


def preflight(plan: Plan, account: Account, tell: Tell) -> str:
    """Whether the account can take the shop; answers its number. Raises ``CloudError``."""
    number = account.number()
    tell(f"Account {number}, region {account.region}")
    version = account.bootstrap()
    if version is None:
        raise NotBootstrapped(number, account.region)
    tell(f"CDK is bootstrapped, version {version}")
    for stack in account.stacks(plan.prefix):
        if stack.status.endswith("_IN_PROGRESS") or stack.status == "ROLLBACK_FAILED":
            raise StackStuck(stack)
    concurrency = account.concurrency()
    if concurrency < CONCURRENCY:
        tell(
            f"Only {concurrency} functions may run at once in this account: enough to try the shop."
            " Ask for more under Service Quotas, Lambda, Concurrent executions."
        )
    return number


def prepare(plan: Plan, checkout: Checkout, account: Account, tell: Tell) -> None:
    """Builds what is deployed, and shows what would change; of a new shop that would be everything."""
    checkout.choose(plan.context)
    platform = "here" if plan.emulator else plan.options.get("architecture", "arm64")
    checkout.make("lambda", f"ARGS=--platform {platform}", tell=tell)
    checkout.make("web", tell=tell)
    if account.stacks(plan.prefix):
        checkout.cdk("diff", tell)
    else:
        checkout.cdk("synth --quiet", tell)
        tell(f"Nothing of {plan.prefix} is there yet: all its stacks would be created.")


def deploy(plan: Plan, checkout: Checkout, account: Account, tell: Tell) -> dict[str, str]:
    """Deploys what was prepared, and the pages; answers what the stacks tell."""
    checkout.cdk(
        "deploy --all --require-approval never --progress events --outputs-file build/outputs.json", tell
    )
    told = checkout.outputs()
    settings = account.settings(plan.prefix)
    target = checkout.root / "build" / f"{plan.prefix}.env"
    target.touch(mode=0o600)
    target.write_text("".join(f"{name}='{value}'\n" for name, value in sorted(settings.items())))
    tell(f"Settings for `cartwheel` commands against this shop: {target}")
    config = {
        "region": account.region,
        "stage": plan.stage,
        "apiUrl": "/api",
        "webSocketUrl": told["WebSocketUrl"],
        "userPoolId": told["UserPoolId"],
        "userPoolClientId": told["UserPoolClientId"],
    }
    count = account.upload(told["WebBucket"], checkout.pages, config)
    account.invalidate(told["DistributionId"])
    tell(f"{count} files of the pages are in {told['WebBucket']}.")
    return told


def smoke(plan: Plan, told: Mapping[str, str], tell: Tell) -> None:
    """Buys something, where that costs nothing. Raises ``CloudError`` if the shop does not sell."""
    if plan.stage == "prod":
        tell("No purchase is tried in production.")
        return
    if purchase(api_address(told["ApiUrl"], plan.emulator), tell) is None:
        tell("Nothing is for sale yet, so nothing was bought.")


def api_address(url: str, emulator: str = "") -> str:
    """What paths such as ``/api/products`` are put after. ``url``: the stacks' ``ApiUrl``."""
    address = url.removesuffix("/api")
    if not emulator:
        return address
    host, _, stage = address.partition("//")[2].partition("/")  # a name that leads to AWS
    return f"{emulator}/restapis/{host.partition('.')[0]}/{stage}/_user_request_"


def destroy(plan: Plan, checkout: Checkout, account: Account, tell: Tell) -> list[StackState]:
    """Removes the stacks; answers those that are still there. ``prod`` keeps its data."""
    number = account.number()
    checkout.choose(plan.context)
    if plan.stage != "prod":
        for purpose in BUCKETS:
            bucket = f"{plan.prefix}-{purpose}-{number}-{account.region}"
            tell(f"{account.empty(bucket)} files removed from {bucket}")
    checkout.cdk("destroy --all --force", tell)
    return account.stacks(plan.prefix)
