"""The engines under test: how each is opened, emptied and taken away its connections."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import asyncmy.errors

from cartwheel.kernel.clock import Clock
from cartwheel.storage import Store, Table
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.dynamodb import DynamoStore
from cartwheel.storage.sql import SqlStore, open_driver
from tests.contract.storage.tables import TABLES
from tests.support import databases

SECRET = b"a secret of the tests"


class Backend(ABC):
    """Data of one engine that belong to one test."""

    name: str

    def __init__(self, url: str) -> None:
        self.url = url

    @abstractmethod
    def open(self, clock: Clock, tables: Iterable[Table[Any]] = TABLES, *, secret: bytes = SECRET) -> Store:
        """A store over the data, as another process would open it."""

    async def empty(self) -> None:
        """Removes what a test before has left; nothing where every test has data of its own."""
        return


class Sqlite(Backend):
    name = "sqlite"

    def open(self, clock: Clock, tables: Iterable[Table[Any]] = TABLES, *, secret: bytes = SECRET) -> Store:
        return SqlStore(open_driver(self.url), tables, Cursors(secret), clock)


class Server(Sqlite):
    async def empty(self) -> None:
        await databases.empty(self.url, [table.name for table in TABLES])


class Postgresql(Server):
    name = "postgresql"

    async def cut_connections(self) -> None:
        """Ends every other connection to the database, from the server's side."""
        await databases.execute(
            self.url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )


class Mariadb(Server):
    name = "mariadb"

    async def cut_connections(self) -> None:
        """Ends every other connection to the database, from the server's side."""
        rows = await databases.execute(
            self.url,
            "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()",
        )
        for (number,) in rows:
            try:
                await databases.execute(self.url, f"KILL {number}")
            except asyncmy.errors.Error as error:
                if error.args[0] != 1094:  # it has ended by itself
                    raise


class Dynamodb(Backend):
    name = "dynamodb"

    def open(self, clock: Clock, tables: Iterable[Table[Any]] = TABLES, *, secret: bytes = SECRET) -> Store:
        return DynamoStore(self.url, tables, Cursors(secret), clock)
