"""What PostgreSQL, MariaDB and MySQL have in common: a pool, lost connections, and statements awaited.

The pool, the dialect and the statements are SQLAlchemy's. Its cursors and its greenlets are not used: they
cost more than the database does for a read by key (measured in ADR 0001). asyncpg and asyncmy are driven
directly.
"""

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from cartwheel.kernel.telemetry import gauge
from cartwheel.storage.schema import Value
from cartwheel.storage.sql.credentials import Rotated
from cartwheel.storage.sql.drivers import Driver, Retry, Steps, T, Unsure, Work

CONNECT_SECONDS = 5
LOCK_SECONDS = 5
_SILENT_SECONDS = 15
"""A server that says nothing for so long is taken for lost. More than it waits for a lock."""

SCHEMA_LOCK = 7_236_115_408_201_337
"""Names the lock of schema changes on PostgreSQL; any number that nothing else in the database uses."""


class _Held:
    """A connection out of the pool. ``sent``: its loss may leave a change behind."""

    __slots__ = ("born", "busy_since", "pooled", "raw", "sent")

    def __init__(self, pooled: PoolProxiedConnection) -> None:
        self.pooled = pooled
        self.raw: Any = pooled.driver_connection
        self.born = self.busy_since = time.monotonic()
        self.sent = False


