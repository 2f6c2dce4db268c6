"""The SQL engine: SQLite inline on the event loop; MariaDB, MySQL and PostgreSQL over the network."""

from cartwheel.storage.sql.drivers import open_driver
from cartwheel.storage.sql.engine import SqlStore

__all__ = ["SqlStore", "open_driver"]
