"""``Store`` on DynamoDB."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from botocore.exceptions import ClientError

from cartwheel.aws import code_of
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import new_id
from cartwheel.kernel.pages import Page
from cartwheel.storage.checks import CheckedChange, check_changes, check_query, find_key
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.dynamodb.calls import Calls, cancellation_codes
from cartwheel.storage.dynamodb.codec import Typed, decode_item, encode_key
from cartwheel.storage.dynamodb.requests import (
    Request,
    change_request,
    is_repeatable,
    query_request,
    scan_request,
)
from cartwheel.storage.dynamodb.tables import prepare_table
from cartwheel.storage.port import Backoff, Change, Check, Conflict, Query, Store, Unavailable
from cartwheel.storage.schema import M, Table, Value

_BATCH = 100
"""Keys of one BatchGetItem."""

_PREPARED_AT_ONCE = 10


class DynamoStore(Store):
    """One table per spec, named ``prefix-<table>``, with an index of DynamoDB for each of the spec's.

    A single change is a conditional PutItem, UpdateItem or DeleteItem, several are one TransactWriteItems.
    ``url`` is ``dynamodb://region/prefix``, with ``?endpoint=http://host:port`` for an emulator and
    ``key:secret@`` before the region where the credentials do not come from the environment.
    """

    def __init__(self, url: str, tables: Iterable[Table[Any]], cursors: Cursors, clock: Clock) -> None:
        self._calls = Calls(url)
        self._tables = tuple(tables)
        self._cursors = cursors
        self._clock = clock

    async def get(self, table: Table[M], *key: Value) -> M | None:
        known = find_key(table, key)
        if known is None:
            return None
        request = {"TableName": self._name(table), "Key": encode_key(table, known), "ConsistentRead": True}
        item = (await self._calls.call("get_item", request)).get("Item")
        living = self._living(table, [item] if item else [])
        return living[0] if living else None

    async def get_many(self, table: Table[M], keys: Sequence[tuple[Value, ...]]) -> list[M | None]:
        known = [find_key(table, key) for key in keys]
        unique = [key for key in dict.fromkeys(known) if key is not None]
        found: dict[tuple[Value, ...] | None, M] = {}
        for start in range(0, len(unique), _BATCH):
            for item in await self._batch(table, unique[start : start + _BATCH]):
                found[table.key_of(item)] = item
        return [found.get(key) for key in known]

    async def _batch(self, table: Table[M], keys: list[tuple[Value, ...]]) -> list[M]:
        name, found = self._name(table), []
        wanted: Request = {name: {"Keys": [encode_key(table, key) for key in keys], "ConsistentRead": True}}
        backoff = Backoff()
        while wanted:
            answer = await self._calls.call("batch_get_item", {"RequestItems": wanted})
            found += self._living(table, answer["Responses"].get(name, ()))
            wanted = answer.get("UnprocessedKeys") or {}
            if wanted and not await backoff.wait():
                raise Unavailable(f"DynamoDB did not return all items of {name}.")
        return found

    async def query(self, query: Query[M]) -> Page[M]:
        checked = check_query(query, self._cursors)
        if checked is None:
            return Page([])
        request = query_request(checked, self._name(query.table), self._clock())
        items: list[M] = []
        while len(items) <= query.limit:
            # one more than the page holds, so that the last page is known to be the last
            request["Limit"] = query.limit + 1 - len(items)
            answer = await self._calls.call("query", request)
            items += [_load(query.table, item) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return Page(items[: query.limit], self._next(query, checked.order, items))
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return Page(items[: query.limit], self._next(query, checked.order, items))

    def _next(self, query: Query[M], order: Sequence[str], items: Sequence[M]) -> str | None:
        if len(items) <= query.limit:
            return None
        return self._cursors.make(query, order, items[query.limit - 1])

    async def scan(self, table: Table[M]) -> AsyncIterator[M]:
        request = scan_request(table, self._name(table), self._clock())
        while True:
            answer = await self._calls.call("scan", request)
            for item in answer["Items"]:
                yield _load(table, item)
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def write(self, *changes: Change) -> None:
        checked = check_changes(changes)
        if len(checked) == 1 and not isinstance(checked[0].change, Check):
            await self._write_one(checked[0])
        elif checked:
            await self._write_all(checked)

    async def _write_one(self, made: CheckedChange) -> None:
        action, request = change_request(made, self._name(made.change.table), self._clock())
        try:
            await self._calls.call(f"{action.lower()}_item", request, repeatable=is_repeatable(made))
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                raise Conflict(made.change) from None
            raise

    async def _write_all(self, checked: Sequence[CheckedChange]) -> None:
        now = self._clock()
        made = [change_request(change, self._name(change.change.table), now) for change in checked]
        # the token makes it safe to send the transaction again when no answer came
        request = {"TransactItems": [{a: r} for a, r in made], "ClientRequestToken": new_id()}
        try:
            await self._calls.call("transact_write_items", request)
        except ClientError as error:
            for change, code in zip(checked, cancellation_codes(error), strict=False):
                if code == "ConditionalCheckFailed":
                    raise Conflict(change.change) from None
            raise

    async def prepare(self) -> None:
        turns = asyncio.Semaphore(_PREPARED_AT_ONCE)

        async def prepare(table: Table[Any]) -> None:
            async with turns:
                await prepare_table(self._calls, table, self._name(table))

        await asyncio.gather(*(prepare(table) for table in self._tables))

    async def purge(self, table: Table[M], limit: int = 500) -> int:  # noqa: ARG002 - of the port
        return 0  # DynamoDB's time to live does it

    async def ready(self) -> None:
        for table in self._tables[:1]:
            await self._calls.try_once("describe_table", {"TableName": self._name(table)})

    async def close(self) -> None:
        await self._calls.close()

    def _name(self, table: Table[Any]) -> str:
        return f"{self._calls.prefix}-{table.name}"

    def _living(self, table: Table[M], items: Iterable[dict[str, Typed]]) -> list[M]:
        """The items that have not expired; reads by key cannot leave them to DynamoDB."""
        loaded = [_load(table, item) for item in items]
        if table.ttl is None:
            return loaded
        now, ttl = self._clock(), table.ttl
        return [item for item in loaded if (end := getattr(item, ttl)) is None or end > now]


def _load(table: Table[M], item: dict[str, Typed]) -> M:
    return table.load(decode_item(table, item))
