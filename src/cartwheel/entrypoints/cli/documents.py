"""``openapi``, ``nginx``."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from cartwheel.settings import Settings


def openapi(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; the screen by default.")] = None,
) -> None:
    """Writes the OpenAPI document of the API."""
    from cartwheel.entrypoints.api import create_app
    from cartwheel.shop import assemble

    with TemporaryDirectory() as data:  # a shop keeps a secret and a mailbox, its document does not
        settings = Settings(
            data=Path(data), database="sqlite:///:memory:", shop_name="Cartwheel", currency="USD", stage="dev"
        )
        document = create_app(assemble(settings)).openapi()
    _put(json.dumps(document, indent=2, ensure_ascii=False) + "\n", file)


def nginx(
    upstreams: Annotated[list[str], typer.Argument(help="Where each service is: orders=10.0.0.7:8000,…")],
    listen: Annotated[int, typer.Option(min=1, max=65535, help="Port that customers come to.")] = 8080,
    behind: Annotated[
        list[str] | None, typer.Option(help="Network of a load balancer in front, such as 10.0.0.0/16.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Where to write it; the screen by default.")] = None,
) -> None:
    """Writes a configuration of nginx that sends each path to its service.

    Examples:

        cartwheel nginx products=a:8000,b:8000 users=c:8000 orders,payments=d:8000 search=e:8000 desk=f:8000
    """
    from cartwheel.entrypoints.nginx import Proxy, parse_upstreams, render

    try:
        proxy = Proxy(parse_upstreams(upstreams), listen, behind or ())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    _put(render(proxy), file)


def _put(text: str, file: Path | None) -> None:
    if file is None:
        typer.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")
