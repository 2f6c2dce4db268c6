"""Table specs: the single source of SQL tables, DynamoDB tables, migrations and documentation.

A spec names a frozen pydantic model and how its items are found. Every field is an attribute of its own; a
field whose type is not a plain value (a list, a dict, a nested model) is kept as JSON.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

M = TypeVar("M", bound=BaseModel)

KEY_LENGTH = 255
"""Longest text, in characters, that may be a key or be indexed."""

INT_LIMIT = 2**63
"""Integers are signed 64 bits on every engine."""

Kind = Literal["text", "int", "bool", "time", "json"]


class InvalidItem(ValueError):
    """An item, key or value that no engine may store: wrong type, a float, too long, too large."""


@dataclass(frozen=True)
class Column:
    """One attribute of a table."""

    name: str
    kind: Kind
    nullable: bool
    key: bool
    dump_nested: Any = None

    def check(self, value: Any) -> Any:
        """The value as stored (nested models as plain data), or raises ``InvalidItem``."""
        if value is None:
            if not self.nullable:
                raise InvalidItem(f"{self.name} may not be empty.")
            return None
        if self.kind == "text":
            return self._check_text(value)
        if self.kind == "json":
            return check_nested(self.dump_nested(value), self.name)
        return self._check_plain(value)

    def _check_text(self, value: Any) -> str:
        if type(value) is not str:
            if not isinstance(value, StrEnum):
                raise InvalidItem(f"{self.name} takes text, not {type(value).__name__}.")
            value = value.value
        if self.key and not 0 < len(value) <= KEY_LENGTH:
            raise InvalidItem(f"{self.name} is a key: 1 to {KEY_LENGTH} characters.")
        if not value.isascii() or "\0" in value:
            _check_characters(value, self.name)
        return str(value)

    def _check_plain(self, value: Any) -> Any:
        expected = _PLAIN[self.kind]
        if type(value) is not expected:
            raise InvalidItem(f"{self.name} takes {expected.__name__}, not {type(value).__name__}.")
        if isinstance(value, int) and not -INT_LIMIT <= value < INT_LIMIT:
            raise InvalidItem(f"{self.name} does not fit 64 bits.")
        if isinstance(value, datetime) and value.tzinfo is None:
            raise InvalidItem(f"{self.name} needs a time zone.")
        return value


_PLAIN: dict[str, type] = {"int": int, "bool": bool, "time": datetime}


def _check_characters(value: str, name: str) -> None:
    if "\0" in value:
        raise InvalidItem(f"{name} holds a NUL character.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidItem(f"{name} holds a lone surrogate.") from None


def check_nested(value: Any, name: str) -> Any:
    """Plain nested data without floats, NUL characters or ints beyond 64 bits; else ``InvalidItem``."""
    if isinstance(value, str):
        _check_characters(value, name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            check_nested(key, name)
            check_nested(inner, name)
    elif isinstance(value, list):
        for inner in value:
            check_nested(inner, name)
    elif isinstance(value, float):
        raise InvalidItem(f"{name} holds a float.")
    elif isinstance(value, int) and not -INT_LIMIT <= value < INT_LIMIT:
        raise InvalidItem(f"{name} holds a number beyond 64 bits.")
    return value


@dataclass(frozen=True)
class Index:
    """A second way to find items: by ``partition``, in order of ``sort``.

    An item whose partition or sort attribute is ``None`` is not in the index. On DynamoDB an index may lag a
    few milliseconds behind its table.
    """

    name: str
    partition: str
    sort: str | None = None


@dataclass(frozen=True, eq=False)
class Table(Generic[M]):
    """Where items of ``model`` live. Specs are compared and hashed by identity: declare each once.

    ``ttl`` names an instant after which the item is gone: at once for every read and condition, from disk
    some time later.
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
        for name in keys | indexed | ({self.ttl} if self.ttl else set()):
            if name not in self.columns or self.columns[name].kind == "json":
                raise TypeError(f"{self.name}: {name} is not a plain attribute of {self.model.__name__}.")
        if any(self.columns[name].nullable for name in keys):
            raise TypeError(f"{self.name}: a key may not be empty.")
        if self.ttl and self.columns[self.ttl].kind != "time":
            raise TypeError(f"{self.name}: {self.ttl} is not an instant.")

    def index(self, name: str) -> Index:
        """The index of that name; raises ``KeyError``."""
        return next(index for index in self.indexes if index.name == name)

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes of the primary key, one or two."""
        return (self.partition, self.sort) if self.sort else (self.partition,)

    def dump(self, item: M) -> dict[str, Any]:
        """Attribute values of an item, checked; nested ones as plain data. Raises ``InvalidItem``."""
        values = item.__dict__
        return {name: column.check(values[name]) for name, column in self.columns.items()}

    def load(self, values: Mapping[str, Any]) -> M:
        """The item that ``dump`` took apart; attributes that the model does not know are ignored."""
        loaded: M = self._validate(values)
        return loaded

    def key_of(self, item: M) -> tuple[Any, ...]:
        """The primary key of an item."""
        return tuple(getattr(item, name) for name in self.keys)

    @cached_property
    def _validate(self) -> Any:
        return self.model.__pydantic_validator__.validate_python


def _columns(model: type[BaseModel], keys: set[str]) -> dict[str, Column]:
    columns = {}
    for name, info in model.model_fields.items():
        kind, nullable = _kind(info.annotation)
        dump = None
        if kind == "json":
            dump = _nested_dumper(TypeAdapter[Any](info.annotation))  # type: ignore[arg-type]
        columns[name] = Column(name, kind, nullable, name in keys, dump)
    return columns


def _nested_dumper(adapter: TypeAdapter[Any]) -> Any:
    def dump(value: Any) -> Any:
        return adapter.dump_python(value, mode="json")

    return dump


def _kind(annotation: Any) -> tuple[Kind, bool]:
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
