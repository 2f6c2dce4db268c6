"""``deploy`` and ``destroy``: the shop on AWS, from a checkout of the sources."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cartwheel.entrypoints.cli import operator
from cartwheel.entrypoints.cli.operator import Emulator, Options, Region, Stage, Yes, operator_errors, tell

if TYPE_CHECKING:
    from cartwheel.cloud.deploying import Plan

console = Console()
deploy = typer.Typer(help="Put the shop on AWS.", no_args_is_help=True)


@deploy.callback()
def _group() -> None:
    """Makes ``deploy`` a group: one command for each topology."""


HELP = {
    "serverless": "Lambda, API Gateway, DynamoDB and CloudFront.",
    "containers": "Fargate behind API Gateway, with DynamoDB. --option image=TAG names what is run.",
    "instances": "EC2 instances that grow and shrink with their load, with MySQL on RDS.",
}


def _command(topology: str) -> None:
    def command(
        stage: Stage = "dev",
        region: Region = None,
        option: Options = None,
        *,
        dry_run: Annotated[
            bool, typer.Option(help="Build and show what would change; deploy nothing.")
        ] = False,
        emulator: Emulator = "",
        yes: Yes = False,
    ) -> None:
        with operator_errors():
            from cartwheel.cloud.deploying import Plan

            _deploy(Plan(stage, operator.named(option), emulator, topology), region, dry_run=dry_run, yes=yes)

    deploy.command(topology, help=f"{HELP[topology]}\n\n{LOOKS}")(command)


LOOKS = "Looks whether it can, shows changes and costs, then asks. Options: docs/how-to/deploy-serverless.md"

for _topology in HELP:
    _command(_topology)


def _deploy(plan: "Plan", region: str | None, *, dry_run: bool, yes: bool) -> None:
    from cartwheel.cloud import deploying
    from cartwheel.cloud.account import Account
    from cartwheel.cloud.tools import Checkout

    account = Account(region)
    checkout = Checkout.here(account.region)
    operator.step("Preflight")
    deploying.preflight(plan, account, tell)
    operator.step("Build and compare")
    plan = deploying.prepare(plan, checkout, account, tell)
    operator.show_cost(100, 10_000, plan.stage, plan.topology)
    if dry_run:
        console.print("Nothing was deployed.")
        return
    if not yes:
        typer.confirm(f"Deploy {plan.prefix} to {account.region}?", abort=True)
    operator.step("Deploy")
    told = deploying.deploy(plan, checkout, account, tell)
    operator.step("Smoke test")
    deploying.smoke(plan, told, tell)
    console.print(f"\n[bold green]{plan.prefix} is at {escape(told['WebUrl'])}[/]")
    console.print(f"Next: cartwheel status --stage {plan.stage}; docs/how-to/deploy-{plan.topology}.md.")


def destroy(stage: Stage = "dev", region: Region = None, option: Options = None, *, yes: Yes = False) -> None:
    """Removes the shop from AWS. In dev with all its data; in production data stays."""
    with operator_errors():
        from cartwheel.cloud import deploying
        from cartwheel.cloud.account import Account
        from cartwheel.cloud.tools import Checkout

        plan, account = deploying.Plan(stage, operator.named(option)), Account(region)
        checkout = Checkout.here(account.region)
        if not yes and typer.prompt(f"Type {plan.prefix} to remove it") != plan.prefix:
            raise typer.Abort
        left = deploying.destroy(plan, checkout, account, tell)
    for stack in left:
        console.print(f"{stack.name} is still there: {stack.status}")
    console.print(f"{plan.prefix} is gone." if not left else "Not everything is gone.")
