"""Connections. The same statement code runs on all of them: generators that yield statements.

A generator knows nothing of waiting, so SQLite runs it inline on the event loop (an indexed read takes
microseconds, a thread hop takes longer), and a server's driver awaits each statement (``servers.py``).
"""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite as sqlite_dialect

from cartwheel.storage.schema import Value

T = TypeVar("T")

Request: TypeAlias = tuple[str, Sequence[Value]]
"""A statement's text and its parameters."""

Steps: TypeAlias = Generator[Request, Any, T]
"""Yields statements. Is sent the rows of a ``SELECT``, of any other statement how many rows it found."""

Work: TypeAlias = Callable[[], Steps[T]]
"""Begins the steps; called again for each attempt."""


class Retry(Exception):
    """The attempt did nothing and may be made again: a deadlock, a lock held too long, a lost connection."""


class Unsure(Exception):
    """The connection was lost while committing: the write happened or it did not."""


class Driver(ABC):
    """Runs statements. Raises ``Retry`` and ``Unsure``."""

    dialect: sa.Dialect
    duplicate: type[Exception] | tuple[()] = ()
    """Raised into the steps for a duplicate key, where a statement cannot be told to keep still about it."""

    @abstractmethod
    async def run(self, work: Work[T], *, transaction: bool = False) -> T:
        """What the steps return; in a transaction, all of them are made or, when they raise, none."""

    @abstractmethod
    async def inspect(self, read: Callable[[sa.Connection], T]) -> T:
        """The answer of ``read`` with an SQLAlchemy connection. Raises ``Retry``."""

    @abstractmethod
    async def schema(self, change: Callable[[sa.Connection], T]) -> T:
        """Runs a schema change with an SQLAlchemy connection, one process at a time.

        Raises ``Retry`` while another process has its turn.
        """

    @abstractmethod
    async def close(self) -> None:
        """Closes the connections."""


_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_BROKEN = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_RUNS_IN_A_ROW = 64

_CHANGES_IN_A_ROW = 4000
"""Rows that are changed before the log is moved into the file."""


class SqliteDriver(Driver):
    """One connection to one file, used by one thread."""

    def __init__(self, path: str, synchronous: str = "NORMAL") -> None:
        self.dialect = sqlite_dialect.dialect(paramstyle="qmark")
        self._path = path
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            path, timeout=5, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "temp_store=MEMORY",
            "cache_size=-16000",
            "wal_autocheckpoint=64000",  # pages, should the thread of ``_tidy`` ever be too slow
            "busy_timeout=20",  # ms: longer waits are made by the caller without holding up the event loop
        ):
            self._connection.execute(f"PRAGMA {pragma}").close()
        self._cursor = self._connection.cursor()
        self._runs = 0
        self._moved = 0
        self._moving: asyncio.Future[None] | None = None

    async def run(self, work: Work[T], *, transaction: bool = False) -> T:
        self._runs += 1
        if self._runs % _RUNS_IN_A_ROW == 0:
            self._tidy()
            # nothing else waits here, so a long loop would keep all others from running
            await asyncio.sleep(0)
        return self._run(work, transaction=transaction)

    def _tidy(self) -> None:
        """Moves the log into the file in a thread: the disk may take longer than a request should wait."""
        changes = self._connection.total_changes
        if changes - self._moved < _CHANGES_IN_A_ROW or (self._moving and not self._moving.done()):
            return
        self._moved = changes
        self._moving = asyncio.get_running_loop().run_in_executor(None, _move_log, self._path)

    def _run(self, work: Work[T], *, transaction: bool) -> T:
        try:
            return self._transaction(work) if transaction else self._drive(work())
        except sqlite3.OperationalError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in _BUSY:
                raise Retry(str(error)) from error
            if code in _BROKEN:
                raise Unsure(str(error)) from error
            raise

    def _drive(self, steps: Steps[T]) -> T:
        cursor = self._cursor
        try:
            text, parameters = next(steps)
            while True:
                cursor.execute(text, parameters)
                is_read = cursor.description is not None
                text, parameters = steps.send(cursor.fetchall() if is_read else cursor.rowcount)
        except StopIteration as stop:
            answer: T = stop.value
            return answer

    def _transaction(self, work: Work[T]) -> T:
        self._cursor.execute("BEGIN IMMEDIATE")
        try:
            answer = self._drive(work())
            self._cursor.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._cursor.execute("ROLLBACK")
            raise
        return answer

    async def inspect(self, read: Callable[[sa.Connection], T]) -> T:
        with self._engine().connect() as connection:
            return read(connection)

    def _engine(self) -> sa.Engine:
        return sa.create_engine("sqlite://", creator=lambda: self._connection, poolclass=sa.pool.StaticPool)

    async def schema(self, change: Callable[[sa.Connection], T]) -> T:
        def work() -> Steps[T]:
            with self._engine().connect() as connection:
                yield "BEGIN IMMEDIATE", ()  # not before: SQLAlchemy rolls back as it connects
                answer = change(connection)
                connection.commit()
                return answer

        return self._run(work, transaction=False)

    async def close(self) -> None:
        if self._moving:
            await self._moving
        self._connection.close()


def _move_log(path: str) -> None:
    # a full or broken disk is told to whoever writes next
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").close()
