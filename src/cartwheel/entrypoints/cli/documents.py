"""``openapi``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cartwheel.settings import Settings


def openapi(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; the screen by default.")] = None,
) -> None:
    """Writes the OpenAPI document of the API."""
    from cartwheel.entrypoints.api import create_app
    from cartwheel.shop import assemble

    settings = Settings(database="sqlite:///:memory:", shop_name="Cartwheel", currency="USD", stage="dev")
    text = json.dumps(create_app(assemble(settings)).openapi(), indent=2, ensure_ascii=False) + "\n"
    if file is None:
        typer.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")
