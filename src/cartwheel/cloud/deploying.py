"""From sources to a shop on AWS that sells, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cartwheel.cloud import servers
from cartwheel.cloud.account import CONCURRENCY, Account, StackState, topology_of
from cartwheel.cloud.smoke import purchase
from cartwheel.cloud.tools import Checkout, CloudError, Tell

BUCKETS = ("web", "media", "index", "requests", "releases", "audit")


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


class OtherTopology(CloudError):
    """The names are taken by a shop of another topology."""

    def __init__(self, prefix: str, standing: str) -> None:
        super().__init__(
            f"{prefix} stands already, as {standing}. A second shop needs a name of its own: --option name=…"
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be deployed. ``options`` are those of ``infra/options.py``."""

    stage: str
    options: Mapping[str, str] = field(default_factory=dict)
    emulator: str = ""
    """The address of an emulator of AWS on this machine, which runs functions itself; empty: it is AWS."""
    topology: str = "serverless"

    @property
    def prefix(self) -> str:
        """What the names of everything begin with."""
        return f"{self.options.get('name', 'cartwheel')}-{self.stage}"

    @property
    def context(self) -> dict[str, str]:
        """What CDK is told."""
        return {**self.options, "stage": self.stage, "topology": self.topology}

    @property
    def architecture(self) -> str:
        """Of processors, as Lambda calls it; ``here`` for this machine's."""
        return "here" if self.emulator else self.options.get("architecture", "arm64")


def preflight(plan: Plan, account: Account, tell: Tell) -> str:
    """Whether the account can take the shop; answers its number. Raises ``CloudError``."""
    number = account.number()
    tell(f"Account {number}, region {account.region}")
    version = account.bootstrap()
    if version is None:
        raise NotBootstrapped(number, account.region)
    tell(f"CDK is bootstrapped, version {version}")
    stacks = account.stacks(plan.prefix)
    standing = topology_of(stacks)
    if standing and standing != plan.topology:
        raise OtherTopology(plan.prefix, standing)
    for stack in stacks:
        if stack.status.endswith("_IN_PROGRESS") or stack.status == "ROLLBACK_FAILED":
            raise StackStuck(stack)
    concurrency = account.concurrency()
    if plan.topology == "serverless" and concurrency < CONCURRENCY:
        tell(
            f"Only {concurrency} functions may run at once in this account: enough to try the shop."
            " Ask for more under Service Quotas, Lambda, Concurrent executions."
        )
    return number


def prepare(plan: Plan, checkout: Checkout, account: Account, tell: Tell) -> Plan:
    """Builds what is deployed, and shows what would change; of a new shop that would be everything.

    Answers the plan, which names the release where there is one.
    """
    # Of containers it is the function that verifies tokens.
    what = "release" if plan.topology == "instances" else "lambda"
    checkout.make(what, f"ARGS=--platform {plan.architecture}", tell=tell)
    checkout.make("web", tell=tell)
    if plan.topology == "instances":
        release = servers.name_of(servers.release_in(checkout.releases))
        plan = replace(plan, options={**plan.options, "release": release})
    checkout.choose(plan.context)
    if account.stacks(plan.prefix):
        checkout.cdk("diff", tell)
    else:
        checkout.cdk("synth --quiet", tell)
        tell(f"Nothing of {plan.prefix} is there yet: all its stacks would be created.")
    return plan


def _run_first(plan: Plan, checkout: Checkout, account: Account, tell: Tell) -> None:
    """What servers run is there before they are, and the tables fit it. Raises ``CloudError``."""
    checkout.cdk(f"deploy {plan.prefix}-registry --exclusively {_QUIETLY}", tell)
    if plan.topology == "containers":
        tag = plan.options.get("image", "v1")
        servers.check_image(account, plan.prefix, tag, plan.options.get("architecture", "arm64"))
        return
    servers.publish(account, plan.prefix, servers.release_in(checkout.releases), tell)
    servers.migrate(account, plan.prefix, plan.options["release"], tell)


_QUIETLY = "--require-approval never --progress events"


def deploy(plan: Plan, checkout: Checkout, account: Account, tell: Tell) -> dict[str, str]:
    """Deploys what was prepared, and the pages; answers what the stacks tell."""
    if plan.topology != "serverless":
        _run_first(plan, checkout, account, tell)
    checkout.cdk(f"deploy --all {_QUIETLY} --outputs-file build/outputs.json", tell)
    told = checkout.outputs()
    _write_settings(plan, checkout, account, tell)
    if "WebBucket" in told:  # instances answer for pages themselves
        config = {
            "region": account.region,
            "stage": plan.stage,
            "apiUrl": "/api",
            "webSocketUrl": told.get("WebSocketUrl", ""),
            "userPoolId": told["UserPoolId"],
            "userPoolClientId": told["UserPoolClientId"],
        }
        count = account.upload(told["WebBucket"], checkout.pages, config)
        tell(f"{count} files of the pages are in {told['WebBucket']}.")
    account.invalidate(told["DistributionId"])
    return told


def _write_settings(plan: Plan, checkout: Checkout, account: Account, tell: Tell) -> None:
    if plan.topology == "instances":
        tell("Commands against this shop run on an instance: docs/how-to/deploy-instances.md")
        return
    settings = account.settings(plan.prefix)
    target = checkout.root / "build" / f"{plan.prefix}.env"
    target.touch(mode=0o600)
    target.write_text("".join(f"{name}='{value}'\n" for name, value in sorted(settings.items())))
    tell(f"Settings for `cartwheel` commands against this shop: {target}")


def smoke(plan: Plan, told: Mapping[str, str], tell: Tell) -> None:
    """Buys something, where that costs nothing. Raises ``CloudError`` if the shop does not sell."""
    if plan.stage == "prod":
        tell("No purchase is tried in production.")
        return
    if purchase(api_address(told.get("ApiUrl") or told["WebUrl"], plan.emulator), tell) is None:
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
    plan = replace(plan, topology=topology_of(account.stacks(plan.prefix)) or plan.topology)
    checkout.choose(plan.context)
    if plan.stage != "prod":
        for purpose in BUCKETS:
            bucket = f"{plan.prefix}-{purpose}-{number}-{account.region}"
            tell(f"{account.empty(bucket)} files removed from {bucket}")
    checkout.cdk("destroy --all --force", tell)
    return account.stacks(plan.prefix)
