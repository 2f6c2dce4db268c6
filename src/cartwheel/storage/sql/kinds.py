"""Column types, one for each kind of attribute, that name the same thing on every database.

Migrations call these, so what one of them means is never changed: a new meaning gets a new name.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from cartwheel.storage.schema import KEY_LENGTH, Column

OPTIONS: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mariadb_engine": "InnoDB",
    "mariadb_charset": "utf8mb4",
    "sqlite_with_rowid": False,
}
"""What every table is created with."""


class _ByteText(sa.types.TypeDecorator[str]):
    """Text that compares byte by byte, without padding."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__()
        self.length = length

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name in ("mysql", "mariadb"):
            collation = "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", False) else "utf8mb4_0900_bin"
            if self.length:
                return mysql.VARCHAR(self.length, charset="utf8mb4", collation=collation)
            return mysql.MEDIUMTEXT(charset="utf8mb4", collation=collation)
        collation = "C" if dialect.name == "postgresql" else "BINARY"
        return sa.String(self.length, collation) if self.length else sa.Text(collation=collation)


def text() -> sa.types.TypeEngine[Any]:
    """Text of any length that an item can hold."""
    return _ByteText()


def key() -> sa.types.TypeEngine[Any]:
    """Text that is a key or indexed."""
    return _ByteText(KEY_LENGTH)


def integer() -> sa.types.TypeEngine[Any]:
    """A signed integer of 64 bits."""
    return sa.BigInteger()


def boolean() -> sa.types.TypeEngine[Any]:
    """True or false."""
    return sa.Boolean()


def instant() -> sa.types.TypeEngine[Any]:
    """A moment to the microsecond: UTC on MySQL and MariaDB, fixed-width ISO 8601 on SQLite."""
    return (
        sa.DateTime(timezone=True)
        .with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
        .with_variant(sa.String(27), "sqlite")
    )


def nested() -> sa.types.TypeEngine[Any]:
    """Lists, maps and models as JSON."""
    return (
        sa.Text()
        .with_variant(mysql.JSON(), "mysql", "mariadb")
        .with_variant(postgresql.JSONB(), "postgresql")
    )


_BY_KIND = {"text": text, "int": integer, "bool": boolean, "time": instant, "json": nested}


def of_column(column: Column) -> sa.types.TypeEngine[Any]:
    """The type of an attribute."""
    return key() if column.key and column.kind == "text" else _BY_KIND[column.kind]()


def name_of(type_: sa.types.TypeEngine[Any]) -> str:
    """The name of the function here that made the type."""
    if isinstance(type_, _ByteText):
        return "key" if type_.length else "text"
    return next(name for base, name in _NAMES if isinstance(type_, base))


_NAMES: tuple[tuple[type, str], ...] = (
    (sa.BigInteger, "integer"),
    (sa.Boolean, "boolean"),
    (sa.DateTime, "instant"),
    (sa.Text, "nested"),
)
