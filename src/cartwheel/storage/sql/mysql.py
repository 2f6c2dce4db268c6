"""MariaDB and MySQL over asyncmy."""

from collections.abc import Sequence

import asyncmy.errors
import sqlalchemy as sa

from cartwheel.storage.schema import Value
from cartwheel.storage.sql.servers import CONNECT_SECONDS, LOCK_SECONDS, ServerDriver

_SESSION = (
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
    f"innodb_lock_wait_timeout = {LOCK_SECONDS}, lock_wait_timeout = {LOCK_SECONDS}",
)

_GONE = 2006
"""Raised before a statement is sent."""


class MysqlDriver(ServerDriver):
    """MariaDB and MySQL. 1290 and 1836 are a server that turned into a replica."""

    errors = (*ServerDriver.errors, asyncmy.errors.Error)
    duplicate = asyncmy.errors.IntegrityError
    retryable = frozenset({1213, 1205, 1020, 1317, 1180})
    denied = frozenset({1045})
    lost = frozenset({1040, 1053, 1203, 1290, 1836, 1927, _GONE, 2013, 2055})

    def __init__(self, url: sa.URL, pool_size: int) -> None:
        url = url.set(drivername="mysql+asyncmy").update_query_dict({"charset": "utf8mb4"})
        super().__init__(url, pool_size, {"connect_timeout": CONNECT_SECONDS})

    async def execute(self, connection: Value, text: str, parameters: Sequence[Value]) -> Value:
        cursor = connection.cursor()
        await cursor.execute(text, parameters or None)
        return await cursor.fetchall() if cursor.description else cursor.rowcount

    async def command(self, connection: Value, text: str) -> None:
        await connection.query(text)

    def is_closed(self, connection: Value) -> bool:
        return not connection.connected or bool(connection._stream_broken)

    def abort(self, connection: Value) -> None:
        connection.close()

    def code(self, error: BaseException) -> object:
        return error.args[0] if isinstance(error, asyncmy.errors.Error) and error.args else None

    def was_sent(self, error: BaseException) -> bool:
        return self.code(error) != _GONE

    def lock_schema(self, connection: sa.Connection) -> bool:
        name = sa.func.concat("cartwheel.schema.", sa.func.coalesce(sa.func.database(), ""))
        return bool(connection.scalar(sa.select(sa.func.get_lock(sa.func.left(name, 64), 0))))

    def on_connect(self, connection: Value) -> None:
        cursor = connection.cursor()
        for statement in _SESSION:
            cursor.execute(statement)
        cursor.close()
