"""What every engine checks before it asks its database, so that all of them refuse the same things."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cartwheel.storage.cursors import Cursors
from cartwheel.storage.port import (
    MAX_CHANGES,
    MAX_CHOICES,
    MAX_ITEM_BYTES,
    MAX_PAGE,
    MAX_WRITE_BYTES,
    Change,
    Check,
    Condition,
    Delete,
    Put,
    Query,
    Update,
)
from cartwheel.storage.schema import INT_LIMIT, KEY_LENGTH, Column, InvalidItem, OutOfRange, Table, Value


@dataclass(frozen=True, slots=True)
class CheckedChange:
    """A change whose parts may be handed to a database.

    ``values`` are the whole item of a ``Put``, or what an ``Update`` sets, of ``size`` bytes. ``is_absent``:
    its only condition is ``absent()``; ``when`` then holds none.
    """

    change: Change
    key: tuple[Value, ...]
    values: dict[str, Value]
    size: int
    when: tuple[Condition, ...] = ()
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query whose parts may be handed to a database. ``order``: the attributes that order it totally."""

    query: Query[Any]
    partition: Value
    low: Value
    high: Value
    order: tuple[str, ...]
    position: tuple[Value, ...] | None


def check_changes(changes: Sequence[Change]) -> list[CheckedChange]:
    """The changes of one write; raises ``InvalidItem``."""
    if len(changes) > MAX_CHANGES:
        raise InvalidItem(f"{len(changes)} changes in one write; at most {MAX_CHANGES} fit.")
    checked = [_check_change(change) for change in changes]
    if len(checked) > 1:
        if len({(made.change.table.name, made.key) for made in checked}) < len(checked):
            raise InvalidItem("Two changes of one write touch the same item.")
        if sum([made.size for made in checked]) > MAX_WRITE_BYTES:
            raise InvalidItem(f"One write holds at most {MAX_WRITE_BYTES} bytes.")
    return checked


def check_key(table: Table[Any], key: tuple[Value, ...]) -> tuple[Value, ...]:
    """The key as stored. Raises ``InvalidItem``, and ``OutOfRange`` for one that no item can have."""
    columns = table.key_columns
    if len(key) != len(columns):
        raise InvalidItem(f"A key of {table.name} has {len(columns)} parts, not {len(key)}.")
    return tuple([column.check(part) for column, part in zip(columns, key, strict=True)])


