"""``worker``."""

import asyncio
import signal

from rich.console import Console

from cartwheel.settings import Settings

console = Console()


def worker() -> None:
    """Runs queues and schedules in a process of its own, until it is told to stop (SIGTERM, Ctrl-C).

    Any number may run. Start the server with CARTWHEEL_WORKER=false then.
    """
    from cartwheel.entrypoints.logs import configure
    from cartwheel.entrypoints.worker import run

    settings = Settings()
    configure(settings.log_level, settings.log_format)
    console.print("Working. Stop with Ctrl-C.")

    async def until_stopped() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await run(settings, stop)

    asyncio.run(until_stopped())
