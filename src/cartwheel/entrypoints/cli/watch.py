"""``status``, ``logs`` and ``cost`` of a shop on AWS."""

from datetime import UTC, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cartwheel.entrypoints.cli.operator import Region, Stage, Topology, operator_errors, show_cost
from cartwheel.kernel.clock import utc_now

console = Console()

SHOWN = ("WebUrl", "ApiUrl", "WebSocketUrl", "UserPoolId", "UserPoolClientId", "WebBucket", "StateMachineArn")

Name = Annotated[str, typer.Option(help="First part of the shop's names.")]


def status(stage: Stage = "dev", region: Region = None, name: Name = "cartwheel") -> None:
    """Shows the stacks of a shop on AWS, its addresses and alarms. Exits with 1 unless all is well."""
    prefix = f"{name}-{stage}"
    with operator_errors():
        from cartwheel.cloud.account import Account

        account = Account(region)
        account.number()
        stacks, alarms = account.stacks(prefix), account.alarms(prefix)
    if not stacks:
        console.print(f"There is no {prefix} in {account.region}.")
        raise typer.Exit(1)
    table = Table("Stack", "Status")
    for stack in stacks:
        table.add_row(stack.name, stack.status)
    console.print(table)
    told = {key: value for stack in stacks for key, value in stack.outputs.items() if key in SHOWN}
    for key in SHOWN:
        console.print(f"{key:<18} {told.get(key, '')}", markup=False, highlight=False, soft_wrap=True)
    for alarm, meaning in alarms:
        console.print(f"[red]{escape(alarm)}[/] {escape(meaning)}", soft_wrap=True)
    if alarms or not all(stack.is_well for stack in stacks):
        raise typer.Exit(1)


def logs(
    part: Annotated[str, typer.Argument(help="products, consume-email, relay, …; worker; on instances api.")],
    stage: Stage = "dev",
    region: Region = None,
    name: Name = "cartwheel",
    minutes: Annotated[int, typer.Option(min=1, help="How far back.")] = 15,
) -> None:
    """Prints what a function, a container's service or a unit of instances has logged.

    Example: cartwheel logs orders --minutes 60
    """
    with operator_errors():
        from cartwheel.cloud.account import Account

        account = Account(region)
        account.number()
        since = utc_now() - timedelta(minutes=minutes)
        for at, message in account.log_lines(f"{name}-{stage}", part, since):
            console.print(
                f"{at.astimezone(UTC):%H:%M:%S} {message}", markup=False, highlight=False, soft_wrap=True
            )


def cost(
    orders: Annotated[int, typer.Option(min=0, help="A month.")] = 100,
    requests: Annotated[int, typer.Option(min=0, help="A month.")] = 10_000,
    stage: Stage = "dev",
    topology: Topology = "serverless",
    *,
    compare: Annotated[bool, typer.Option(help="Of production in all topologies, as Markdown.")] = False,
) -> None:
    """Estimates a month on AWS, beside what seed S1 expected for 100 orders and 10,000 requests."""
    if compare:
        from cartwheel.cloud.cost import comparison

        typer.echo(comparison())
        return
    show_cost(orders, requests, stage, topology)
