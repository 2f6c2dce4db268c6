"""``search``."""

import asyncio

import typer
from rich.console import Console

console = Console()
search = typer.Typer(help="What products are found by.", no_args_is_help=True)


@search.callback()
def _group() -> None:
    """Makes ``search`` a group though it has one command."""


@search.command("rebuild")
def rebuild() -> None:
    """Builds the search index anew, beside the old one, which answers until the new one is whole.

    Example:

        cartwheel search rebuild
    """
    from cartwheel.shop import open_shop

    async def run() -> int:
        async with open_shop() as shop:
            return await shop.search.rebuild()

    with console.status("Building the search index ..."):
        count = asyncio.run(run())
    console.print(f"{count} products can be found.")
