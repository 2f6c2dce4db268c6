"""Which version of the schema a database has, and bringing it to the newest; only that imports Alembic."""

from pathlib import Path

import sqlalchemy as sa

MIGRATIONS = Path(__file__).with_name("migrations")
"""The migrations of the shop's own tables."""

_VERSION = sa.table("alembic_version", sa.column("version_num"))


def newest(migrations: Path) -> str:
    """The number of the newest version, of four digits; empty when there is none."""
    return max((path.name[1:5] for path in migrations.glob("versions/v[0-9]*_*.py")), default="")


def current(connection: sa.Connection) -> str:
    """The number of the database's version; empty when it has none."""
    if not sa.inspect(connection).has_table(_VERSION.name):
        return ""
    return connection.scalar(sa.select(sa.func.max(_VERSION.c.version_num))) or ""


def upgrade(connection: sa.Connection, migrations: Path) -> None:
    """Runs what is missing. A database that a newer release has migrated already is left as it is."""
    if current(connection) >= newest(migrations):
        return
    from alembic import command  # noqa: PLC0415 - a process that finds nothing to do starts faster without
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
