"""Chooses the driver by an address, and imports no other."""

import sqlalchemy as sa

from cartwheel.storage.sql.drivers import Driver, SqliteDriver


def open_driver(url: str) -> Driver:
    """A driver for ``sqlite:///path``, ``mysql://…``, ``mariadb://…`` or ``postgresql://…``.

    Connects lazily (SQLite: at once). SQLite takes ``?synchronous=FULL``, the servers ``?pool_size=N`` (20)
    and what asyncpg or asyncmy take. Raises ``ValueError`` for any other scheme.
    """
    parsed = sa.make_url(url)
    options = dict(parsed.query)
    if parsed.drivername == "sqlite":
        return SqliteDriver(parsed.database or ":memory:", str(options.get("synchronous", "NORMAL")))
    size = int(str(options.pop("pool_size", "20")))
    parsed = parsed.set(query=options)
    # SQLite needs no server library, and each server only its own
    if parsed.drivername == "postgresql":
        from cartwheel.storage.sql.postgresql import PostgresqlDriver  # noqa: PLC0415 - see above

        return PostgresqlDriver(parsed, size)
    if parsed.drivername in ("mysql", "mariadb"):
        from cartwheel.storage.sql.mysql import MysqlDriver  # noqa: PLC0415 - see above

        return MysqlDriver(parsed, size)
    raise ValueError(f"{parsed.drivername!r} is not a database that Cartwheel knows.")
