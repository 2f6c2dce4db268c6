"""A database of its own for each process that runs tests, on the servers that are named in servers.py."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncmy
import asyncpg


async def connect(url: str) -> Any:  # noqa: ANN401 - a connection of either driver
    """A connection past the storage package."""
    parts = urlsplit(url)
    database = parts.path.strip("/")
    if parts.scheme == "postgresql":
        return await asyncpg.connect(url, timeout=5)
    return await asyncmy.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=unquote(parts.password or ""),
        database=database,
        connect_timeout=5,
        autocommit=True,
    )


async def execute(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Runs statements on a connection of their own; answers the rows of the last one."""
    connection = await connect(url)
    rows: list[Any] = []
    try:
        if isinstance(connection, asyncpg.Connection):
            for statement in statements:
                rows = await connection.fetch(statement)
        else:
            async with connection.cursor() as cursor:
                for statement in statements:
                    await cursor.execute(statement)
                rows = await cursor.fetchall()
    finally:
        if isinstance(connection, asyncpg.Connection):
            await connection.close()
        else:
            await connection.ensure_closed()
    return [tuple(row) for row in rows]


def is_there(url: str) -> bool:
    """Whether a server answers."""
    try:
        asyncio.run(execute(url, "SELECT 1"))
    except (OSError, asyncpg.PostgresError, asyncmy.errors.Error):
        return False
    return True


async def clear(url: str) -> None:
    """Removes every table; on PostgreSQL a hundred times faster than a fresh database."""
    if url.startswith("postgresql"):
        await execute(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    else:
        name = urlsplit(url).path.strip("/")
        await execute(url, f"DROP DATABASE {name}", f"CREATE DATABASE {name}")


async def empty(url: str, tables: Sequence[str]) -> None:
    """Deletes every row; with a store it takes a statement to be compiled and a page to be read per table."""
    deletes = [f"DELETE FROM {table}" for table in tables]  # noqa: S608 - names of tables
    if url.startswith("postgresql"):
        deletes = [f"DO $$ BEGIN {'; '.join(deletes)}; END $$"]  # one round trip
    await execute(url, *deletes)


@contextmanager
def fresh_database(url: str, label: str = "") -> Iterator[str]:
    """The address of an empty database, dropped at the end. ``label`` tells several of one process apart."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"cartwheel_{worker}_{os.getpid()}{label}"
    is_postgresql = url.startswith("postgresql")
    drop = f"DROP DATABASE IF EXISTS {name}{' WITH (FORCE)' if is_postgresql else ''}"
    # template0, because nobody can be connected to it while it is copied
    create = f"CREATE DATABASE {name}{' TEMPLATE template0' if is_postgresql else ''}"
    asyncio.run(execute(url, drop, create))
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        asyncio.run(execute(url, drop))