def find_key(table: Table[Any], key: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """The key as stored, ``None`` for one that no item can have. Raises ``InvalidItem`` for a wrong type."""
    try:
        return check_key(table, key)
    except OutOfRange:
        return None


def check_query(query: Query[Any], cursors: Cursors) -> CheckedQuery | None:
    """The query, ``None`` where nothing can match it. Raises ``InvalidItem`` and ``InvalidCursor``."""
    if type(query.limit) is not int or not 1 <= query.limit <= MAX_PAGE:
        raise InvalidItem(f"A page holds 1 to {MAX_PAGE} items.")
    name, sort = query.path
    columns = query.table.columns
    if query.partition is None:
        raise InvalidItem(f"{name} may not be empty in a query.")
    if sort is None and not (query.low is None and query.high is None):
        raise InvalidItem(f"This query of {query.table.name} has no sort attribute to bound.")
    try:
        partition = columns[name].check(query.partition)
        low = _bound(columns[sort], query.low, low=True) if sort else None
        high = _bound(columns[sort], query.high, low=False) if sort else None
    except OutOfRange:
        return None
    order = tuple([sort] if sort else []) + tuple(n for n in query.table.keys if n not in (name, sort))
    position = cursors.read(query, order)
    if low is not None and high is not None and low > high:
        return None
    return CheckedQuery(query, partition, low, high, order, position)


def add_bounds(amount: int) -> tuple[int, int]:
    """Between which values an integer must lie so that adding ``amount`` stays within 64 bits."""
    return -INT_LIMIT - min(amount, 0), INT_LIMIT - 1 - max(amount, 0)


def _check_change(change: Change) -> CheckedChange:
    table = change.table
    if isinstance(change, Put):
        values = table.dump(change.item)
        key = tuple([values[name] for name in table.keys])
    else:
        key = check_key(table, change.key)
        values = _check_update(change) if isinstance(change, Update) else {}
    size = 0
    for name, value in values.items():
        size += len(name) + (len(value) if type(value) is str and value.isascii() else _size(value))
    if size > MAX_ITEM_BYTES:
        raise InvalidItem(f"An item holds at most {MAX_ITEM_BYTES} bytes.")
    if not change.when:
        if isinstance(change, Check):
            raise InvalidItem("A check has at least one condition.")
        return CheckedChange(change, key, values, size)
    if len(change.when) == 1 and change.when[0].op == "absent":
        if isinstance(change, Update | Delete):
            raise InvalidItem("Only a put or a check may ask that there is no such item.")
        return CheckedChange(change, key, values, size, is_absent=True)
    when = tuple([_check_condition(table, condition) for condition in change.when])
    return CheckedChange(change, key, values, size, when)


def _check_update(change: Update[Any]) -> dict[str, Value]:
    columns, touched = change.table.columns, [*change.set, *change.add]
    if not touched or len(set(touched)) < len(touched) or set(touched) & set(change.table.keys):
        raise InvalidItem("An update changes at least one attribute, each once, and never the key.")
    for name in touched:
        if name not in columns:
            raise InvalidItem(f"{change.table.name} has no attribute {name}.")
    for name, amount in change.add.items():
        if columns[name].kind != "int" or type(amount) is not int or columns[name].side(amount):
            raise InvalidItem(f"{name} takes no such addition: only 64-bit integers to integers.")
    return {name: columns[name].check(value) for name, value in change.set.items()}


def _check_condition(table: Table[Any], condition: Condition) -> Condition:
    op, value = condition.op, condition.value
    if op == "exists":
        return condition
    column = table.columns.get(condition.attribute)
    if op == "absent" or column is None:
        raise InvalidItem(f"{op} {condition.attribute!r} is no condition here: {table.name}.")
    if op in ("eq", "ne"):
        return condition if value is None else _with(condition, column.check_operand(value))
    if column.kind == "bool" and op != "in":
        raise InvalidItem(f"{column.name} has no order.")
    if op == "in":
        if not isinstance(value, tuple) or not 1 <= len(value) <= MAX_CHOICES:
            raise InvalidItem(f"is_in takes 1 to {MAX_CHOICES} values.")
        return _with(condition, tuple([column.check_operand(choice) for choice in value]))
    if op not in ("lt", "le", "gt", "ge"):
        raise InvalidItem(f"{op!r} is no condition.")
    return _with(condition, column.check_operand(value))


def _with(condition: Condition, value: Value) -> Condition:
    return condition if value is condition.value else Condition(condition.op, condition.attribute, value)


def _bound(column: Column, value: Value, *, low: bool) -> Value:
    """The bound as a database takes it, ``None`` where it excludes nothing, ``OutOfRange`` for everything."""
    if value is None:
        return None
    if side := column.side(value):
        if (side < 0) is low:
            return None
        raise OutOfRange(f"Nothing is beyond this bound of {column.name}.")
    try:
        checked = column.check_operand(value)
    except OutOfRange as error:
        raise InvalidItem(str(error)) from None
    if checked == "":
        if low:
            return None
        raise OutOfRange(f"Nothing is below this bound of {column.name}.")
    # no key is longer, so the cut text has the same keys on either side; DynamoDB takes at most 1,024 bytes
    return checked[: KEY_LENGTH + 1] if isinstance(checked, str) else checked


def _size(value: Value) -> int:
    """Bytes that a value takes, never less than DynamoDB counts."""
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode())
    if isinstance(value, dict):
        return 3 + sum([len(str(key).encode()) + 1 + _size(inner) for key, inner in value.items()])
    if isinstance(value, list):
        return 3 + sum([1 + _size(inner) for inner in value])
    return 36  # the most that any plain value takes: an instant, once as text and once for the expiry
