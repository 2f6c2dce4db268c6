"""Commands for what is due by the clock."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

if TYPE_CHECKING:
    from datetime import datetime

    from cartwheel.messaging.schedules import Run

console = Console()
jobs = typer.Typer(help="What is due by the clock.", no_args_is_help=True)


@jobs.command("list")
def list_jobs() -> None:
    """Shows what is due by the clock, and how it went the last time."""
    from cartwheel.shop import open_shop

    async def run() -> None:
        async with open_shop() as shop:
            table = Table(
                Column("Job", no_wrap=True), "Every", "Due", "Last run", "Took", "Dealt with", "Error"
            )
            for job in await shop.operations.jobs():
                due = "always" if job.schedule.shared else _instant(job.due_at)
                at = job.schedule.at
                every = f"day, {at:%H:%M} UTC" if at else str(job.schedule.every)
                table.add_row(job.schedule.name, every, due, *_told(job.last))
            console.print(table)

    asyncio.run(run())


def _told(run: "Run | None") -> list[str]:
    if run is None:
        return []
    return [_instant(run.began_at), f"{run.milliseconds} ms", str(run.count), run.error or ""]


def _instant(at: "datetime | None") -> str:
    return "now" if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


@jobs.command("run")
def run_job(name: Annotated[str, typer.Argument(help="As `cartwheel jobs list` names it.")]) -> None:
    """Runs a job here and now, whether or not it is due. Exits with 1 if it fails.

    Example: cartwheel jobs run expired-rows
    """
    from cartwheel.entrypoints.logs import configure
    from cartwheel.kernel.errors import NotFound
    from cartwheel.settings import Settings
    from cartwheel.shop import open_shop

    configure(Settings().log_level)

    async def run() -> "Run":
        async with open_shop() as shop:
            return await shop.operations.run(name)

    try:
        done = asyncio.run(run())
    except NotFound as error:
        raise typer.BadParameter(error.message) from None
    console.print(f"{name} dealt with {done.count} in {done.milliseconds} ms.")
    if done.error:
        console.print(f"It failed: {done.error}")
        raise typer.Exit(1)
