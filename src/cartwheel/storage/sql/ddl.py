"""The words of a migration. All of them leave the previous release running.

So there is no word for dropping or changing a column: what is no longer used stays, empty, until no release
knows it. A column that is added may be null, because the previous release writes rows without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from alembic import op

from cartwheel.storage.sql import kinds


def columns(described: str) -> list[sa.Column[object]]:
    """Columns from ``name kind, …``; the kind is a function of ``kinds``, with ``?`` where it may be null."""
    made = []
    for part in described.split(","):
        name, kind = part.split()
        type_ = getattr(kinds, kind.removesuffix("?"))()
        made.append(sa.Column(name, type_, nullable=kind.endswith("?"), autoincrement=False))
    return made


@dataclass(frozen=True)
class CreateTable:
    """``indexes`` gives the columns of each index, separated by spaces, as does ``key``."""

    name: str
    columns: str
    key: str
    indexes: Mapping[str, str] = field(default_factory=dict)

    def apply(self) -> None:
        """Creates the table and its indexes."""
        key = sa.PrimaryKeyConstraint(*self.key.split())
        op.create_table(self.name, *columns(self.columns), key, **kinds.OPTIONS)
        for name, parts in self.indexes.items():
            op.create_index(name, self.name, parts.split())


@dataclass(frozen=True)
class AddColumn:
    """Adds a column that may be null."""

    table: str
    column: str

    def apply(self) -> None:
        """Adds it."""
        (column,) = columns(self.column)
        op.add_column(self.table, column)


@dataclass(frozen=True)
class CreateIndex:
    """Adds an index of columns, separated by spaces."""

    name: str
    table: str
    columns: str

    def apply(self) -> None:
        """Creates it."""
        op.create_index(self.name, self.table, self.columns.split())


@dataclass(frozen=True)
class DropIndex:
    """Removes an index that no release needs any more."""

    name: str
    table: str

    def apply(self) -> None:
        """Drops it."""
        op.drop_index(self.name, self.table)


Step = CreateTable | AddColumn | CreateIndex | DropIndex


def apply(steps: Sequence[Step]) -> None:
    """Makes the steps in order."""
    for step in steps:
        step.apply()
