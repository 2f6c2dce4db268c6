"""``privacy``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

console = Console()
privacy = typer.Typer(help="What is known of a person.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]


@privacy.command("export")
def export(email: Email, file: Annotated[Path, typer.Argument(help="The zip file to write.")]) -> None:
    """Writes all that is known of a user into a zip of JSON files.

    Example:

        cartwheel privacy export carl@example.com carl.zip
    """
    from cartwheel.shop import open_shop

    async def run() -> bytes:
        async with open_shop() as shop:
            user = await shop.accounts.find_user(email)
            if user is None:
                console.print("Nobody has that address.")
                raise typer.Exit(1)
            return await shop.privacy.export(user.user_id)

    file.write_bytes(asyncio.run(run()))
    console.print(f"Written to {file}.")


@privacy.command("erase")
def erase(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
) -> None:
    """Forgets a person for good: the account, and name and address on orders that have ended.

    Sums, lines and the ledger stay. Works for guests, too.

    Example:

        cartwheel privacy erase carl@example.com
    """
    from cartwheel.shop import open_shop

    async def run() -> int:
        async with open_shop() as shop:
            return await shop.privacy.erase(email)

    if not yes:
        typer.confirm(f"Forget {email} for good?", abort=True)
    console.print(f"Forgotten, with {asyncio.run(run())} orders of a guest.")
