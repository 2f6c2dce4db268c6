"""Commands for whoever looks after the shop."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

console = Console()
keys = typer.Typer(help="The keys that tokens are signed with.", no_args_is_help=True)
queues = typer.Typer(help="What waits, and what was given up.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="orders, payments, email, …")]


@keys.command("rotate")
def rotate_keys() -> None:
    """Signs new tokens with a new key; tokens of the old one stay good until they expire."""
    from cartwheel.shop import open_shop

    async def run() -> str:
        async with open_shop() as shop:
            return await shop.keys.rotate()

    console.print(f"New tokens are signed with key {asyncio.run(run())}.")


@queues.command("list")
def list_queues() -> None:
    """Shows each queue: how many messages wait, and which were given up."""
    from cartwheel.shop import open_shop

    async def run() -> None:
        async with open_shop() as shop:
            table = Table("Queue", "Waiting", "Given up", "Event", "Reason")
            for name in sorted({subscription.queue for subscription in shop.subscriptions}):
                letters = (await shop.queue.dead_letters(name)).items
                table.add_row(name, str((await shop.queue.backlog(name)).depth), str(len(letters)))
                for letter in letters:
                    table.add_row("", "", letter.message_id, letter.event.type, letter.reason)
            console.print(table)

    asyncio.run(run())


@queues.command("replay")
def replay(
    queue: Name, message_id: Annotated[str | None, typer.Argument(help="One message; all by default.")] = None
) -> None:
    """Puts messages that were given up back into their queue.

    Example: cartwheel queues replay email
    """
    from cartwheel.shop import open_shop

    async def run() -> int:
        async with open_shop() as shop:
            ids = (
                [message_id]
                if message_id
                else [n.message_id for n in (await shop.queue.dead_letters(queue)).items]
            )
            for one in ids:
                await shop.queue.replay(queue, one)
            return len(ids)

    console.print(f"{asyncio.run(run())} messages are in the queue {queue} again.")
