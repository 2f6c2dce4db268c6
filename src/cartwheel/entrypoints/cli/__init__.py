"""The command ``cartwheel``. Each opens the shop that the environment describes and hands over to it."""

import typer

from cartwheel.entrypoints.cli import (
    catalogue,
    database,
    demo,
    deploy,
    documents,
    jobs,
    mail,
    operate,
    privacy,
    search,
    server,
    watch,
    work,
)

app = typer.Typer(
    help="Run and look after a Cartwheel shop.\n\n"
    "Settings come from the environment: CARTWHEEL_DATABASE and so on.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they could hold secrets
)
app.command()(server.serve)
app.command()(work.worker)
app.command()(database.migrate)
app.command()(documents.openapi)
app.command()(documents.nginx)
app.command("import")(catalogue.import_catalogue)
app.command("export")(catalogue.export_catalogue)
app.command()(demo.demo)
app.add_typer(deploy.deploy, name="deploy")
app.command()(deploy.destroy)
app.command()(watch.status)
app.command()(watch.logs)
app.command()(watch.cost)
app.add_typer(operate.keys, name="keys")
app.add_typer(operate.queues, name="queues")
app.add_typer(jobs.jobs, name="jobs")
app.add_typer(mail.mail, name="mail")
app.add_typer(search.search, name="search")
app.add_typer(privacy.privacy, name="privacy")


def main() -> None:
    """Runs the command."""
    app()
