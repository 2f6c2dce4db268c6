"""``demo``."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from functools import partial
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from cartwheel.entrypoints.cli.operator import Emulator, Region, operator_errors
from cartwheel.settings import Settings

console = Console()


def demo(
    reset: Annotated[bool, typer.Option(help="Bring changed demo products back to how they were.")] = False,  # noqa: FBT002
    *,
    target: Annotated[str, typer.Option(help="The address of a shop on AWS, as `status` tells it.")] = "",
    region: Region = None,
    pictures: Annotated[bool, typer.Option(help="Products with pictures, which take a while.")] = True,
    emulator: Emulator = "",
) -> None:
    """Loads the demo shop: three vendors, sixty products with pictures, three months of orders.

    With a target: into a dev shop on AWS, with your credentials. Its three months are left out; guests order
    in it over HTTP instead.

    Examples:

        cartwheel demo

        cartwheel demo --reset

        cartwheel demo --target https://d1234567890.cloudfront.net
    """
    if not target:
        count = asyncio.run(_fill(Settings(), reset=reset, past=True, pictures=pictures))
        console.print(f"{count} products are in the demo shop.")
        return
    with operator_errors():
        from cartwheel.cloud.account import Account
        from cartwheel.cloud.deploying import api_address
        from cartwheel.entrypoints.demo.shoppers import ORDERS, shop_around

        account = Account(region)
        prefix, told = account.find(target.rstrip("/"))
        with TemporaryDirectory() as folder:
            settings = _settings(account.settings(prefix) | {"CARTWHEEL_DATA": folder})
            asyncio.run(_fill(settings, reset=reset, past=False, pictures=pictures))
        address = api_address(told["ApiUrl"], emulator) if emulator else target.rstrip("/")
        with Progress(console=console) as progress:
            orders = progress.add_task("Orders of guests", total=ORDERS)
            states = shop_around(address, partial(_advance, progress, orders))
    console.print(", ".join(f"{count} {state}" for state, count in Counter(states).most_common()))
    _show_accounts()


async def _fill(settings: Settings, *, reset: bool, past: bool, pictures: bool) -> int:
    from cartwheel.entrypoints.demo import DAYS, hang_pictures, load
    from cartwheel.entrypoints.demo.people import invite
    from cartwheel.shop import open_shop

    async with open_shop(settings) as shop:
        with Progress(console=console) as progress:
            days = DAYS if past else 0
            orders = progress.add_task("Days of orders", total=days, visible=past)
            count = await load(shop, reset=reset, days=days, tell=partial(_advance, progress, orders))
            progress.update(orders, completed=days)
            if pictures:
                hung = progress.add_task("Products with pictures", total=count)
                await hang_pictures(shop, await invite(shop), partial(_advance, progress, hung))
    return count


def _settings(environment: Mapping[str, str]) -> Settings:
    """The settings of a shop whose processes have that environment."""
    return Settings.model_validate(
        {name.removeprefix("CARTWHEEL_").lower(): value for name, value in environment.items()}
    )


def _show_accounts() -> None:
    from cartwheel.entrypoints.demo.people import ACCOUNTS

    table = Table("E-mail address", "Password", "Groups")
    for email, password, _, groups in ACCOUNTS:
        table.add_row(email, password, ", ".join(groups))
    console.print(table)


def _advance(progress: Progress, task: TaskID, done: int) -> None:
    progress.update(task, completed=done)
