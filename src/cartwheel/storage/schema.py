"""Table specs: the single source of SQL tables, DynamoDB tables, migrations and documentation.

A spec names a frozen pydantic model and how its items are found. Every field is an attribute of its own; a
field whose type is not a plain value (a list, a dict, a nested model) is kept as JSON.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, Generic, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, PydanticUserError, TypeAdapter

M = TypeVar("M", bound=BaseModel)

Value: TypeAlias = Any
"""A stored value: ``None``, text, an integer, a bool, an aware instant, or nested data of these."""

KEY_LENGTH = 255
"""Longest text, in characters, that may be a key or be indexed."""

KEY_BYTES = 765
"""Longest text, in bytes of UTF-8, that may be a key or be indexed: three fit a PostgreSQL index."""

INT_LIMIT = 2**63
"""Integers are signed 64 bits on every engine."""

FIRST_YEAR, LAST_YEAR = 1001, 9998
"""Years of the instants that are kept: a shift of the time zone still leaves what MySQL keeps."""

NESTING = 30
"""Deepest nesting of lists and maps in an attribute: DynamoDB's limit of 32, with a margin."""

Kind = Literal["text", "int", "bool", "time", "json"]

_NAME = re.compile(r"[a-z][a-z0-9_]{2,39}")


class InvalidItem(ValueError):
    """An item, key or value that no engine may store: wrong type, a float, too long, too large."""


class OutOfRange(InvalidItem):
    """A value of the right type that no item can hold, so that a look-up by it finds nothing."""


@dataclass(frozen=True)
class Column:
    """One attribute of a table. ``optional``: the model has a default for it."""

    name: str
    kind: Kind
    nullable: bool
    key: bool
    optional: bool = False
    dump_nested: Callable[[Value], Value] | None = None

    def check(self, value: Value) -> Value:
        """The value as stored (nested models as plain data), or raises ``InvalidItem``."""
        if value is None:
            if not self.nullable:
                raise InvalidItem(f"{self.name} may not be empty.")
            return None
        if self.kind == "text":
            if type(value) is not str or not value.isascii() or "\0" in value:
                value = self._check_text(value)
            if self.key and not _is_key(value):
                raise OutOfRange(f"{self.name} is a key: 1 to {KEY_LENGTH} characters, {KEY_BYTES} bytes.")
            return value
        if self.kind == "json":
            return check_nested(self.dump_nested(value) if self.dump_nested else value, self.name)
        return self._check_plain(value)

    def check_operand(self, value: Value) -> Value:
        """A value to compare the attribute with: as ``check``, but of any length. Raises ``InvalidItem``."""
        if value is None or self.kind == "json":
            raise InvalidItem(f"{self.name} does not compare with that.")
        return self._check_text(value) if self.kind == "text" else self._check_plain(value)

    def side(self, value: Value) -> int:
        """-1 for a number or instant below everything that can be stored, 1 for one above, else 0."""
        if self.kind == "int" and type(value) is int:
            return 0 if -INT_LIMIT <= value < INT_LIMIT else (1 if value > 0 else -1)
        if self.kind == "time" and isinstance(value, datetime):
            return 0 if FIRST_YEAR <= value.year <= LAST_YEAR else (1 if value.year > LAST_YEAR else -1)
        return 0

    def _check_text(self, value: Value) -> str:
        if type(value) is not str:
            if not isinstance(value, StrEnum):
                raise InvalidItem(f"{self.name} takes text, not {type(value).__name__}.")
            value = value.value
        if not value.isascii() or "\0" in value:
            _check_characters(value, self.name)
        return str(value)

    def _check_plain(self, value: Value) -> Value:
        expected = _PLAIN[self.kind]
        if type(value) is not expected:
            raise InvalidItem(f"{self.name} takes {expected.__name__}, not {type(value).__name__}.")
        if isinstance(value, datetime) and value.tzinfo is None:
            raise InvalidItem(f"{self.name} needs a time zone.")
        if self.side(value):
            raise OutOfRange(f"{self.name} is out of range (64 bits; years {FIRST_YEAR} to {LAST_YEAR}).")
        return value


_PLAIN: dict[str, type] = {"int": int, "bool": bool, "time": datetime}


def _is_key(value: str) -> bool:
    return 0 < len(value) <= KEY_LENGTH and (value.isascii() or len(value.encode()) <= KEY_BYTES)


