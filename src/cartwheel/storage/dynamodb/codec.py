"""How values cross into DynamoDB and back.

An empty attribute is left out. Instants are fixed-width ISO 8601, so that their order as text is their order
in time; the one that ends an item's life is there a second time, in epoch seconds, for DynamoDB's clean-up.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cartwheel.kernel.clock import iso
from cartwheel.storage.schema import Column, Table, Value

TTL = "_ttl"
"""The attribute that DynamoDB's time-to-live looks at. No field of a model can have this name."""

Typed = dict[str, Value]
"""A value as DynamoDB's interface wants it, such as ``{"N": "1"}``."""


def encode(column: Column, value: Value) -> Typed:
    """A checked value that is not ``None``."""
    if column.kind == "text":
        return {"S": value}
    if column.kind == "int":
        return {"N": str(value)}
    if column.kind == "bool":
        return {"BOOL": value}
    return {"S": iso(value)} if column.kind == "time" else _encode_nested(value)


def encode_ttl(value: datetime) -> Typed:
    """The whole second by which the instant has passed."""
    return {"N": str(math.ceil(value.timestamp()))}


def encode_item(table: Table[Any], values: Mapping[str, Value]) -> dict[str, Typed]:
    """Checked attributes of an item."""
    item = {name: encode(table.columns[name], value) for name, value in values.items() if value is not None}
    if table.ttl and values.get(table.ttl) is not None:
        item[TTL] = encode_ttl(values[table.ttl])
    return item


def encode_key(table: Table[Any], key: Iterable[Value]) -> dict[str, Typed]:
    """A checked key."""
    return {column.name: encode(column, part) for column, part in zip(table.key_columns, key, strict=True)}


def decode_item(table: Table[Any], item: Mapping[str, Typed]) -> dict[str, Value]:
    """What ``Table.load`` takes. What a release before did not write yet is left to the model's default."""
    values: dict[str, Value] = {}
    for name, column in table.columns.items():
        typed = item.get(name)
        if typed is not None:
            values[name] = _decode(typed)
        elif column.nullable or not column.optional:
            values[name] = None
    return values


def _encode_nested(value: Value) -> Typed:
    if value is None:
        return {"NULL": True}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, list):
        return {"L": [_encode_nested(inner) for inner in value]}
    return {"M": {name: _encode_nested(inner) for name, inner in value.items()}}


def _decode(typed: Typed) -> Value:
    ((kind, value),) = typed.items()
    if kind == "N":
        return int(value)
    if kind == "L":
        return [_decode(inner) for inner in value]
    if kind == "M":
        return {name: _decode(inner) for name, inner in value.items()}
    return None if kind == "NULL" else value
