"""The SQL engine: SQLite inline on the event loop; MariaDB, MySQL and PostgreSQL over the network."""

from cartwheel.storage.sql.engine import SqlStore
from cartwheel.storage.sql.opening import open_driver
from cartwheel.storage.sql.replica import SqlReplica
from cartwheel.storage.sql.versions import MIGRATIONS

__all__ = ["MIGRATIONS", "SqlReplica", "SqlStore", "open_driver"]
