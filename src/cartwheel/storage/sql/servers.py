"""PostgreSQL, MariaDB and MySQL: the statement code in SQLAlchemy's greenlet, on pooled connections."""

from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from cartwheel.storage.sql.drivers import Driver, Retry, T, Unsure, Work

_MYSQL_SESSION = (
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
)


class ServerDriver(Driver):
    """A pool of autocommit connections to PostgreSQL, MariaDB or MySQL."""

    begin = "BEGIN"
    _RETRYABLE = frozenset({"40P01", "40001", "55P03", 1213, 1205, 1020})

    def __init__(self, url: sa.URL, pool_size: int = 10) -> None:
        postgresql = url.get_backend_name() == "postgresql"
        self._engine: AsyncEngine = create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=5,
            pool_reset_on_return=None,
            **({"json_deserializer": orjson.loads} if postgresql else {}),
        )
        if not postgresql:
            sa.event.listen(self._engine.sync_engine, "connect", _mysql_session)
            self.duplicate = self._engine.dialect.loaded_dbapi.IntegrityError
        self.dialect = self._engine.dialect

    async def run(self, work: Work[T], *, transaction: bool = False) -> T:
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(self._attempt, work, transaction)
        except (PoolTimeout, OSError, DBAPIError) as error:
            raise Retry(str(error)) from error

    def _attempt(self, connection: sa.Connection, work: Work[T], transaction: bool) -> T:  # noqa: FBT001
        raw = connection.connection
        committing = False
        try:
            cursor = raw.cursor()
            try:
                if not transaction:
                    return work(cursor)
                cursor.execute(self.begin)
                answer = work(cursor)
                committing = True
                cursor.execute("COMMIT")
            finally:
                cursor.close()
        except BaseException as error:
            lost = self._lost(error, raw)
            if lost or (transaction and not self._rolled_back(raw)):
                connection.invalidate()
            if lost and (committing or not transaction):
                raise Unsure(str(error)) from error
            if lost or self._code(error) in self._RETRYABLE:
                raise Retry(str(error)) from error
            raise
        return answer

    def _lost(self, error: BaseException, raw: Any) -> bool:
        if isinstance(error, OSError):
            return True
        return isinstance(error, self.dialect.loaded_dbapi.Error) and self.dialect.is_disconnect(
            error, raw, None
        )

    def _rolled_back(self, raw: Any) -> bool:
        cursor = raw.cursor()
        try:
            cursor.execute("ROLLBACK")
        except Exception:  # noqa: BLE001 - whatever it is, the connection is thrown away
            return False
        finally:
            cursor.close()
        return True

    @staticmethod
    def _code(error: BaseException) -> Any:
        code = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
        return code or (error.args[0] if error.args else None)

    async def schema(self, change: Callable[[sa.Connection], T]) -> T:
        async with self._engine.connect() as connection:
            return await connection.run_sync(change)

    async def close(self) -> None:
        await self._engine.dispose()


def _mysql_session(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for statement in _MYSQL_SESSION:
        cursor.execute(statement)
    cursor.close()
