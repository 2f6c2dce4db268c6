"""``mail``."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cartwheel.shop import Shop

console = Console()
mail = typer.Typer(help="What mails look like, and who gets none.", no_args_is_help=True)


@mail.command("list")
def list_kinds() -> None:
    """Shows every kind of mail that the shop writes."""
    from cartwheel.notifications import KINDS

    table = Table("Kind", "Goes to", "Can be turned off as")
    for kind in KINDS.values():
        table.add_row(kind.name, f"{kind.reader}s", kind.topic or "")
    console.print(table)


@mail.command("preview")
def preview(
    kind: Annotated[str, typer.Argument(help="As `cartwheel mail list` names it.")],
    locale: Annotated[str, typer.Option(help="en, de, de-AT, …; the shop's own by default.")] = "",
    out: Annotated[Path | None, typer.Option(help="A file for the HTML; else the text is shown.")] = None,
) -> None:
    """Shows a mail with sample data.

    Example: cartwheel mail preview order_shipped --locale de --out mail.html
    """
    from cartwheel.notifications import NoSuchKind
    from cartwheel.settings import Settings
    from cartwheel.shop import assemble

    shop = assemble(Settings())
    try:
        letter = shop.notifications.preview(kind, locale or None)
    except NoSuchKind as error:
        raise typer.BadParameter(error.message) from None
    if out is None:
        typer.echo(f"{letter.subject}\n\n{letter.text}", nl=False)
    else:
        out.write_text(letter.html, encoding="utf-8")
        console.print(f"{letter.subject}\nWritten to {out}.")


@mail.command("marked")
def list_marked() -> None:
    """Shows addresses that have bounced or complained, the latest first (100 at most)."""

    async def run(shop: "Shop") -> None:
        table = Table("Address", "Why", "Since", "What was said")
        for mark in (await shop.notifications.suppressions(None, 100)).items:
            table.add_row(
                mark.address or "(forgotten)", mark.reason, f"{mark.at:%Y-%m-%d %H:%M}", mark.detail
            )
        console.print(table)

    _with_shop(run)


@mail.command("clear")
def clear(address: Annotated[str, typer.Argument(help="The address that shall get mail again.")]) -> None:
    """Takes the mark off an address. Exits with 1 if there is none."""

    async def run(shop: "Shop") -> None:
        mark = await shop.notifications.suppression(address)
        if mark is None:
            console.print("That address is not marked.")
            raise typer.Exit(1)
        await shop.notifications.clear(mark.address_key)
        console.print(f"{address} gets mail again.")

    _with_shop(run)


def _with_shop(run: "Callable[[Shop], Awaitable[None]]") -> None:
    from cartwheel.shop import open_shop

    async def opened() -> None:
        async with open_shop() as shop:
            await run(shop)

    asyncio.run(opened())
