"""Statements, built with SQLAlchemy Core, compiled once per shape and kept as text.

Compiling costs a hundred times what SQLite needs to run the statement, so a shape (table, operation, names of
the attributes and conditions) is compiled when first seen, and looked up by all stores of
the process from then on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cartwheel.storage.checks import CheckedQuery
from cartwheel.storage.schema import Table, Value
from cartwheel.storage.sql.drivers import Request
from cartwheel.storage.sql.tables import Codec, decoder, encoder, standing_alone


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text, the names of its parameters in the order of their places, and those that never vary."""

    text: str
    names: tuple[str, ...]
    fixed: dict[str, Value]

    def request(self, values: dict[str, Value]) -> Request:
        """The text with the parameters in order."""
        if self.fixed:
            values = values | self.fixed
        return self.text, [values[name] for name in self.names]


_compiled: defaultdict[tuple[Value, ...], dict[tuple[Value, ...], Statement]] = defaultdict(dict)
"""By table, dialect and version of the server, since MySQL's decides too: what was compiled, by its shape."""


class Statements:
    """Compiles statements about one table and keeps them. Values cross by ``encode`` and ``load``."""

    def __init__(self, table: Table[Any], dialect: sa.Dialect) -> None:
        self.table = table
        self.dialect = dialect
        self.sql = standing_alone(table)
        self._cache = _compiled[table, dialect.name, dialect.server_version_info]
        self.names = tuple(table.columns)
        columns = table.columns.items()
        self.encoders: dict[str, Codec] = {n: codec for n, c in columns if (codec := encoder(c, dialect))}
        self._decoders = [(name, codec) for name, c in columns if (codec := decoder(c, dialect))]
        self._defaults = [name for name, c in columns if c.optional and not c.nullable]
        self.key_parameters = [(name, f"key_{name}") for name in table.keys]

    def encode_all(self, values: dict[str, Value]) -> dict[str, Value]:
        """Checked values as the database takes them."""
        encoded = dict(values)
        for name, codec in self.encoders.items():
            if (value := encoded.get(name)) is not None:
                encoded[name] = codec(value)
        return encoded

    def encode(self, name: str, value: Value) -> Value:
        """A checked value as the database takes it."""
        codec = self.encoders.get(name)
        return value if codec is None or value is None else codec(value)

    def load(self, row: Sequence[Value]) -> Any:  # noqa: ANN401 - the model of the table
        """The item of a row."""
        values = dict(zip(self.names, row, strict=False))
        for name, decode in self._decoders:
            if (value := values[name]) is not None:
                values[name] = decode(value)
        for name in self._defaults:
            if values[name] is None:
                del values[name]
        return self.table.load(values)

    def cached(self, shape: tuple[Value, ...], make: Callable[[], sa.ClauseElement]) -> Statement:
        """The statement of that shape; ``make`` builds it the first time."""
        statement = self._cache.get(shape)
        if statement is None:
            statement = self._cache[shape] = self._compile(make())
        return statement

    def _compile(self, statement: sa.ClauseElement) -> Statement:
        compiled: Any = statement.compile(dialect=self.dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return Statement(str(compiled), tuple(compiled.positiontup or ()), fixed)

    def bind(self, name: str, attribute: str) -> sa.BindParameter[Any]:
        """A parameter that takes values of an attribute."""
        column = self.table.columns[attribute]
        # a cast to the column's own type would cut what is longer than a key off
        return sa.bindparam(name, type_=sa.Text() if column.kind == "text" else self.sql.c[attribute].type)

    def key(self, suffix: str = "") -> list[sa.ColumnElement[bool]]:
        """That a row has the key in the parameters ``key_<attribute><suffix>``."""
        names = self.table.keys
        return [self.sql.c[name] == self.bind(f"key_{name}{suffix}", name) for name in names]

    def alive(self) -> list[sa.ColumnElement[bool]]:
        """That a row has not expired; parameter ``now``."""
        if self.table.ttl is None:
            return []
        column = self.sql.c[self.table.ttl]
        return [sa.or_(column.is_(None), column > self.bind("now", self.table.ttl))]

    def expired(self) -> sa.ColumnElement[bool]:
        """That a row has expired; parameter ``now``."""
        if self.table.ttl is None:
            return sa.false()
        return self.sql.c[self.table.ttl] <= self.bind("now", self.table.ttl)


class Reads(Statements):
    """What reads, and what removes expired rows."""

    def select(self, count: int = 1) -> Statement:
        """Living items of ``count`` keys; parameters ``key_<attribute>_<n>``."""
        return self.cached(
            ("select", count),
            lambda: sa.select(self.sql).where(self._one_of(count), *self.alive()),
        )

    def query(self, query: CheckedQuery) -> Statement:
        """A page of a query; parameters ``partition low high limit`` and ``at_<attribute>``."""
        shape = (
            "query",
            query.query.index,
            query.low is None,
            query.high is None,
            query.query.descending,
            query.position is None,
        )
        return self.cached(shape, lambda: self._query(query))

    def scan(self, *, start: bool) -> Statement:
        """The next items by primary key; parameters ``limit`` and, after the start, ``at_<attribute>``."""
        return self.cached(("scan", start), lambda: self._scan(start=start))

    def expired_keys(self) -> Statement:
        """Keys of expired items; parameters ``now limit``."""
        keys = [self.sql.c[name] for name in self.table.keys]
        return self.cached(("expired",), lambda: sa.select(*keys).where(self.expired()).limit(_limit()))

    def delete_expired(self, count: int) -> Statement:
        """Deletes those of ``count`` items that are still expired; parameters ``now key_<attribute>_<n>``."""
        return self.cached(
            ("delete expired", count),
            lambda: sa.delete(self.sql).where(self._one_of(count), self.expired()),
        )

    def _one_of(self, count: int) -> sa.ColumnElement[bool]:
        if count > 1 and len(self.table.keys) == 1:
            name = self.table.partition
            return self.sql.c[name].in_([self.bind(f"key_{name}_{i}", name) for i in range(count)])
        return sa.or_(*[sa.and_(*self.key(f"_{i}")) for i in range(count)])

    def _query(self, query: CheckedQuery) -> sa.Select[Any]:
        partition, sort = query.query.path
        clauses = [*self.alive(), self.sql.c[partition] == self.bind("partition", partition)]
        if sort is not None:
            if query.query.index is not None:
                clauses.append(self.sql.c[sort].is_not(None))
            if query.low is not None:
                clauses.append(self.sql.c[sort] >= self.bind("low", sort))
            if query.high is not None:
                clauses.append(self.sql.c[sort] <= self.bind("high", sort))
        descending = query.query.descending
        if query.position is not None:
            clauses.append(self._after(query.order, descending=descending))
        columns = [self.sql.c[name] for name in query.order]
        ordered = [column.desc() for column in columns] if descending else columns
        return sa.select(self.sql).where(*clauses).order_by(*ordered).limit(_limit())

    def _after(self, order: Sequence[str], *, descending: bool = False) -> sa.ColumnElement[bool]:
        """``(a, b) > (at_a, at_b)`` spelled out: MySQL finds no index range in a row comparison."""
        if not order:
            return sa.false()
        name, rest = order[0], order[1:]
        column, at = self.sql.c[name], self.bind(f"at_{name}", name)
        beyond = column < at if descending else column > at
        if not rest:
            return beyond
        within = column <= at if descending else column >= at
        return sa.and_(within, sa.or_(beyond, self._after(rest, descending=descending)))

    def _scan(self, *, start: bool) -> sa.Select[Any]:
        order = [self.sql.c[name] for name in self.table.keys]
        clauses = self.alive() if start else [*self.alive(), self._after(self.table.keys)]
        return sa.select(self.sql).where(*clauses).order_by(*order).limit(_limit())


def _limit() -> sa.BindParameter[int]:
    return sa.bindparam("limit", type_=sa.Integer)


def key_values(sql: Statements, keys: Iterable[tuple[Value, ...]]) -> dict[str, Value]:
    """The parameters ``key_<attribute>_<n>`` of checked keys."""
    return {
        f"key_{name}_{number}": sql.encode(name, part)
        for number, key in enumerate(keys)
        for name, part in zip(sql.table.keys, key, strict=True)
    }
