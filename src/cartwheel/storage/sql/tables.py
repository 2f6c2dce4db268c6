"""SQL tables from specs: one typed column for every attribute, and how values cross into each database."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa

from cartwheel.kernel.clock import iso
from cartwheel.storage.schema import Column, Index, Table, Value
from cartwheel.storage.sql import kinds

Codec = Callable[[Value], Value]

_INDEXED_TEXTS = 3
"""Columns of text that an index may have: MySQL's limit of 3,072 bytes, PostgreSQL's of 2,704."""


def metadata(tables: Iterable[Table[Any]]) -> sa.MetaData:
    """The SQL tables of these specs."""
    made = sa.MetaData()
    for table in tables:
        sql_table(table, made)
    return made


@cache
def standing_alone(table: Table[Any]) -> sa.Table:
    """The SQL table of a spec as statements need it: made once for all that read and write it."""
    return sql_table(table, sa.MetaData())


def sql_table(table: Table[Any], into: sa.MetaData) -> sa.Table:
    """The SQL table of a spec.

    An attribute with a default may be null, and is then read as its default: so a release can add it while
    the one before still writes items without it.
    """
    columns = [
        sa.Column(
            column.name,
            kinds.of_column(column),
            primary_key=column.name in table.keys,
            nullable=column.nullable or (column.optional and column.name not in table.keys),
            autoincrement=False,
        )
        for column in table.columns.values()
    ]
    made = sa.Table(table.name, into, *columns, **kinds.OPTIONS)
    for index in table.indexes:
        names = _index_columns(table, index)
        sa.Index(f"ix_{table.name}_{index.name}", *(made.c[name] for name in names))
    if table.ttl:
        sa.Index(f"ix_{table.name}_ttl", made.c[table.ttl])
    return made


def _index_columns(table: Table[Any], index: Index) -> list[str]:
    """The partition, the sort attribute, and the primary key, which orders what has the same sort value.

    SQLite and MySQL append the primary key to every index anyway; PostgreSQL sorts a page's ties without
    it, which is why it may be missing where the texts would be too long for an index entry.
    """
    names = list(dict.fromkeys(name for name in (index.partition, index.sort, *table.keys) if name))
    texts = sum(table.columns[name].kind == "text" for name in names)
    return (
        names
        if texts <= _INDEXED_TEXTS
        else [name for name in names if name in (index.partition, index.sort)]
    )


def encoder(column: Column, dialect: sa.Dialect) -> Codec | None:
    """How a checked value goes into the database; ``None`` where it goes as it is."""
    if column.kind == "json":
        return _dump_json
    if column.kind == "time" and dialect.name == "sqlite":
        return iso
    if column.kind == "time" and dialect.name in ("mysql", "mariadb"):
        return _to_naive
    return None


def decoder(column: Column, dialect: sa.Dialect) -> Codec | None:
    """How a value comes out of the database for validation; ``None`` where it comes as it is."""
    if column.kind == "json":
        return orjson.loads
    if column.kind == "time" and dialect.name in ("mysql", "mariadb"):
        return _to_aware
    return None


def _dump_json(value: Value) -> str:
    return orjson.dumps(value).decode()


def _to_naive(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None)


def _to_aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)
