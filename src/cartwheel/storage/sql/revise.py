"""Writes the next version of the schema from the table specs.

``python -m cartwheel.storage.sql.revise "reviews have pictures" cartwheel.adapters:tables``
"""

import importlib
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import ops

from cartwheel.storage.schema import Table
from cartwheel.storage.sql.ddl import AddColumn, CreateIndex, CreateTable, DropIndex, Step
from cartwheel.storage.sql.kinds import name_of
from cartwheel.storage.sql.tables import metadata
from cartwheel.storage.sql.versions import MIGRATIONS, newest, upgrade

_TEMPLATE = '''"""{message}."""

from cartwheel.storage.sql.ddl import {words}, apply

revision = "{revision}"
down_revision = {down_revision}

STEPS = (
{steps}
)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
'''


class NotAdditive(Exception):
    """The specs and the migrations differ by what the previous release would not survive."""


def missing_steps(tables: Iterable[Table[Any]], migrations: Path = MIGRATIONS) -> list[Step]:
    """What the migrations lack to lead to these specs. Raises ``NotAdditive``."""
    tables = tuple(tables)
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        upgrade(connection, migrations)
        context = MigrationContext.configure(connection, opts={"compare_type": _has_other_type})
        found = produce_migrations(context, metadata(tables)).upgrade_ops
        steps = list(_steps(found)) if found else []
    engine.dispose()
    kept = {table.name for table in tables}
    return _with_indexes([s for s in steps if not isinstance(s, DropIndex) or s.table in kept])


def revise(message: str, tables: Iterable[Table[Any]], migrations: Path = MIGRATIONS) -> Path | None:
    """Writes the next version's file; ``None`` when nothing is missing. Raises ``NotAdditive``."""
    steps = missing_steps(tables, migrations)
    if not steps:
        return None
    before = newest(migrations)
    revision = f"{int(before or 0) + 1:04}"
    slug = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")[:40]
    path = migrations / "versions" / f"v{revision}_{slug}.py"
    words = ", ".join(sorted({type(step).__name__ for step in steps}))
    text = _TEMPLATE.format(
        message=message.rstrip("."),
        words=words,
        revision=revision,
        down_revision=f'"{before}"' if before else None,
        steps="\n".join(_code(step) for step in steps),
    )
    path.write_text(text, encoding="utf-8")
    return path


def _has_other_type(context: MigrationContext, _: object, __: object, inspected: Any, wanted: Any) -> bool:  # noqa: ANN401 - types of Alembic
    dialect = context.dialect
    return _type_text(inspected, dialect) != _type_text(wanted, dialect)


def _type_text(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> str:
    return type_.compile(dialect=dialect).partition(" COLLATE")[0]


def _steps(found: Any) -> Iterator[Step]:  # noqa: ANN401 - Alembic's operations share no useful type
    for made in found.ops:
        if isinstance(made, ops.ModifyTableOps):
            yield from _steps(made)
        elif isinstance(made, ops.CreateTableOp):
            parts = [part for part in made.columns if isinstance(part, sa.Column)]
            key = next(part for part in made.columns if isinstance(part, sa.PrimaryKeyConstraint))
            described = ", ".join(_describe(part) for part in parts)
            yield CreateTable(made.table_name, described, " ".join(c.name for c in key.columns))
        elif isinstance(made, ops.AddColumnOp) and made.column.nullable:
            yield AddColumn(made.table_name, _describe(made.column))
        elif isinstance(made, ops.CreateIndexOp):
            names = " ".join(str(getattr(part, "name", part)) for part in made.columns)
            yield CreateIndex(str(made.index_name), made.table_name, names)
        elif isinstance(made, ops.DropIndexOp):
            yield DropIndex(str(made.index_name), str(made.table_name))
        elif not isinstance(made, ops.DropTableOp | ops.DropColumnOp):  # what is no longer used stays
            raise NotAdditive(f"The release before would not survive this: {made.to_diff_tuple()}")


def _describe(column: sa.Column[Any]) -> str:
    return f"{column.name} {name_of(column.type)}{'?' if column.nullable else ''}"


def _with_indexes(steps: list[Step]) -> list[Step]:
    """The steps with the indexes of a new table inside its step."""
    created = {step.name: step for step in steps if isinstance(step, CreateTable)}
    made: list[Step] = []
    for step in steps:
        if isinstance(step, CreateIndex) and step.table in created:
            continue
        if isinstance(step, CreateTable):
            own = [s for s in steps if isinstance(s, CreateIndex) and s.table == step.name]
            step = CreateTable(step.name, step.columns, step.key, {s.name: s.columns for s in own})
        made.append(step)
    return made


def _code(step: Step) -> str:
    if not isinstance(step, CreateTable):
        return f"    {step!r},".replace("'", '"')
    described = textwrap.fill(step.columns, 96, initial_indent=" " * 8, subsequent_indent=" " * 8)
    lines = ["    CreateTable(", f'        "{step.name}",', f'        """\n{described}\n        """,']
    lines.append(f'        "{step.key}",')
    if step.indexes:
        lines.append(f"        {dict(step.indexes)!r},".replace("'", '"'))
    return "\n".join([*lines, "    ),"])


def main(message: str, source: str) -> None:
    """Takes the tables from ``module:function``."""
    module, _, function = source.partition(":")
    path = revise(message, getattr(importlib.import_module(module), function)())
    sys.stdout.write(f"{path or 'The migrations lead to the specs already.'}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
