"""SQL tables from specs: one typed column for every attribute, and how values cross into each database."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from cartwheel.kernel.clock import iso
from cartwheel.storage.schema import KEY_LENGTH, Column, Kind, Table

Codec = Callable[[Any], Any]

_KEY = sa.String(KEY_LENGTH).with_variant(sa.String(KEY_LENGTH, collation="C"), "postgresql")
_TEXT = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    "text": _TEXT,
    "int": sa.BigInteger(),
    "bool": sa.Boolean(),
    "time": sa.DateTime(timezone=True)
    .with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    .with_variant(sa.String(27), "sqlite"),
    "json": sa.Text()
    .with_variant(mysql.JSON(), "mysql", "mariadb")
    .with_variant(postgresql.JSONB(), "postgresql"),
}


def metadata(tables: Iterable[Table[Any]], dialect: sa.Dialect) -> sa.MetaData:
    """The SQL tables of these specs for one database."""
    made = sa.MetaData()
    for table in tables:
        sql_table(table, made, dialect)
    return made


def sql_table(table: Table[Any], into: sa.MetaData, dialect: sa.Dialect) -> sa.Table:
    """The SQL table of a spec. Text compares byte by byte, without padding, on every database."""
    columns = [
        sa.Column(
            column.name,
            _KEY if column.key and column.kind == "text" else _TYPES[column.kind],
            primary_key=column.name in table.keys,
            nullable=column.nullable,
            autoincrement=False,
        )
        for column in table.columns.values()
    ]
    collation = "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", False) else "utf8mb4_0900_bin"
    made = sa.Table(
        table.name,
        into,
        *columns,
        sqlite_with_rowid=False,
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate=collation,
        mariadb_engine="InnoDB",
        mariadb_charset="utf8mb4",
        mariadb_collate=collation,
    )
    for index in table.indexes:
        names = list(dict.fromkeys(name for name in (index.partition, index.sort) if name))
        if dialect.name == "postgresql":  # the others append the primary key to every index by themselves
            names += [name for name in table.keys if name not in names]
        sa.Index(f"ix_{table.name}_{index.name}", *(made.c[name] for name in names))
    if table.ttl:
        sa.Index(f"ix_{table.name}_ttl", made.c[table.ttl])
    return made


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
        return None if dialect.name == "postgresql" else orjson.loads  # asyncpg decodes by itself
    if column.kind == "time" and dialect.name in ("mysql", "mariadb"):
        return _to_aware
    return None


def _dump_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _to_naive(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None)


def _to_aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)
