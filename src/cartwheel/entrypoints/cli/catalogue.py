"""Commands that bring whole catalogues in and out. They run beside a running shop without harm."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from cartwheel.imports.formats import Reading
from cartwheel.imports.importing import READERS, Importer, Plan, Report, export, format_of
from cartwheel.imports.model import Tally

console = Console()
app = typer.Typer(help="Bring catalogues in and out.", no_args_is_help=True)


@app.command("import")
def import_catalogue(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .csv, .jsonl or .yaml file.")],
    *,
    format: Annotated[Literal["csv", "jsonl", "yaml"] | None, typer.Option(help="If not as named.")] = None,
    vendor: Annotated[str | None, typer.Option(help="The id of the vendor who gets the products.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Only tell what would happen.")] = False,
    stock: Annotated[bool, typer.Option(help="Also set the stock of what is there already.")] = False,
    report: Annotated[Path | None, typer.Option(help="Lists rejected rows: .csv or .json.")] = None,
) -> None:
    """Brings products in. Safe to break off and run again. Exits with 1 if a row was rejected."""
    reader = READERS[format or _format(file)]
    plan = Plan(vendor, dry_run, stock)

    async def run(rejections: Report) -> Tally:
        from cartwheel.shop import open_shop

        with Progress(console=console) as progress:
            async with open_shop() as shop:
                importer = Importer(shop.catalog, shop.inventory, plan, rejections.add)
                # what is no UTF-8 comes in as lone surrogates, which reject their own row only
                with progress.open(
                    file,
                    "r",
                    encoding="utf-8-sig",
                    errors="surrogateescape",
                    newline="",
                    description="Importing",
                ) as stream:
                    return await importer.run(reader(stream, Reading(shop.catalog.currency)))

    with Report(report) as rejections:
        tally = asyncio.run(run(rejections))
    console.print("Nothing is written. This would happen:" if dry_run else "Done:", str(tally))
    if rejections.shown:
        table = Table("Line", "Product", "Reason", title=f"The first of {tally.rejected} rejected")
        for row in rejections.shown:
            table.add_row(str(row.line), escape(row.key[:60]), escape(row.reason))
        console.print(table)
    raise typer.Exit(1 if tally.rejected else 0)


@app.command("export")
def export_catalogue(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="A .jsonl or .csv file, replaced at the end.")],
    *,
    format: Annotated[Literal["csv", "jsonl"] | None, typer.Option(help="If not as named.")] = None,
) -> None:
    """Writes all products, drafts included, in a form that `import` takes."""
    chosen = format or _format(file)
    if chosen == "yaml":
        raise typer.BadParameter("Products are exported as .csv or .jsonl.")
    part = file.with_name(f"{file.name}.part")

    async def run() -> int:
        from cartwheel.shop import open_shop

        async with open_shop() as shop:
            with (
                part.open("w", encoding="utf-8", newline="") as stream,
                console.status("Exporting") as status,
            ):

                def tell(count: int) -> None:
                    status.update(f"Exporting: {count} products")

                return await export(stream, chosen, shop.catalog, shop.inventory, tell)

    count = asyncio.run(run())
    part.replace(file)
    console.print(f"{count} products are in {escape(str(file))}.")


def _format(file: Path) -> str:
    known = format_of(file)
    if known is None:
        raise typer.BadParameter(f"{file.name} does not tell its format: add --format.")
    return known
