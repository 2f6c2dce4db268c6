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
Region = Annotated[str | None, typer.Option(help="Of AWS; by default that of your AWS settings.")]

Emulator = Annotated[str, typer.Option(hidden=True, help="Its address, as in AWS_ENDPOINT_URL.")]


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


def show_cost(orders: int, requests: int, stage: str) -> None:
    """Prints the estimate."""
    from cartwheel.cloud.cost import Load, as_of, estimate, seed_total, total

    lines = estimate(Load(orders, requests, stage))
    title = f"A month of {orders:,} orders and {requests:,} requests, {stage}, US dollars"
    table = Table("Service", Column("Here", justify="right"), Column("Seed S1", justify="right"), title=title)
    for line in lines:
        table.add_row(line.service, _amount(line.cost), "" if line.seed is None else _amount(line.seed))
    table.add_section()
    table.add_row("Together", _amount(total(lines)), _amount(seed_total(lines)))
    console.print(table)
    console.print(f"Prices of us-east-1 as of {as_of()}, without what only an account's first year has free.")


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"
