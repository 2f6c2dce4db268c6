"""Connections. The same synchronous statement code runs on all of them, handed a plain DB-API cursor.

SQLite runs it inline on the event loop: an indexed read takes microseconds, a thread hop takes longer. The
servers run it in SQLAlchemy's greenlet over asyncpg or asyncmy, on pooled autocommit connections, so that a
read costs one round trip; transactions are opened by hand.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite as sqlite_dialect

T = TypeVar("T")
Work = Callable[[Any], T]


class Retry(Exception):
    """The attempt did nothing and may be made again: a deadlock, a lock held too long, a lost connection."""


class Unsure(Exception):
    """The connection was lost while committing: the write happened or it did not."""


class Driver(ABC):
    """Runs synchronous work with a DB-API cursor. Raises ``Retry`` and ``Unsure``."""

    dialect: sa.Dialect
    begin: str
    duplicate: type[Exception] | tuple[()] = ()
    """What the database raises for a duplicate key where it cannot be told to keep still about it."""

    @abstractmethod
    async def run(self, work: Work[T], *, transaction: bool = False) -> T:
        """The answer of ``work(cursor)``; in a transaction, all of it or, when it raises, nothing."""

    @abstractmethod
    async def schema(self, change: Callable[[sa.Connection], T]) -> T:
        """Runs a schema change with an SQLAlchemy connection, one process at a time."""

    @abstractmethod
    async def close(self) -> None:
        """Closes the connections."""


class SqliteDriver(Driver):
    """One connection to one file, used by one thread."""

    begin = "BEGIN IMMEDIATE"

    def __init__(self, path: str, synchronous: str = "NORMAL") -> None:
        self.dialect = sqlite_dialect.dialect(paramstyle="qmark")
        self._path = path
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        # 20 ms: longer waits are made by the caller without holding up the event loop
        self._connection = sqlite3.connect(
            path, timeout=0.02, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "temp_store=MEMORY",
            "cache_size=-16000",
        ):
            self._connection.execute(f"PRAGMA {pragma}").close()
        self._cursor = self._connection.cursor()

    async def run(self, work: Work[T], *, transaction: bool = False) -> T:
        cursor = self._cursor
        try:
            if not transaction:
                return work(cursor)
            cursor.execute(self.begin)
            try:
                answer = work(cursor)
                cursor.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    cursor.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Retry(str(error)) from error
            raise
        return answer

    async def schema(self, change: Callable[[sa.Connection], T]) -> T:
        engine = sa.create_engine("sqlite://", creator=lambda: self._connection, poolclass=sa.pool.StaticPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            answer = change(connection)
            connection.commit()
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")
        return answer

    async def close(self) -> None:
        self._connection.close()


_DRIVERS = {"mysql": "mysql+asyncmy", "mariadb": "mysql+asyncmy", "postgresql": "postgresql+asyncpg"}


def open_driver(url: str) -> Driver:
    """A driver for ``sqlite:///path``, ``mysql://…``, ``mariadb://…`` or ``postgresql://…``.

    Connects lazily (SQLite: at once). SQLite takes ``?synchronous=FULL``, the servers ``?pool_size=N``.
    Raises ``ValueError`` for any other scheme.
    """
    parsed = sa.make_url(url)
    options = dict(parsed.query)
    if parsed.drivername == "sqlite":
        return SqliteDriver(parsed.database or ":memory:", str(options.get("synchronous", "NORMAL")))
    if parsed.drivername not in _DRIVERS:
        raise ValueError(f"{parsed.drivername!r} is not a database that Cartwheel knows.")
    size = int(str(options.pop("pool_size", "10")))
    query = {name: value for name, value in options.items() if isinstance(value, str)}
    if "mysql" in _DRIVERS[parsed.drivername]:
        query.setdefault("charset", "utf8mb4")
    from cartwheel.storage.sql.servers import ServerDriver  # noqa: PLC0415 - SQLite needs no server library

    return ServerDriver(parsed.set(drivername=_DRIVERS[parsed.drivername], query=query), size)
