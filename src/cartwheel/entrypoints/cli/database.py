"""``migrate``."""

import asyncio

from rich.console import Console

from cartwheel.settings import Settings

console = Console()


def migrate() -> None:
    """Brings the database's tables up to date, and ends. Every server does so when it starts.

    Before a rollout it tells whether the new tables can be made, while the old release goes on with them.
    """
    from cartwheel.shop import open_shop

    async def run() -> None:
        async with open_shop(settings):
            pass

    settings = Settings()
    asyncio.run(run())
    console.print(f"The tables of {settings.database_url.partition(':')[0]} are up to date.")
