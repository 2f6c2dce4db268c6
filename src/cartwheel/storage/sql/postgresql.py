"""PostgreSQL over asyncpg."""

from collections.abc import Sequence

import asyncpg
import sqlalchemy as sa
from sqlalchemy.util import await_

from cartwheel.storage.schema import Value
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
    denied = frozenset({"28P01"})
    lost = frozenset({"25006", "57P01", "57P02", "57P03", "53300", "25P03", "08000", "08003", "08006"})

    def __init__(self, url: sa.URL, pool_size: int) -> None:
        url = url.set(drivername="postgresql+asyncpg")
        super().__init__(url, pool_size, _CONNECT_ARGS)

    def on_connect(self, connection: Value) -> None:
        # JSON as text, not by SQLAlchemy's decoder, which is called from C and costs twice as much
        await_(connection.driver_connection.reset_type_codec("jsonb", schema="pg_catalog"))

    async def execute(self, connection: Value, text: str, parameters: Sequence[Value]) -> Value:
        if text.startswith("SELECT"):
            return await connection.fetch(text, *parameters)
        status: str = await connection.execute(text, *parameters)
        return int(status[status.rindex(" ") + 1 :])

    async def command(self, connection: Value, text: str) -> None:
        await connection.execute(text)

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
