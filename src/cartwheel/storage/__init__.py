"""The storage port: table specs, reads, and atomic conditional writes.

A domain's ``tables.py`` declares ``Table`` specs and functions that return ``Query`` and change values; its
service hands them to the ``Store`` that it was given. The engines (``storage/sql``, ``storage/dynamodb.py``)
are named by ``shop.py`` only.
"""

from cartwheel.storage.port import (
    Change,
    Check,
    Condition,
    Conflict,
    Delete,
    InvalidCursor,
    Put,
    Query,
    StorageError,
    Store,
    Unavailable,
    Update,
    absent,
    eq,
    exists,
    ge,
    gt,
    is_in,
    le,
    lt,
    ne,
)
from cartwheel.storage.replica import ReadReplica
from cartwheel.storage.schema import Index, InvalidItem, Table

__all__ = [
    "Change",
    "Check",
    "Condition",
    "Conflict",
    "Delete",
    "Index",
    "InvalidCursor",
    "InvalidItem",
    "Put",
    "Query",
    "ReadReplica",
    "StorageError",
    "Store",
    "Table",
    "Unavailable",
    "Update",
    "absent",
    "eq",
    "exists",
    "ge",
    "gt",
    "is_in",
    "le",
    "lt",
    "ne",
]
