"""Chooses the driver by an address, and imports no other."""

from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from cartwheel.storage.sql.drivers import Driver, SqliteDriver

if TYPE_CHECKING:
    from cartwheel.storage.sql.servers import ServerDriver


def open_driver(url: str) -> Driver:
    """A driver for ``sqlite:///path``, ``mysql://…``, ``mariadb://…`` or ``postgresql://…``.

    Connects lazily (SQLite: at once). SQLite takes ``?synchronous=FULL``, the servers ``?pool_size=N`` (20),
    ``?secret=ARN`` of a secret of Secrets Manager with user and password, as RDS keeps it, and what asyncpg
    or asyncmy take. Raises ``ValueError`` for any other scheme.
    """
    parsed = sa.make_url(url)
    options = dict(parsed.query)
    if parsed.drivername == "sqlite":
        return SqliteDriver(parsed.database or ":memory:", str(options.get("synchronous", "NORMAL")))
    size = int(str(options.pop("pool_size", "20")))
    secret = options.pop("secret", None)
    driver = _server(parsed.set(query=options), size)
    if secret:
        from cartwheel.aws import read_text  # noqa: PLC0415 - needed by shops on RDS only
        from cartwheel.storage.sql.credentials import Rotated  # noqa: PLC0415 - see above

        driver.rotated = Rotated(partial(read_text, str(secret)))
    return driver


def _server(url: sa.URL, pool_size: int) -> "ServerDriver":
    # SQLite needs no server library, and each server only its own
    if url.drivername == "postgresql":
        from cartwheel.storage.sql.postgresql import PostgresqlDriver  # noqa: PLC0415 - see above

        return PostgresqlDriver(url, pool_size)
    if url.drivername in ("mysql", "mariadb"):
        from cartwheel.storage.sql.mysql import MysqlDriver  # noqa: PLC0415 - see above

        return MysqlDriver(url, pool_size)
    raise ValueError(f"{url.drivername!r} is not a database that Cartwheel knows.")
