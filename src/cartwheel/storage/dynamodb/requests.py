"""Requests from checked changes and queries. Names and values always go in by placeholder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cartwheel.storage.checks import CheckedChange, CheckedQuery, add_bounds
from cartwheel.storage.dynamodb.codec import TTL, Typed, encode, encode_item, encode_key, encode_ttl
from cartwheel.storage.port import Check, Condition, Delete, Put, Update
from cartwheel.storage.schema import Column, Table, Value

Request = dict[str, Value]

_COMPARE = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


class Expressions:
    """Expressions about items of one table, and the placeholders that they use."""

    def __init__(self, table: Table[Any], now: datetime) -> None:
        self._table = table
        self._now = now
        self._names: dict[str, str] = {}
        self._values: dict[str, Typed] = {}

    def placeholders(self) -> Request:
        """The part of the request that explains the placeholders."""
        request: Request = {}
        if self._names:
            request["ExpressionAttributeNames"] = {mark: name for name, mark in self._names.items()}
        if self._values:
            request["ExpressionAttributeValues"] = self._values
        return request

    def name(self, attribute: str) -> str:
        """The placeholder of an attribute."""
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def value(self, attribute: str, value: Value) -> str:
        """The placeholder of a value of an attribute."""
        return self.typed(encode(self._table.columns[attribute], value))

    def typed(self, value: Typed) -> str:
        """The placeholder of a value."""
        mark = f":v{len(self._values)}"
        self._values[mark] = value
        return mark

    def alive(self) -> str:
        """That the item has not expired; empty where items do not expire."""
        if self._table.ttl is None:
            return ""
        ttl = self.name(self._table.ttl)
        return f"(attribute_not_exists({ttl}) OR {ttl} > {self.value(self._table.ttl, self._now)})"

    def absent(self) -> str:
        """That there is no item, or an expired one."""
        missing = f"attribute_not_exists({self.name(self._table.partition)})"
        if self._table.ttl is None:
            return missing
        return f"({missing} OR {self.name(self._table.ttl)} <= {self.value(self._table.ttl, self._now)})"

    def fits(self, when: Sequence[Condition]) -> list[str]:
        """That there is a living item and the conditions hold of it."""
        clauses = [f"attribute_exists({self.name(self._table.partition)})", self.alive()]
        clauses += [self._clause(condition) for condition in when if condition.op != "exists"]
        return [clause for clause in clauses if clause]

    def room(self, attribute: str, amount: int) -> str:
        """That the sum with ``amount`` fits 64 bits."""
        least, most = (self.value(attribute, bound) for bound in add_bounds(amount))
        return f"{self.name(attribute)} BETWEEN {least} AND {most}"

    def _clause(self, condition: Condition) -> str:
        name = self.name(condition.attribute)
        if condition.op == "in":
            marks = [self.value(condition.attribute, choice) for choice in condition.value]
            return f"{name} IN ({', '.join(marks)})"
        if condition.value is None:
            return f"attribute_{'not_exists' if condition.op == 'eq' else 'exists'}({name})"
        mark = self.value(condition.attribute, condition.value)
        if condition.op == "ne":
            return f"(attribute_not_exists({name}) OR {name} <> {mark})"
        return f"{name} {_COMPARE[condition.op]} {mark}"


def change_request(made: CheckedChange, table_name: str, now: datetime) -> tuple[str, Request]:
    """The action of ``TransactWriteItems`` that makes a change, and its request."""
    change, table = made.change, made.change.table
    expressions = Expressions(table, now)
    request: Request = {"TableName": table_name}
    clauses: list[str] = []
    if made.is_absent:
        clauses = [expressions.absent()]
    elif made.when or isinstance(change, Update):
        clauses = expressions.fits(made.when)
    action = "ConditionCheck" if isinstance(change, Check) else type(change).__name__
    if isinstance(change, Put):
        request["Item"] = encode_item(table, made.values)
    else:
        request["Key"] = encode_key(table, made.key)
    if isinstance(change, Update):
        request["UpdateExpression"] = _update_expression(expressions, change, made.values)
        clauses += [expressions.room(name, amount) for name, amount in change.add.items()]
    if clauses:
        request["ConditionExpression"] = " AND ".join(clauses)
    return action, request | expressions.placeholders()


def is_repeatable(made: CheckedChange) -> bool:
    """Whether making the change twice is making it once."""
    return isinstance(made.change, Put | Delete) and not made.when and not made.is_absent


def _update_expression(expressions: Expressions, change: Update[Any], values: dict[str, Value]) -> str:
    sets, removes = [], []
    for attribute, value in values.items():
        name = expressions.name(attribute)
        if value is None:
            removes.append(name)
        else:
            sets.append(f"{name} = {expressions.value(attribute, value)}")
    ttl = change.table.ttl
    if ttl in values:
        name = expressions.name(TTL)
        if values[ttl] is None:
            removes.append(name)
        else:
            sets.append(f"{name} = {expressions.typed(encode_ttl(values[ttl]))}")
    for attribute, amount in change.add.items():
        name = expressions.name(attribute)
        sets.append(f"{name} = {name} + {expressions.value(attribute, amount)}")
    parts = [f"SET {', '.join(sets)}"] if sets else []
    return " ".join(parts + ([f"REMOVE {', '.join(removes)}"] if removes else []))


def query_request(checked: CheckedQuery, table_name: str, now: datetime) -> Request:
    """The request for the first items of a page, without a limit."""
    query, table = checked.query, checked.query.table
    expressions = Expressions(table, now)
    partition, sort = query.path
    clauses = [f"{expressions.name(partition)} = {expressions.value(partition, checked.partition)}"]
    if sort is not None:
        clauses += _bounds(expressions, sort, checked)
    request: Request = {
        "TableName": table_name,
        "KeyConditionExpression": " AND ".join(clauses),
        "ScanIndexForward": not query.descending,
    }
    if alive := expressions.alive():
        request["FilterExpression"] = alive
    if query.index is None:
        request["ConsistentRead"] = True
    else:
        request["IndexName"] = query.index
    if checked.position is not None:
        place = {partition: checked.partition, **dict(zip(checked.order, checked.position, strict=True))}
        columns = table.columns
        request["ExclusiveStartKey"] = {name: encode(columns[name], value) for name, value in place.items()}
    return request | expressions.placeholders()


def _bounds(expressions: Expressions, sort: str, checked: CheckedQuery) -> list[str]:
    name = expressions.name(sort) if checked.low is not None or checked.high is not None else ""
    if checked.low is not None and checked.high is not None:
        low, high = expressions.value(sort, checked.low), expressions.value(sort, checked.high)
        return [f"{name} BETWEEN {low} AND {high}"]
    if checked.low is not None:
        return [f"{name} >= {expressions.value(sort, checked.low)}"]
    return [f"{name} <= {expressions.value(sort, checked.high)}"] if checked.high is not None else []


def scan_request(table: Table[Any], table_name: str, now: datetime) -> Request:
    """The request for all living items of a table."""
    expressions = Expressions(table, now)
    request: Request = {"TableName": table_name, "ConsistentRead": True}
    if alive := expressions.alive():
        request["FilterExpression"] = alive
    return request | expressions.placeholders()


def table_request(table: Table[Any], table_name: str) -> Request:
    """The request that creates a table with its indexes, paid by request."""
    request: Request = {
        "TableName": table_name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(table.partition, table.sort),
        "AttributeDefinitions": attribute_definitions(table),
    }
    if table.indexes:
        request["GlobalSecondaryIndexes"] = index_requests(table)
    return request


def attribute_definitions(table: Table[Any]) -> list[Request]:
    """The types of all key attributes."""
    return [
        {"AttributeName": column.name, "AttributeType": _key_type(column)}
        for column in table.columns.values()
        if column.key
    ]


def index_requests(table: Table[Any]) -> list[Request]:
    """The description of each index."""
    return [
        {
            "IndexName": index.name,
            "KeySchema": _key_schema(index.partition, index.sort),
            "Projection": {"ProjectionType": "ALL"},
        }
        for index in table.indexes
    ]


def _key_schema(partition: str, sort: str | None) -> list[Request]:
    schema = [{"AttributeName": partition, "KeyType": "HASH"}]
    return schema + ([{"AttributeName": sort, "KeyType": "RANGE"}] if sort else [])


def _key_type(column: Column) -> str:
    return "N" if column.kind == "int" else "S"
