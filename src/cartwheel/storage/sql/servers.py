"""What PostgreSQL, MariaDB and MySQL have in common: a pool, and the statement code in a greenlet over it.

The pool and the dialect are SQLAlchemy's; its cursors are not used, because they cost more than the database
does for a read by key (measured in ADR 0001). The connections of asyncpg and asyncmy are driven directly.
"""

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from cartwheel.storage.schema import Value
from cartwheel.storage.sql.drivers import Cursor, Driver, Retry, T, Unsure, Work

CONNECT_SECONDS = 5
LOCK_SECONDS = 5
_ATTEMPT_SECONDS = 15
"""A server that says nothing for so long is taken for lost. More than it waits for a lock."""

SCHEMA_LOCK = 7_236_115_408_201_337
"""Names the lock of schema changes on PostgreSQL; any number that nothing else in the database uses."""


@dataclass(slots=True)
class _Attempt:
    """How far an attempt went: from ``sent`` on, a lost connection may have left a change behind."""

    sent: bool = False


class ServerDriver(Driver):
    """A pool of autocommit connections to a server. Subclasses know the driver of the server."""

    errors: ClassVar[tuple[type[BaseException], ...]] = (OSError, SQLAlchemyError)
    """What may be raised while connecting."""

    retryable: ClassVar[frozenset[object]]
    """Codes of errors after which the server has undone the attempt."""

    lost: ClassVar[frozenset[object]]
    """Codes of errors that say that the connection is of no more use."""

    def __init__(self, url: sa.URL, pool_size: int, connect_args: dict[str, Any], **engine: object) -> None:
        self._url, self._connect_args = url, connect_args
        self._engine = create_async_engine(
            url,
            connect_args=connect_args,
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=CONNECT_SECONDS,
            pool_reset_on_return=None,
            **engine,
        )
        self._stale_before = 0.0
        sa.event.listen(self._engine.sync_engine, "connect", self._on_connect)
        sa.event.listen(self._engine.sync_engine, "checkout", self._on_checkout)
        self.dialect = self._engine.dialect

    @abstractmethod
    def cursor(self, connection: Value) -> Cursor:
        """A cursor over a connection of the driver; runs in a greenlet."""

    @abstractmethod
    def is_closed(self, connection: Value) -> bool:
        """Whether the connection is known to be closed, by either side."""

    @abstractmethod
    def abort(self, connection: Value) -> None:
        """Closes a connection without waiting for the server."""

    @abstractmethod
    def code(self, error: BaseException) -> object:
        """The server's code of an error."""

    @abstractmethod
    def was_sent(self, error: BaseException) -> bool:
        """Whether a statement that failed with the loss of its connection can have reached the server."""

    @abstractmethod
    def lock_schema(self, connection: sa.Connection) -> bool:
        """Takes the lock of schema changes until the connection closes; says whether it was free."""

    def is_lost(self, error: BaseException) -> bool:
        """Whether an error says that the connection is of no more use."""
        return isinstance(error, OSError) or self.code(error) in self.lost

    def on_connect(self, cursor: Value) -> None:
        """Sets a new connection up, by a cursor of SQLAlchemy."""

    async def run(self, work: Work[T], *, transaction: bool = False) -> T:
        attempt = _Attempt()
        try:
            async with asyncio.timeout(_ATTEMPT_SECONDS):
                return await greenlet_spawn(self._run, work, transaction, attempt)
        except TimeoutError as error:
            self._stale_before = time.monotonic()
            message = f"The database did not answer within {_ATTEMPT_SECONDS} seconds."
            raise (Unsure if attempt.sent else Retry)(message) from error

    def _run(self, work: Work[T], transaction: bool, attempt: _Attempt) -> T:  # noqa: FBT001 - by greenlet_spawn
        try:
            pooled = self._engine.sync_engine.pool.connect()
        except self.errors as error:
            raise Retry(str(error)) from error
        connection = pooled.driver_connection
        try:
            cursor = self.cursor(connection)
            if not transaction:
                attempt.sent = True
                return work(cursor)
            cursor.execute("BEGIN")
            answer = work(cursor)
            attempt.sent = True
            cursor.execute("COMMIT")
        except BaseException as error:
            raise self._after(error, pooled, transaction=transaction, sent=attempt.sent) from error
        else:
            return answer
        finally:
            pooled.close()

    def _after(
        self, error: BaseException, pooled: PoolProxiedConnection, *, transaction: bool, sent: bool
    ) -> BaseException:
        """Cleans up after an error and says what to raise for it."""
        connection = pooled.driver_connection
        lost = self.is_lost(error) or self.is_closed(connection)
        if lost or not isinstance(error, Exception) or (transaction and not self._roll_back(connection)):
            self.abort(connection)
            pooled.invalidate(error)
        if not isinstance(error, self.errors):
            return error
        if lost:
            self._stale_before = time.monotonic()
            return Unsure(str(error)) if sent and self.was_sent(error) else Retry(str(error))
        return Retry(str(error)) if self.code(error) in self.retryable else error

    def _roll_back(self, connection: Value) -> bool:
        try:
            self.cursor(connection).execute("ROLLBACK")
        except Exception:  # noqa: BLE001 - whatever it is, the connection is thrown away
            return False
        return True

    def _on_connect(self, connection: Value, record: Value) -> None:
        record.info["born"] = time.monotonic()
        cursor = connection.cursor()
        self.on_connect(cursor)
        cursor.close()

    def _on_checkout(self, _: Value, record: Value, __: Value) -> None:
        """When a connection was lost, all that are older than that moment are taken for lost as well."""
        if record.info["born"] < self._stale_before or self.is_closed(record.driver_connection):
            raise InvalidatePoolError

    async def inspect(self, read: Callable[[sa.Connection], T]) -> T:
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(read)
        except self.errors as error:
            raise Retry(str(error)) from error

    async def schema(self, change: Callable[[sa.Connection], T]) -> T:
        engine = create_async_engine(self._url, connect_args=self._connect_args, poolclass=NullPool)
        sa.event.listen(engine.sync_engine, "connect", self._on_connect)

        def locked(connection: sa.Connection) -> T:
            if not self.lock_schema(connection):
                raise Retry("Another process changes the schema.")
            answer = change(connection)
            connection.commit()
            return answer

        try:
            async with engine.connect() as connection:
                return await connection.run_sync(locked)
        except DBAPIError as error:
            cause = error.orig.__cause__ if error.orig and error.orig.__cause__ else error.orig
            if error.connection_invalidated or (cause and self.code(cause) in self.retryable | self.lost):
                raise Retry(str(error)) from error
            raise
        except self.errors as error:
            raise Retry(str(error)) from error
        finally:
            await engine.dispose()

    async def close(self) -> None:
        await self._engine.dispose()
