"""What the commands for a shop on AWS share."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

console = Console()

Stage = Annotated[Literal["dev", "prod"], typer.Option(help="prod keeps its data and watches itself.")]
Topology = Annotated[
    Literal["serverless", "containers", "instances"], typer.Option(help="What runs the shop.")
]
Region = Annotated[str | None, typer.Option(help="Of AWS; by default that of your AWS settings.")]

Emulator = Annotated[str, typer.Option(hidden=True, help="Its address, as in AWS_ENDPOINT_URL.")]


Options = Annotated[
    list[str] | None, typer.Option("--option", "-o", help="name=value, as in infra/options.py; repeatable.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@contextmanager
def operator_errors() -> Iterator[None]:
    """Says what the operator can do about an error, without a stack trace, and exits with 1."""
    from cartwheel.cloud.tools import CloudError

    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in ("botocore", "aiobotocore"):
            raise
        console.print("The AWS part is not installed: pip install 'cartwheel[aws]'")
        raise typer.Exit(1) from None
    except CloudError as error:
        console.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(1) from None


def named(options: list[str] | None) -> dict[str, str]:
    """Options by their names. Raises ``BadParameter``."""
    pairs = [one.partition("=") for one in options or ()]
    if any(not sign for _, sign, _ in pairs):
        raise typer.BadParameter("--option takes name=value.")
    return {name: value for name, _, value in pairs}


def step(name: str) -> None:
    """Says what comes next."""
    console.rule(name, align="left")


def tell(line: str) -> None:
    """Shows a line as it is."""
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def show_cost(orders: int, requests: int, stage: str, topology: str) -> None:
    """Prints the estimate."""
    from cartwheel.cloud.cost import as_of, estimate, seed_total, total, unconfirmed
    from cartwheel.cloud.usage import Load

    load = Load(orders, requests, stage, topology)
    lines = estimate(load)
    title = f"A month of {orders:,} orders and {requests:,} requests, {topology}, {stage}, US dollars"
    table = Table("Service", Column("Here", justify="right"), Column("Seed S1", justify="right"), title=title)
    for line in lines:
        table.add_row(line.service, _amount(line.cost), "" if line.seed is None else _amount(line.seed))
    table.add_section()
    table.add_row("Together", _amount(total(lines)), _amount(seed_total(lines)))
    console.print(table)
    if doubtful := unconfirmed(load):
        console.print(f"Not compared with AWS's own lists yet: the prices of {', '.join(doubtful)}.")
    console.print(f"Prices of us-east-1 as of {as_of()}, without what only an account's first year has free.")


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"
