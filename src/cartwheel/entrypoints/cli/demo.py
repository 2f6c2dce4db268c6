"""``demo``."""

import asyncio
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

console = Console()


def demo(
    reset: Annotated[bool, typer.Option(help="Bring changed demo products back to how they were.")] = False,  # noqa: FBT002
) -> None:
    """Loads the demo shop: three vendors, sixty products with pictures, three months of orders.

    Examples:

        cartwheel demo

        cartwheel demo --reset
    """
    from cartwheel.entrypoints.demo import DAYS, hang_pictures, load
    from cartwheel.entrypoints.demo.people import invite
    from cartwheel.shop import open_shop

    async def run() -> int:
        async with open_shop() as shop:
            with Progress(console=console) as progress:
                orders = progress.add_task("Days of orders", total=DAYS)
                count = await load(shop, reset=reset, tell=partial(_advance, progress, orders))
                progress.update(orders, completed=DAYS)
                pictures = progress.add_task("Products with pictures", total=count)
                await hang_pictures(shop, await invite(shop), partial(_advance, progress, pictures))
                return count

    console.print(f"{asyncio.run(run())} products are in the demo shop.")


def _advance(progress: Progress, task: TaskID, done: int) -> None:
    progress.update(task, completed=done)
