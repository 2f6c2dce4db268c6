"""Statements, built with SQLAlchemy Core, compiled once per shape and kept as text.

Compiling costs a hundred times what SQLite needs to run the statement, so a shape (table, operation, names of
the attributes and conditions) is compiled when first seen and looked up from then on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from cartwheel.storage.port import Condition, Query
from cartwheel.storage.schema import Table
from cartwheel.storage.sql.tables import Codec, decoder, encoder, sql_table

_INSERTS: dict[str, Any] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
    "mysql": mysql.insert,
    "mariadb": mysql.insert,
}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text, the names of its parameters in the order of their places, and those that never vary."""

    text: str
    names: tuple[str, ...]
    fixed: dict[str, Any]

    def bind(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """The parameters in order."""
        if self.fixed:
            values = values | self.fixed
        return tuple([values[name] for name in self.names])


class TableStatements:
    """All statements of one table. Parameter names: attribute (stored value), ``key_…``, ``if0…``, ``now``."""

    def __init__(self, table: Table[Any], dialect: sa.Dialect) -> None:
        self.table = table
        self._dialect = dialect
        self._sql = sql_table(table, sa.MetaData(), dialect)
        self._cache: dict[tuple[Any, ...], Statement] = {}
        self.encoders: dict[str, Codec | None] = {n: encoder(c, dialect) for n, c in table.columns.items()}
        self.names = tuple(table.columns)
        self.decoders: list[tuple[str, Codec]] = [
            (name, codec) for name, c in table.columns.items() if (codec := decoder(c, dialect)) is not None
        ]

    def encode(self, name: str, value: Any) -> Any:
        """A checked value as the database takes it."""
        codec = self.encoders[name]
        return value if codec is None or value is None else codec(value)

    def select(self, count: int = 1) -> Statement:
        """Living items of ``count`` keys; parameters ``key_<attribute>_<n>``."""
        return self._cached(("select", count), lambda: self._select(count))

    def query(self, query: Query[Any], position: dict[str, Any] | None) -> Statement:
        """A page of a query; parameters ``partition low high limit`` and ``at_<attribute>``."""
        shape = (
            "query",
            query.index,
            query.low is None,
            query.high is None,
            query.descending,
            position is None,
        )
        return self._cached(shape, lambda: self._query(query, position is not None))

    def scan(self, start: bool) -> Statement:  # noqa: FBT001
        """The next items by primary key; parameters ``limit`` and, when not at the start, ``at_<attribute>``."""
        return self._cached(("scan", start), lambda: self._scan(start=start))

    def upsert(self) -> Statement:
        """Stores an item whatever is there."""
        return self._cached(("upsert",), self._upsert)

    def insert(self) -> Statement:
        """Stores an item where none is (rowcount 0 otherwise)."""
        return self._cached(("insert",), self._insert)

    def replace(self, when: Sequence[Condition], *, expired: bool = False) -> Statement:
        """Overwrites the item if it fits ``when``, or if it has expired."""
        sets = {name: sa.bindparam(name, type_=self._sql.c[name].type) for name in self.names}
        shape = ("replace", expired, *_shape(when))
        return self._cached(shape, lambda: self._update(sets, when, expired=expired))

    def update(self, names: Iterable[str], added: Iterable[str], when: Sequence[Condition]) -> Statement:
        """Sets and adds to attributes of the living item if it fits ``when``."""
        shape = ("update", *names, "+", *added, *_shape(when))
        return self._cached(shape, lambda: self._update(self._sets(names, added), when))

    def delete(self, when: Sequence[Condition]) -> Statement:
        """Deletes the item; with conditions only the living one that fits them."""
        clauses = self._fits(when) if when else []
        return self._cached(
            ("delete", *_shape(when)),
            lambda: self._compile(sa.delete(self._sql).where(*self._key(), *clauses)),
        )

    def check(self, when: Sequence[Condition]) -> Statement:
        """Finds and locks the living item that fits ``when``."""
        statement: sa.Select[Any] = sa.select(sa.literal_column("1")).where(*self._key(), *self._fits(when))
        return self._cached(
            ("check", *_shape(when)),
            lambda: self._compile(statement.select_from(self._sql).with_for_update(read=True)),
        )

    def purge(self) -> Statement:
        """Keys of expired items, up to ``limit``."""
        keys = [self._sql.c[name] for name in self.table.keys]
        limit = sa.bindparam("limit", type_=sa.Integer)
        return self._cached(
            ("purge",), lambda: self._compile(sa.select(*keys).where(self._expired()).limit(limit))
        )

    def delete_expired(self) -> Statement:
        """Deletes one item if it is still expired."""
        return self._cached(
            ("delete expired",),
            lambda: self._compile(sa.delete(self._sql).where(*self._key(), self._expired())),
        )

    def _cached(self, shape: tuple[Any, ...], make: Callable[[], Statement]) -> Statement:
        statement = self._cache.get(shape)
        if statement is None:
            statement = self._cache[shape] = make()
        return statement

    def _compile(self, statement: Any) -> Statement:
        compiled = statement.compile(dialect=self._dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return Statement(str(compiled), tuple(compiled.positiontup or ()), fixed)

    def _bind(self, name: str, attribute: str) -> Any:
        return sa.bindparam(name, type_=self._sql.c[attribute].type)

    def _key(self) -> list[Any]:
        return [self._sql.c[name] == self._bind(f"key_{name}", name) for name in self.table.keys]

    def _alive(self) -> list[Any]:
        if self.table.ttl is None:
            return []
        column = self._sql.c[self.table.ttl]
        return [sa.or_(column.is_(None), column > self._bind("now", self.table.ttl))]

    def _expired(self) -> Any:
        ttl = self.table.ttl or ""
        return self._sql.c[ttl] <= self._bind("now", ttl)

    def _fits(self, when: Sequence[Condition]) -> list[Any]:
        clauses = self._alive()
        for number, condition in enumerate(when):
            if condition.op != "exists":
                clauses.append(self._clause(condition, f"if{number}"))
        return clauses

    def _clause(self, condition: Condition, name: str) -> Any:
        column = self._sql.c[condition.attribute]
        if condition.op == "in":
            binds = [self._bind(f"{name}_{i}", condition.attribute) for i in range(len(condition.value))]
            return column.in_(binds)
        if condition.value is None:
            return column.is_(None) if condition.op == "eq" else column.is_not(None)
        bind = self._bind(name, condition.attribute)
        if condition.op == "eq":
            return column == bind
        if condition.op == "ne":
            return sa.or_(column != bind, column.is_(None))
        return _COMPARE[condition.op](column, bind)

    def _select(self, count: int) -> Statement:
        keys = [
            sa.and_(*(self._sql.c[name] == self._bind(f"key_{name}_{i}", name) for name in self.table.keys))
            for i in range(count)
        ]
        if count > 1 and len(self.table.keys) == 1:
            name = self.table.partition
            keys = [self._sql.c[name].in_([self._bind(f"key_{name}_{i}", name) for i in range(count)])]
        return self._compile(sa.select(self._sql).where(sa.or_(*keys), *self._alive()))

    def _query(self, query: Query[Any], beyond: bool) -> Statement:  # noqa: FBT001
        partition, sort = query.path
        column, clauses = self._sql.c[partition], self._alive()
        clauses.append(column == self._bind("partition", partition))
        if sort is not None:
            if query.index is not None:
                clauses.append(self._sql.c[sort].is_not(None))
            if query.low is not None:
                clauses.append(self._sql.c[sort] >= self._bind("low", sort))
            if query.high is not None:
                clauses.append(self._sql.c[sort] <= self._bind("high", sort))
        order = self.order(query)
        if beyond:
            clauses.append(self._after(order, descending=query.descending))
        ordered = [self._sql.c[name].desc() if query.descending else self._sql.c[name] for name in order]
        limit = sa.bindparam("limit", type_=sa.Integer)
        return self._compile(sa.select(self._sql).where(*clauses).order_by(*ordered).limit(limit))

    def order(self, query: Query[Any]) -> list[str]:
        """The attributes that put the query's items in a total order."""
        partition, sort = query.path
        names = [sort] if sort else []
        return names + [name for name in self.table.keys if name not in (partition, sort)]

    def _after(self, order: Sequence[str], *, descending: bool = False) -> Any:
        """``(a, b) > (at_a, at_b)`` spelled out: MySQL finds no index range in a row comparison."""
        if not order:
            return sa.false()
        name, rest = order[0], order[1:]
        column, at = self._sql.c[name], self._bind(f"at_{name}", name)
        beyond = column < at if descending else column > at
        if not rest:
            return beyond
        within = column <= at if descending else column >= at
        return sa.and_(within, sa.or_(beyond, self._after(rest, descending=descending)))

    def _scan(self, *, start: bool) -> Statement:
        order = [self._sql.c[name] for name in self.table.keys]
        clauses = self._alive() if start else [*self._alive(), self._after(self.table.keys)]
        limit = sa.bindparam("limit", type_=sa.Integer)
        return self._compile(sa.select(self._sql).where(*clauses).order_by(*order).limit(limit))

    def _values(self) -> dict[str, Any]:
        return {name: self._bind(name, name) for name in self.names}

    def _upsert(self) -> Statement:
        statement = _INSERTS[self._dialect.name](self._sql).values(self._values())
        others = [name for name in self.names if name not in self.table.keys]
        if self._dialect.name in ("mysql", "mariadb"):
            updates = {name: statement.inserted[name] for name in others or self.table.keys}
            return self._compile(statement.on_duplicate_key_update(updates))
        if not others:
            return self._compile(statement.on_conflict_do_nothing())
        updates = {name: statement.excluded[name] for name in others}
        return self._compile(
            statement.on_conflict_do_update(index_elements=list(self.table.keys), set_=updates)
        )

    def _insert(self) -> Statement:
        statement = _INSERTS[self._dialect.name](self._sql).values(self._values())
        if self._dialect.name in ("mysql", "mariadb"):
            # INSERT IGNORE would also turn wrong values into warnings; the driver's error says the same
            return self._compile(statement)
        return self._compile(statement.on_conflict_do_nothing())

    def _sets(self, names: Iterable[str], added: Iterable[str]) -> dict[str, Any]:
        sets = {name: self._bind(name, name) for name in names}
        return sets | {name: self._sql.c[name] + self._bind(name, name) for name in added}

    def _update(self, sets: dict[str, Any], when: Sequence[Condition], *, expired: bool = False) -> Statement:
        fits = [self._expired()] if expired else self._fits(when)
        return self._compile(sa.update(self._sql).where(*self._key(), *fits).values(sets))


def _shape(when: Sequence[Condition]) -> list[Any]:
    return [(c.op, c.attribute, len(c.value) if c.op == "in" else c.value is None) for c in when]
