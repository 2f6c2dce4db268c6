"""``serve`` and ``worker``."""

import asyncio
import signal
from typing import Annotated

import typer
from rich.console import Console

from cartwheel.settings import Settings

console = Console()


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    processes: Annotated[int, typer.Option(min=1, help="Server processes.")] = 1,
    demo: Annotated[bool, typer.Option(help="Load the demo shop when the database is empty.")] = True,  # noqa: FBT002
) -> None:
    """Serves the shop, and runs its queues and schedules unless CARTWHEEL_WORKER=false.

    Examples:

        cartwheel serve

        CARTWHEEL_DATABASE=postgresql://shop@db/shop cartwheel serve --host 0.0.0.0 --processes 4
    """
    from granian.constants import Interfaces
    from granian.server import Server

    from cartwheel.entrypoints.demo import load_when_empty
    from cartwheel.entrypoints.logs import configure

    settings = Settings()
    configure(settings.log_level)
    loaded = asyncio.run(load_when_empty(settings)) if demo and settings.stage == "dev" else False
    host, port = host or settings.host, port or settings.port
    _welcome(settings, host, port, loaded=loaded)
    Server(
        "cartwheel.entrypoints.asgi:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        workers_kill_timeout=30,
        log_enabled=False,
        websockets=False,
        backlog=2048,
    ).serve()


def worker() -> None:
    """Runs queues and schedules in a process of its own, until it is told to stop (SIGTERM, Ctrl-C).

    Any number may run. Start the server with CARTWHEEL_WORKER=false then.
    """
    from cartwheel.entrypoints.logs import configure
    from cartwheel.entrypoints.worker import run

    settings = Settings()
    configure(settings.log_level)
    console.print("Working. Stop with Ctrl-C.")

    async def until_stopped() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await run(settings, stop)

    asyncio.run(until_stopped())


def _welcome(settings: Settings, host: str, port: int, *, loaded: bool) -> None:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    where = f"http://{shown}:{port}"
    console.print(f"[bold]{settings.shop_name}[/bold] is open at [link={where}]{where}[/link]")
    console.print(f"  API      {where}/api/docs")
    if settings.stage == "dev":
        console.print(f"  Mailbox  {where}/mailbox")
        console.print("  Accounts admin@livekart.com / Admin123!, vendor@livekart.com / Vendor123!,")
        console.print("           customer@livekart.com / Customer123!  (demo shop)")
    console.print(f"  Data     {settings.database or settings.data.resolve()}")
    if loaded:
        console.print("The demo shop was loaded into the empty database.")
    console.print("Stop with Ctrl-C.")
