"""The port that every engine fulfils, and the values that go through it.

One contract suite (``tests/contract/storage``) states all of this as tests and runs on every engine.
"""

import asyncio
import random
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from cartwheel.kernel.pages import Page
from cartwheel.storage.schema import M, Table, Value

MAX_CHANGES = 100
"""Changes in one ``write``: DynamoDB's limit, kept on every engine."""

MAX_ITEM_BYTES = 400 * 1024
"""Attribute names and values of one item, in UTF-8: DynamoDB's limit, kept on every engine."""

MAX_WRITE_BYTES = 4 * 1024 * 1024
"""All items of one ``write`` together: DynamoDB's limit, kept on every engine."""

MAX_CHOICES = 100
"""Values of one ``is_in``: DynamoDB's limit, kept on every engine."""

MAX_PAGE = 1000
"""The largest ``Query.limit``."""


class StorageError(Exception):
    """Base of what the port raises besides ``InvalidItem``."""


class Conflict(StorageError):
    """A condition did not hold, and nothing was written. ``change`` is one whose condition failed."""

    def __init__(self, change: "Change") -> None:
        super().__init__(f"{type(change).__name__} on {change.table.name} does not fit the stored item.")
        self.change = change


class InvalidCursor(StorageError):
    """The cursor was not made by this shop for this query."""


class Unavailable(StorageError):
    """The engine did not answer in spite of retries. A write may or may not have happened."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of the stored item. Several are joined by *and*.

    Every condition but ``absent()`` asks for an item that exists and has not expired. Text compares by its
    UTF-8 bytes. A nested attribute is only asked whether it is empty, a bool only whether it equals. An
    attribute that the table does not have and a value of the wrong type are ``InvalidItem``.
    """

    op: Literal["absent", "exists", "eq", "ne", "lt", "le", "gt", "ge", "in"]
    attribute: str = ""
    value: Value = None


def absent() -> Condition:
    """There is no such item, or it has expired. Stands alone, and only in a ``Put`` or a ``Check``."""
    return Condition("absent")


def exists() -> Condition:
    """There is such an item."""
    return Condition("exists")


def eq(attribute: str, value: Value) -> Condition:
    """The attribute equals the value; ``None`` asks for an empty attribute."""
    return Condition("eq", attribute, value)


def ne(attribute: str, value: Value) -> Condition:
    """The attribute differs from the value (an empty one differs from any value)."""
    return Condition("ne", attribute, value)


def lt(attribute: str, value: Value) -> Condition:
    """The attribute is below the value. An empty attribute is neither below nor above."""
    return Condition("lt", attribute, value)


def le(attribute: str, value: Value) -> Condition:
    """The attribute is at most the value."""
    return Condition("le", attribute, value)


def gt(attribute: str, value: Value) -> Condition:
    """The attribute is above the value."""
    return Condition("gt", attribute, value)


def ge(attribute: str, value: Value) -> Condition:
    """The attribute is at least the value."""
    return Condition("ge", attribute, value)


def is_in(attribute: str, values: Sequence[Value]) -> Condition:
    """The attribute equals one of the values (1 to 100 of them, none ``None``)."""
    return Condition("in", attribute, tuple(values))


@dataclass(frozen=True, slots=True)
class Put(Generic[M]):
    """Stores a whole item. Without conditions it replaces whatever was there."""

    table: Table[M]
    item: M
    when: tuple[Condition, ...] = ()

    @property
    def key(self) -> tuple[Value, ...]:
        """The item's primary key."""
        return self.table.key_of(self.item)


@dataclass(frozen=True, slots=True)
class Update(Generic[M]):
    """Changes attributes of an item that exists; a missing or expired item is a ``Conflict``.

    ``set`` gives new values (``None`` empties an attribute), ``add`` adds to integers; an empty one, and a
    sum beyond 64 bits, are a ``Conflict``. Key attributes stay.
    """

    table: Table[M]
    key: tuple[Value, ...]
    set: Mapping[str, Value] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Delete(Generic[M]):
    """Removes an item. Without conditions a missing one is fine; with conditions it is a ``Conflict``."""

    table: Table[M]
    key: tuple[Value, ...]
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Check(Generic[M]):
    """Writes nothing, but the conditions must hold at the moment of the write."""

    table: Table[M]
    key: tuple[Value, ...]
    when: tuple[Condition, ...]