class ServerDriver(Driver):
    """Autocommit connections to a server; transactions are opened by hand. Subclasses know its driver.

    The pool bounds the connections. Those that are free wait here, not in the pool: taking one back out of it
    costs as much as a statement.
    """

    errors: ClassVar[tuple[type[BaseException], ...]] = (OSError, SQLAlchemyError)
    """What may be raised while connecting."""

    retryable: ClassVar[frozenset[object]]
    """Codes of errors after which the server has undone the attempt."""

    lost: ClassVar[frozenset[object]]
    """Codes of errors that say that the connection is of no more use."""

    denied: ClassVar[frozenset[object]]
    """Codes of errors that say that the password is none."""

    rotated: Rotated | None = None
    """Where user and password come from, if not from the address."""

    def __init__(self, url: sa.URL, pool_size: int, connect_args: dict[str, Any], **engine: object) -> None:
        self._url, self._connect_args = url, connect_args
        self._engine = create_async_engine(
            url,
            connect_args=connect_args,
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=CONNECT_SECONDS,
            pool_reset_on_return=None,
            **engine,
        )
        self._free: list[_Held] = []
        self._busy: set[_Held] = set()
        self._waiting = 0
        self._stale_before = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._listen(self._engine)
        self.dialect = self._engine.dialect
        pool = {"engine": url.get_backend_name()}
        gauge("sql_connections_in_use", pool, lambda: len(self._busy))
        gauge("sql_connections_waited_for", pool, lambda: self._waiting)
        gauge("sql_connections_limit", pool, lambda: pool_size)

    @abstractmethod
    async def execute(self, connection: Value, text: str, parameters: Sequence[Value]) -> Value:
        """Runs a statement: the rows of a ``SELECT``, else how many rows were found."""

    @abstractmethod
    async def command(self, connection: Value, text: str) -> None:
        """Runs a statement without parameters or an answer."""

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

    def on_connect(self, connection: Value) -> None:
        """Sets a new connection of SQLAlchemy up."""

    async def run(self, work: Work[T], *, transaction: bool = False) -> T:
        held = self._take() or await self._connect()
        held.sent = not transaction
        held.busy_since = time.monotonic()
        self._busy.add(held)
        try:
            if not transaction:
                answer = await self._drive(held.raw, work())
            else:
                await self.command(held.raw, "BEGIN")
                answer = await self._drive(held.raw, work())
                held.sent = True
                await self.command(held.raw, "COMMIT")
        except BaseException as error:
            raise await self._after(error, held, transaction=transaction) from error
        self._busy.discard(held)
        if self._waiting:
            held.pooled.close()
        else:
            self._free.append(held)
        return answer

    async def _drive(self, connection: Value, steps: Steps[T]) -> T:
        try:
            text, parameters = next(steps)
            while True:
                try:
                    found = await self.execute(connection, text, parameters)
                except self.duplicate as error:
                    text, parameters = steps.throw(error)
                else:
                    text, parameters = steps.send(found)
        except StopIteration as stop:
            answer: T = stop.value
            return answer

    def _take(self) -> _Held | None:
        """A free connection. When one was lost, all that are older than that moment are lost as well."""
        while self._free:
            held = self._free.pop()
            if held.born >= self._stale_before and not self.is_closed(held.raw):
                return held
            self._drop(held)
        return None

    async def _connect(self) -> _Held:
        """A new connection, or one that another task gives back."""
        self._waiting += 1
        try:
            held = _Held(await greenlet_spawn(self._engine.sync_engine.pool.connect))
        except self.errors as error:
            self._check_password(error)
            raise Retry(str(error)) from error
        finally:
            self._waiting -= 1
        if self._watch is None:
            self._look_for_silence()
        if self.is_closed(held.raw):
            self._drop(held)
            raise Retry("The connection was closed at once.")
        return held

    async def _after(self, error: BaseException, held: _Held, *, transaction: bool) -> BaseException:
        """Cleans up after an error and says what to raise for it."""
        lost = isinstance(error, self.errors) and (self.is_lost(error) or self.is_closed(held.raw))
        usable = isinstance(error, Exception) and not lost
        if usable and transaction:
            usable = await self._roll_back(held.raw)
        self._busy.discard(held)
        if not usable:
            self._drop(held)
        elif self._waiting:
            held.pooled.close()
        else:
            self._free.append(held)
        if lost:
            self._stale_before = time.monotonic()
            return Unsure(str(error)) if held.sent and self.was_sent(error) else Retry(str(error))
        return Retry(str(error)) if self.code(error) in self.retryable else error

    async def _roll_back(self, connection: Value) -> bool:
        try:
            await self.command(connection, "ROLLBACK")
        except Exception:  # noqa: BLE001 - whatever it is, the connection is thrown away
            return False
        return True

    def _drop(self, held: _Held) -> None:
        self.abort(held.raw)
        # SQLAlchemy would say good-bye to the server first, which takes a greenlet, and this one is gone
        held.pooled.detach()

    def _look_for_silence(self) -> None:
        """Cuts connections whose server has not answered for long: the wait for the answer then ends."""
        for held in self._busy:
            if time.monotonic() - held.busy_since > _SILENT_SECONDS:
                self.abort(held.raw)
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(_SILENT_SECONDS / 3, self._look_for_silence)

    def _listen(self, engine: AsyncEngine) -> None:
        sa.event.listen(engine.sync_engine, "connect", self._on_connect)
        sa.event.listen(engine.sync_engine, "do_connect", self._before_connect)

    def _before_connect(self, dialect: object, record: object, args: object, params: dict[str, Any]) -> None:
        if self.rotated:
            self.rotated.provide(dialect, record, args, params)

    def _check_password(self, error: BaseException) -> bool:
        """Whether the password was refused, and another one may be found."""
        if self.rotated is None or self.code(error) not in self.denied:
            return False
        self.rotated.forget()
        return True

    def _on_connect(self, connection: Value, _: Value) -> None:
        self.on_connect(connection)

    async def inspect(self, read: Callable[[sa.Connection], T]) -> T:
        return await self._with_connection(read)

    async def schema(self, change: Callable[[sa.Connection], T]) -> T:
        def locked(connection: sa.Connection) -> T:
            if not self.lock_schema(connection):
                raise Retry("Another process changes the schema.")
            answer = change(connection)
            connection.commit()
            return answer

        return await self._with_connection(locked)

    async def _with_connection(self, work: Callable[[sa.Connection], T]) -> T:
        engine = create_async_engine(self._url, connect_args=self._connect_args, poolclass=NullPool)
        self._listen(engine)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(work)
        except DBAPIError as error:
            cause = error.orig.__cause__ if error.orig and error.orig.__cause__ else error.orig
            if cause and self._check_password(cause):
                raise Retry(str(error)) from error
            if error.connection_invalidated or (cause and self.code(cause) in self.retryable | self.lost):
                raise Retry(str(error)) from error
            raise
        except self.errors as error:
            raise Retry(str(error)) from error
        finally:
            await engine.dispose()

    async def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        while self._free:
            self._free.pop().pooled.close()
        await self._engine.dispose()
