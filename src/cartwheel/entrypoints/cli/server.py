"""``serve``."""

import gc
import socket
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from cartwheel.entrypoints.services import parse
from cartwheel.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

console = Console()


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    processes: Annotated[int, typer.Option(min=1, help="Server processes.")] = 1,
    demo: Annotated[bool | None, typer.Option(help="Load the demo shop into an empty database.")] = None,
    services: Annotated[str | None, typer.Option(help="Serve these only, such as products,search.")] = None,
) -> None:
    """Serves the shop, and runs its queues and schedules unless CARTWHEEL_WORKER=false.

    Examples:

        cartwheel serve

        CARTWHEEL_DATABASE=postgresql://shop@db/shop cartwheel serve --host 0.0.0.0 --processes 4

        CARTWHEEL_WORKER=false cartwheel serve --services products,search --port 8001
    """
    from granian.constants import Interfaces, RuntimeModes

    from cartwheel.entrypoints.stopping import Server

    chosen: dict[str, Any] = {"host": host, "port": port, "demo": demo, "services": services}
    settings = Settings(**{name: value for name, value in chosen.items() if value is not None})
    try:
        parse(settings.services)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--services") from None
    if _is_taken(settings.host, settings.port):
        console.print(f"Port {settings.port} is taken: stop what listens there, or choose another.")
        raise typer.Exit(1)
    _welcome(settings)
    Server(
        "cartwheel.entrypoints.asgi:application",
        settings.drain,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=processes,
        runtime_mode=RuntimeModes.st,  # one thread beside Python's: measured, it gains a tenth
        respawn_failed_workers=True,
        log_enabled=False,
        websockets=False,
        backlog=2048,
    ).serve(target_loader=partial(_application, settings), wrap_loader=False)


def _is_taken(host: str, port: int) -> bool:
    """Whether somebody listens there. The server itself would share the port with a second one, unseen."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _application(settings: Settings) -> "ASGIApp":
    """Loads the shop in the server process; the process that watches over it stays small."""
    gc.disable()  # until it serves: what is loaded stays, and hardly any of it is ever garbage

    from cartwheel.entrypoints import signals
    from cartwheel.entrypoints.asgi import application

    signals.hold()
    return application(settings)


def _welcome(settings: Settings) -> None:
    where = settings.base_url
    console.print(f"[bold]{settings.shop_name}[/bold] opens at [link={where}]{where}[/link]")
    console.print(f"  API      {where}/api/docs")
    if settings.stage == "dev":
        console.print(f"  Mailbox  {where}/mailbox")
        console.print("  Accounts admin@livekart.com / Admin123!, vendor@livekart.com / Vendor123!,")
        console.print("           customer@livekart.com / Customer123!  (demo shop)")
    empty = not settings.database and not (settings.data / "shop.db").exists()
    if settings.demo and settings.stage == "dev" and empty:
        console.print("Loading the demo shop, three months of orders and all: this takes some seconds ...")
    console.print(f"  Data     {settings.database or settings.data.resolve()}")
    console.print("Stop with Ctrl-C.")
