"""``deploy`` and ``destroy``: the shop on AWS, from a checkout of the sources."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cartwheel.entrypoints.cli.operator import Emulator, Region, Stage, operator_errors, show_cost

console = Console()
deploy = typer.Typer(help="Put the shop on AWS.", no_args_is_help=True)

Options = Annotated[
    list[str] | None, typer.Option("--option", "-o", help="name=value, as in infra/options.py; repeatable.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@deploy.callback()
def _group() -> None:
    """Makes ``deploy`` a group: one command for each topology."""


@deploy.command("serverless")
def serverless(
    stage: Stage = "dev",
    region: Region = None,
    option: Options = None,
    *,
    dry_run: Annotated[bool, typer.Option(help="Build and show what would change; deploy nothing.")] = False,
    emulator: Emulator = "",
    yes: Yes = False,
) -> None:
    """Deploys to Lambda, DynamoDB and CloudFront: looks whether it can, shows changes and costs, then asks.

    Example: cartwheel deploy serverless --stage dev --option operator=you@example.com
    """
    with operator_errors():
        from cartwheel.cloud import deploying
        from cartwheel.cloud.account import Account
        from cartwheel.cloud.tools import Checkout

        plan = deploying.Plan(stage, _named(option), emulator)
        account = Account(region)
        checkout = Checkout.here(account.region)
        _step("Preflight")
        deploying.preflight(plan, account, _tell)
        _step("Build and compare")
        deploying.prepare(plan, checkout, account, _tell)
        show_cost(100, 10_000, stage)
        if dry_run:
            console.print("Nothing was deployed.")
            return
        if not yes:
            typer.confirm(f"Deploy {plan.prefix} to {account.region}?", abort=True)
        _step("Deploy")
        told = deploying.deploy(plan, checkout, account, _tell)
        _step("Smoke test")
        deploying.smoke(plan, told, _tell)
        console.print(f"\n[bold green]{plan.prefix} is at {escape(told['WebUrl'])}[/]")
        console.print(
            f"Next: cartwheel status --stage {stage}; docs/how-to/deploy-serverless.md for the rest."
        )


def destroy(stage: Stage = "dev", region: Region = None, option: Options = None, *, yes: Yes = False) -> None:
    """Removes the shop from AWS. In dev with all its data; in production data stays."""
    with operator_errors():
        from cartwheel.cloud import deploying
        from cartwheel.cloud.account import Account
        from cartwheel.cloud.tools import Checkout

        plan, account = deploying.Plan(stage, _named(option)), Account(region)
        checkout = Checkout.here(account.region)
        if not yes and typer.prompt(f"Type {plan.prefix} to remove it") != plan.prefix:
            raise typer.Abort
        left = deploying.destroy(plan, checkout, account, _tell)
    for stack in left:
        console.print(f"{stack.name} is still there: {stack.status}")
    console.print(f"{plan.prefix} is gone." if not left else "Not everything is gone.")


def _named(options: list[str] | None) -> dict[str, str]:
    pairs = [one.partition("=") for one in options or ()]
    if any(not sign for _, sign, _ in pairs):
        raise typer.BadParameter("--option takes name=value.")
    return {name: value for name, _, value in pairs}


def _step(name: str) -> None:
    console.rule(name, align="left")


def _tell(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
