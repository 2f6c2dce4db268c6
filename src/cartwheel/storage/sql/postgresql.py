"""PostgreSQL over asyncpg."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import orjson
import sqlalchemy as sa
from sqlalchemy.util import await_

from cartwheel.storage.schema import Value
from cartwheel.storage.sql.drivers import Cursor
from cartwheel.storage.sql.servers import CONNECT_SECONDS, LOCK_SECONDS, SCHEMA_LOCK, ServerDriver

_CONNECT_ARGS = {
    "timeout": CONNECT_SECONDS,
    "statement_cache_size": 1024,  # as many as there are shapes of statements, or they are prepared again
    "max_cached_statement_lifetime": 0,
    "server_settings": {
        "application_name": "cartwheel",
        "jit": "off",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": "60s",
    },
}


class _Cursor:
    """Just enough of a cursor; every statement is prepared by asyncpg once for each connection."""

    __slots__ = ("_connection", "_rows", "rowcount")

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Sequence[Value]] = ()
        self.rowcount = -1

    def execute(self, text: str, parameters: Sequence[Value] = ()) -> None:
        if text.startswith("SELECT"):
            rows: Any = await_(self._connection.fetch(text, *parameters))
            self._rows = rows
            return
        status = await_(self._connection.execute(text, *parameters))
        if parameters:
            self.rowcount = int(status[status.rindex(" ") + 1 :])

    def fetchone(self) -> Sequence[Value] | None:
        return self._rows[0] if self._rows else None

    def fetchall(self) -> Sequence[Sequence[Value]]:
        return self._rows


class PostgresqlDriver(ServerDriver):
    """PostgreSQL.

    25006 is a server that turned into a replica, 0A000 a statement that was prepared before a migration.
    """

    errors = (
        *ServerDriver.errors,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    )
    retryable = frozenset({"40P01", "40001", "55P03", "0A000"})
    lost = frozenset({"25006", "57P01", "57P02", "57P03", "53300", "25P03", "08000", "08003", "08006"})

    def __init__(self, url: sa.URL, pool_size: int) -> None:
        url = url.set(drivername="postgresql+asyncpg")
        super().__init__(url, pool_size, _CONNECT_ARGS, json_deserializer=orjson.loads)

    def cursor(self, connection: Value) -> Cursor:
        return _Cursor(connection)

    def is_closed(self, connection: Value) -> bool:
        return bool(connection.is_closed())

    def is_lost(self, error: BaseException) -> bool:
        return super().is_lost(error) or isinstance(error, asyncpg.InternalClientError)

    def abort(self, connection: Value) -> None:
        connection.terminate()

    def code(self, error: BaseException) -> object:
        return getattr(error, "sqlstate", None)

    def was_sent(self, error: BaseException) -> bool:
        # raised for a connection that is closed already, or is about to notice that it is
        return not isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError)

    def lock_schema(self, connection: sa.Connection) -> bool:
        return bool(connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(SCHEMA_LOCK))))