Change = Put[Any] | Update[Any] | Delete[Any] | Check[Any]

N = TypeVar("N", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Query(Generic[N]):
    """One partition of a table or of one of its indexes, in order of the sort attribute.

    ``low`` and ``high`` bound the sort attribute, both inclusive. Items of equal sort value come in an order
    that is stable within one engine. ``limit`` is 1 to ``MAX_PAGE``; ``cursor`` comes from the page before,
    which may have had another limit. An unknown ``index`` is a ``KeyError``.
    """

    table: Table[N]
    partition: Value
    index: str | None = None
    low: Value = None
    high: Value = None
    descending: bool = False
    limit: int = 50
    cursor: str | None = None

    @property
    def path(self) -> tuple[str, str | None]:
        """The partition and the sort attribute that this query goes along."""
        if self.index is None:
            return self.table.partition, self.table.sort
        index = self.table.index(self.index)
        return index.partition, index.sort


class Store(ABC):
    """Where everything is kept. Safe to use from many tasks, processes and machines at once.

    Throttling, deadlocks and lost connections are retried with jitter inside; what remains is
    ``Unavailable``. Reads by key see every write that was answered before; so do queries, but for indexes on
    DynamoDB. Ids come from addresses that anybody may type: a read by a key or partition of the right type
    that no item can have (empty, too long, with a NUL character, beyond 64 bits) finds nothing. A value of
    the wrong type is a mistake in the code and ``InvalidItem``.
    """

    @abstractmethod
    async def get(self, table: Table[M], *key: Value) -> M | None:
        """The item with that primary key, or ``None`` where it is missing or expired."""

    @abstractmethod
    async def get_many(self, table: Table[M], keys: Sequence[tuple[Value, ...]]) -> list[M | None]:
        """The items of those keys, in their order, ``None`` for each that is missing or expired."""

    @abstractmethod
    async def query(self, query: Query[M]) -> Page[M]:
        """A page of the query. Every item that stands still is seen exactly once over all pages.

        Raises ``InvalidCursor`` for a cursor that was tampered with or belongs to another query.
        """

    @abstractmethod
    def scan(self, table: Table[M]) -> AsyncIterator[M]:
        """All items in no particular order, read in batches: for export and re-indexing only."""

    @abstractmethod
    async def write(self, *changes: Change) -> None:
        """Makes all changes or none.

        At most ``MAX_CHANGES``, at most one per item, together at most ``MAX_WRITE_BYTES``. Raises
        ``Conflict`` when a condition does not hold and ``InvalidItem`` for what may not be stored; in both
        cases nothing has changed. ``Unavailable`` leaves open whether the write happened: callers make theirs
        repeatable by a condition.
        """

    @abstractmethod
    async def prepare(self) -> None:
        """Creates what is missing and migrates what is old. Repeatable, and harmless to running processes."""

    @abstractmethod
    async def purge(self, table: Table[M], limit: int = 500) -> int:
        """Removes up to ``limit`` expired items from disk and counts them (0 if the engine does it)."""

    @abstractmethod
    async def ready(self) -> None:
        """Returns when the engine answers; raises ``Unavailable`` at once when it does not."""

    @abstractmethod
    async def close(self) -> None:
        """Lets go of connections. The store is not used afterwards."""


class Backoff:
    """Waits between retries: full jitter, doubling from 10 ms to 1 s, for up to ``budget`` seconds."""

    def __init__(self, budget: float = 10.0) -> None:
        self._end = time.monotonic() + budget
        self._step = 0.01

    async def wait(self) -> bool:
        """Waits, and says whether another try is worth it."""
        if time.monotonic() >= self._end:
            return False
        await asyncio.sleep(random.uniform(0, self._step))  # noqa: S311 - jitter, not a secret
        self._step = min(self._step * 2, 1.0)
        return True