def _check_characters(value: str, name: str) -> None:
    if "\0" in value:
        raise OutOfRange(f"{name} holds a NUL character.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise OutOfRange(f"{name} holds a lone surrogate.") from None


def check_nested(value: Value, name: str, depth: int = 0) -> Value:
    """Plain nested data without floats, NUL characters or ints beyond 64 bits; else ``InvalidItem``."""
    if isinstance(value, str):
        _check_characters(value, name)
    elif isinstance(value, dict | list):
        if depth == NESTING:
            raise InvalidItem(f"{name} is nested more than {NESTING} levels deep.")
        _check_inner(value, name, depth + 1)
    elif isinstance(value, float):
        raise InvalidItem(f"{name} holds a float.")
    elif isinstance(value, int) and not -INT_LIMIT <= value < INT_LIMIT:
        raise InvalidItem(f"{name} holds a number beyond 64 bits.")
    return value


def _check_inner(value: dict[str, Value] | list[Value], name: str, depth: int) -> None:
    if isinstance(value, list):
        for inner in value:
            check_nested(inner, name, depth)
        return
    for key, inner in value.items():
        if not key:
            raise InvalidItem(f"{name} holds a map with an empty name.")
        _check_characters(key, name)
        check_nested(inner, name, depth)


@dataclass(frozen=True)
class Index:
    """A second way to find items: by ``partition``, in order of ``sort``.

    An item whose partition or sort attribute is ``None`` is not in the index. On DynamoDB an index may lag a
    few milliseconds behind its table.
    """

    name: str
    partition: str
    sort: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Table(Generic[M]):
    """Where items of ``model`` live. Specs are compared and hashed by identity: declare each once.

    ``ttl`` names an instant after which the item is gone: at once for every read and condition, from disk
    some time later. Raises ``TypeError`` for a spec that an engine could not keep.
    """

    name: str
    model: type[M]
    partition: str
    sort: str | None = None
    indexes: tuple[Index, ...] = ()
    ttl: str | None = None
    columns: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        keys = set(self.keys)
        indexed = {name for index in self.indexes for name in (index.partition, index.sort) if name}
        object.__setattr__(self, "columns", _columns(self.model, keys | indexed))
        for name in keys | indexed:
            if name not in self.columns or self.columns[name].kind in ("json", "bool"):
                raise TypeError(
                    f"{self.name}: {name} is no text, integer or instant of {self.model.__name__}."
                )
        if any(self.columns[name].nullable for name in keys):
            raise TypeError(f"{self.name}: a key may not be empty.")
        if self.ttl and (self.ttl not in self.columns or self.columns[self.ttl].kind != "time"):
            raise TypeError(f"{self.name}: {self.ttl} is not an instant.")
        for name in (self.name, *(index.name for index in self.indexes)):
            if not _NAME.fullmatch(name):
                raise TypeError(f"{self.name}: {name!r} is no name (3 to 40 of a-z, 0-9 and _).")

    def __repr__(self) -> str:
        return f"<Table {self.name}>"

    def index(self, name: str) -> Index:
        """The index of that name; raises ``KeyError``."""
        for index in self.indexes:
            if index.name == name:
                return index
        raise KeyError(f"{self.name} has no index {name}.")

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The attributes of the primary key, one or two."""
        return (self.partition, self.sort) if self.sort else (self.partition,)

    @cached_property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns of the primary key, one or two."""
        return tuple(self.columns[name] for name in self.keys)

    def dump(self, item: M) -> dict[str, Value]:
        """Attribute values of an item, checked; nested ones as plain data. Raises ``InvalidItem``."""
        values = item.__dict__
        try:
            return {name: column.check(values[name]) for name, column in self.columns.items()}
        except KeyError as error:
            raise InvalidItem(f"{self.name} needs the attribute {error}.") from None

    def load(self, values: Mapping[str, Value]) -> M:
        """The item that ``dump`` took apart; attributes that the model does not know are ignored."""
        return self._validate(values)

    def key_of(self, item: M) -> tuple[Value, ...]:
        """The primary key of an item."""
        return tuple([getattr(item, name) for name in self.keys])

    @cached_property
    def _validate(self) -> Callable[[Mapping[str, Value]], M]:
        validate = self.model.__pydantic_validator__.validate_python
        has_alias = any(info.validation_alias for info in self.model.model_fields.values())
        return partial(validate, by_alias=False, by_name=True) if has_alias else validate


def _columns(model: type[BaseModel], keys: set[str]) -> dict[str, Column]:
    columns = {}
    for name, info in model.model_fields.items():
        kind, nullable = _kind(info.annotation)
        dump = None
        if kind == "json":
            dump = _nested_dumper(info.annotation)
        columns[name] = Column(name, kind, nullable, name in keys, not info.is_required(), dump)
    return columns


def _nested_dumper(annotation: Any) -> Callable[[Value], Value]:  # noqa: ANN401 - any annotation
    try:  # a float that is no number shall not become null, but be refused
        adapter = TypeAdapter[Any](annotation, config=ConfigDict(ser_json_inf_nan="constants"))
    except PydanticUserError:  # a model has its own settings
        adapter = TypeAdapter[Any](annotation)

    def dump(value: Value) -> Value:
        try:
            return adapter.dump_python(value, mode="json")
        except ValueError as error:
            raise InvalidItem(f"Nested data that JSON cannot hold: {error}") from None

    return dump


def _kind(annotation: object) -> tuple[Kind, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [arg for arg in get_args(annotation) if arg is not types.NoneType]
        nullable = len(inner) < len(get_args(annotation))
        return (_kind(inner[0])[0] if len(inner) == 1 else "json"), nullable
    if get_origin(annotation) is Literal and all(isinstance(arg, str) for arg in get_args(annotation)):
        return "text", False
    if isinstance(annotation, type):
        if annotation is float:
            raise TypeError("A stored model may not hold floats.")
        for base, kind in _KINDS:
            if issubclass(annotation, base):
                return kind, False
    return "json", False


_KINDS: tuple[tuple[type, Kind], ...] = ((bool, "bool"), (int, "int"), (str, "text"), (datetime, "time"))
