"""How each change becomes statements. A statement's row count says whether the conditions held."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from cartwheel.storage.checks import CheckedChange, add_bounds
from cartwheel.storage.port import Condition, Delete, Put, Update
from cartwheel.storage.schema import Value
from cartwheel.storage.sql.drivers import Request, Retry, Steps
from cartwheel.storage.sql.statements import Statement, Statements

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
_ABSENCE_LOCK = 7_236_115_408_201_338


class Writes(Statements):
    """What changes rows. Parameters: attributes, ``key_…``, ``if0…``, ``now``, ``least_…``, ``most_…``."""

    @property
    def has_upsert_conditions(self) -> bool:
        """Whether ``INSERT`` can overwrite what has expired."""
        return self.dialect.name in ("sqlite", "postgresql")

    def upsert(self) -> Statement:
        """Stores an item whatever is there."""
        return self.cached(("upsert",), self._upsert)

    def insert(self) -> Statement:
        """Stores an item where none is, or an expired one if ``has_upsert_conditions``; else row count 0."""
        return self.cached(("insert",), self._insert)

    def replace(self, when: Sequence[Condition]) -> Statement:
        """Overwrites the item if it fits ``when``."""
        return self.cached(
            ("replace", *_shape(when)), lambda: self._update(self._binds(self.names), self._fits(when))
        )

    def replace_expired(self) -> Statement:
        """Overwrites the item if it has expired."""
        return self.cached(
            ("replace expired",), lambda: self._update(self._binds(self.names), [self.expired()])
        )

    def update(self, names: Iterable[str], added: Iterable[str], when: Sequence[Condition]) -> Statement:
        """Sets and adds to attributes of the living item if it fits ``when`` and the sums fit 64 bits."""
        names, added = tuple(names), tuple(added)
        return self.cached(
            ("update", names, added, *_shape(when)),
            lambda: self._update(
                self._binds(names) | {name: self.sql.c[name] + self.bind(name, name) for name in added},
                [*self._fits(when), *map(self._has_room, added)],
            ),
        )

    def delete(self, when: Sequence[Condition]) -> Statement:
        """Deletes the item; with conditions only the living one that fits them."""
        return self.cached(
            ("delete", *_shape(when)),
            lambda: sa.delete(self.sql).where(*self.key(), *(self._fits(when) if when else [])),
        )

    def check(self, when: Sequence[Condition]) -> Statement:
        """Finds and locks the living item that fits ``when``."""
        return self.cached(
            ("check", *_shape(when)),
            lambda: (
                sa.select(sa.literal_column("1"))
                .select_from(self.sql)
                .where(*self.key(), *self._fits(when))
                .with_for_update(read=True)
            ),
        )

    def _fits(self, when: Sequence[Condition]) -> list[sa.ColumnElement[bool]]:
        conditions = [(f"if{i}", condition) for i, condition in enumerate(when) if condition.op != "exists"]
        return [*self.alive(), *(self._clause(condition, name) for name, condition in conditions)]

    def _clause(self, condition: Condition, name: str) -> sa.ColumnElement[bool]:
        attribute = condition.attribute
        column = self.sql.c[attribute]
        if condition.op == "in":
            return column.in_([self.bind(f"{name}_{i}", attribute) for i in range(len(condition.value))])
        if condition.value is None:
            return column.is_(None) if condition.op == "eq" else column.is_not(None)
        bind = self.bind(name, attribute)
        if condition.op == "eq":
            return column == bind
        if condition.op == "ne":
            return sa.or_(column != bind, column.is_(None))
        clause: sa.ColumnElement[bool] = _COMPARE[condition.op](column, bind)
        return clause

    def _has_room(self, name: str) -> sa.ColumnElement[bool]:
        return self.sql.c[name].between(self.bind(f"least_{name}", name), self.bind(f"most_{name}", name))

    def _binds(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: self.bind(name, name) for name in names}

    def _upsert(self) -> sa.ClauseElement:
        statement = _INSERTS[self.dialect.name](self.sql).values(self._binds(self.names))
        others = [name for name in self.names if name not in self.table.keys]
        made: sa.ClauseElement
        if self.dialect.name in ("mysql", "mariadb"):
            updates = {name: statement.inserted[name] for name in others or self.table.keys}
            made = statement.on_duplicate_key_update(updates)
        elif not others:
            made = statement.on_conflict_do_nothing()
        else:
            made = statement.on_conflict_do_update(
                index_elements=list(self.table.keys),
                set_={name: statement.excluded[name] for name in others},
            )
        return made

    def _insert(self) -> sa.ClauseElement:
        statement = _INSERTS[self.dialect.name](self.sql).values(self._binds(self.names))
        made: sa.ClauseElement = statement
        if self.has_upsert_conditions and self.table.ttl is None:
            made = statement.on_conflict_do_nothing()
        elif self.has_upsert_conditions:
            made = statement.on_conflict_do_update(
                index_elements=list(self.table.keys),
                set_={name: statement.excluded[name] for name in self.names},
                where=self.expired(),
            )
        # else MySQL: INSERT IGNORE would also turn wrong values into warnings; its error says the same
        return made

    def _update(self, sets: dict[str, Any], fits: Sequence[sa.ColumnElement[bool]]) -> sa.Update:
        return sa.update(self.sql).where(*self.key(), *fits).values(sets)


def _shape(when: Sequence[Condition]) -> list[Value]:
    return [(c.op, c.attribute, len(c.value) if c.op == "in" else c.value is None) for c in when]


class Changer:
    """The steps of checked changes. ``duplicate``: what the driver raises where a row is already."""

    def __init__(self, duplicate: type[Exception] | tuple[()]) -> None:
        self._duplicate = duplicate

    def apply(self, sql: Writes, made: CheckedChange, now: Value) -> Steps[bool]:
        """Makes one change; says whether its conditions held."""
        bound = sql.encode_all(made.values)
        bound["now"] = now
        for (name, parameter), part in zip(sql.key_parameters, made.key, strict=True):
            bound[parameter] = sql.encode(name, part)
        if made.when:
            _bind_conditions(sql, made.when, bound)
        change = made.change
        if isinstance(change, Put):
            return (yield from self._put(sql, made, bound))
        if isinstance(change, Update):
            return bool((yield _update(sql, change, made.when, bound)) == 1)
        if isinstance(change, Delete):
            return bool((yield sql.delete(made.when).request(bound)) == 1 or not made.when)
        if made.is_absent:
            return (yield from self._is_absent(sql, bound))
        return bool((yield sql.check(made.when).request(bound)))

    def _put(self, sql: Writes, made: CheckedChange, bound: dict[str, Value]) -> Steps[bool]:
        if made.is_absent:
            return (yield from self._insert(sql, bound))
        if made.when:
            return bool((yield sql.replace(made.when).request(bound)) == 1)
        yield sql.upsert().request(bound)
        return True

    def _insert(self, sql: Writes, bound: dict[str, Value]) -> Steps[bool]:
        if sql.has_upsert_conditions:
            return bool((yield sql.insert().request(bound)) == 1)
        try:
            yield sql.insert().request(bound)
        except self._duplicate:
            if sql.table.ttl is None:
                return False
        else:
            return True
        if (yield sql.replace_expired().request(bound)) == 1:
            return True
        if (yield sql.check(()).request(bound)):
            return False
        raise Retry("The expired item that was in the way has gone just now.")

    def _is_absent(self, sql: Writes, bound: dict[str, Value]) -> Steps[bool]:
        if sql.dialect.name == "postgresql":
            # A reader does not see a row that a rival has inserted and not committed: of two writes that each
            # put what the other wants absent, both would pass. These checks come last, one write at a time.
            yield "SELECT pg_advisory_xact_lock($1::BIGINT)", (_ABSENCE_LOCK,)
        return not (yield sql.check(()).request(bound))


def _update(sql: Writes, change: Update[Any], when: Sequence[Condition], bound: dict[str, Value]) -> Request:
    for name, amount in change.add.items():
        bound[name] = amount
        bound[f"least_{name}"], bound[f"most_{name}"] = add_bounds(amount)
    return sql.update(change.set, change.add, when).request(bound)


def _bind_conditions(sql: Writes, when: Sequence[Condition], bound: dict[str, Value]) -> None:
    for number, condition in enumerate(when):
        if condition.op == "in":
            for i, value in enumerate(condition.value):
                bound[f"if{number}_{i}"] = sql.encode(condition.attribute, value)
        elif condition.value is not None:
            bound[f"if{number}"] = sql.encode(condition.attribute, condition.value)
