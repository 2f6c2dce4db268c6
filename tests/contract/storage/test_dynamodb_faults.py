"""What DynamoDB answers under load and the emulator never does: put between the engine and its client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Conflict, InvalidItem, Put, Query, Store, Table, Unavailable, Update, absent
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.dynamodb import DynamoStore
from cartwheel.storage.dynamodb import calls as calls_module
from cartwheel.storage.port import Backoff
from tests.contract.storage.backends import SECRET, Backend
from tests.contract.storage.conftest import OpenStore, emulated
from tests.contract.storage.tables import MARKS, TABLES, THINGS, TOKENS, Mark, Thing, thing

pytestmark = pytest.mark.emulator


@asynccontextmanager
async def closing(store: DynamoStore) -> AsyncIterator[DynamoStore]:
    try:
        yield store
    finally:
        await store.close()


def _error(code: str, status: int = 400, reasons: list[str] | None = None) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    if reasons is not None:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, "Operation")


THROTTLED = _error("ProvisionedThroughputExceededException")
BROKEN = _error("InternalServerError", 500)
CONFLICTING = _error("TransactionCanceledException", reasons=["None", "TransactionConflict"])
TIMEOUT = ReadTimeoutError(endpoint_url="http://127.0.0.1")
UNREACHABLE = EndpointConnectionError(endpoint_url="http://127.0.0.1")


class Faulty:
    """A client that raises the given errors first. ``late``: after the request was served."""

    def __init__(self, client: Any, *errors: Exception, late: bool = False) -> None:  # noqa: ANN401
        self.client, self.errors, self.late = client, list(errors), late
        self.requests: list[Any] = []

    def __getattr__(self, operation: str) -> Any:  # noqa: ANN401 - stands for every operation
        async def call(**request: object) -> object:
            self.requests.append(request)
            error = self.errors.pop(0) if self.errors else None
            answer = await getattr(self.client, operation)(**request) if self.late or error is None else None
            if error is not None:
                raise error
            return answer

        return call


def _disturb(store: Store, *errors: Exception, late: bool = False) -> Faulty:
    assert isinstance(store, DynamoStore)
    calls = store._calls
    faulty = calls._client = Faulty(calls._client, *errors, late=late)
    return faulty


@pytest.fixture
def backend(emulator: str) -> Backend:
    return emulated(emulator)


@pytest.fixture
async def opened(store: Store) -> Store:
    """A store that has connected already."""
    await store.write(Put(THINGS, thing(size=5)), Put(MARKS, Mark(name="m")))
    return store


BOTH = (Update(THINGS, ("o", "t"), add={"size": 1}), Put(MARKS, Mark(name="n"), (absent(),)))


@pytest.mark.parametrize("error", [THROTTLED, CONFLICTING, BROKEN, TIMEOUT, UNREACHABLE], ids=repr)
async def test_a_transaction_is_tried_again(opened: Store, error: Exception) -> None:
    faulty = _disturb(opened, error, error)
    await opened.write(*BOTH)
    assert await opened.get(THINGS, "o", "t") == thing(size=6)
    assert len({request["ClientRequestToken"] for request in faulty.requests[:3]}) == 1


@pytest.mark.parametrize("error", [BROKEN, TIMEOUT], ids=repr)
async def test_a_transaction_whose_answer_was_lost_happens_once(opened: Store, error: Exception) -> None:
    _disturb(opened, error, late=True)
    await opened.write(*BOTH)
    assert await opened.get(THINGS, "o", "t") == thing(size=6)


async def test_a_conflict_beside_a_passing_reason_is_a_conflict(opened: Store) -> None:
    reasons = ["TransactionConflict", "ConditionalCheckFailed"]
    _disturb(opened, _error("TransactionCanceledException", reasons=reasons))
    with pytest.raises(Conflict) as caught:
        await opened.write(*BOTH)
    assert caught.value.change is BOTH[1]


@pytest.mark.parametrize("error", [THROTTLED, _error("TransactionConflictException"), UNREACHABLE], ids=repr)
async def test_a_single_change_that_was_refused_is_tried_again(opened: Store, error: Exception) -> None:
    _disturb(opened, error, error, error)
    await opened.write(BOTH[0])
    assert await opened.get(THINGS, "o", "t") == thing(size=6)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("error", [BROKEN, TIMEOUT], ids=repr)
async def test_a_conditional_change_without_an_answer_is_unsure(
    opened: Store, error: Exception, late: bool
) -> None:
    faulty = _disturb(opened, error, late=late)
    with pytest.raises(Unavailable):
        await opened.write(BOTH[0])
    assert len(faulty.requests) == 1
    assert await opened.get(THINGS, "o", "t") == thing(size=6 if late else 5)


@pytest.mark.parametrize("error", [BROKEN, TIMEOUT], ids=repr)
async def test_an_unconditional_change_without_an_answer_is_made_again(
    opened: Store, error: Exception
) -> None:
    _disturb(opened, error, late=True)
    await opened.write(Put(THINGS, thing(size=9)))
    assert await opened.get(THINGS, "o", "t") == thing(size=9)


@pytest.mark.parametrize("error", [THROTTLED, BROKEN, TIMEOUT, UNREACHABLE], ids=repr)
async def test_reads_are_tried_again(opened: Store, error: Exception) -> None:
    for late in (False, True):
        _disturb(opened, error, late=late)
        assert await opened.get(THINGS, "o", "t") == thing(size=5)
        _disturb(opened, error, late=late)
        assert (await opened.query(Query(THINGS, "o"))).items == [thing(size=5)]


async def test_what_is_not_answered_in_time_is_unavailable(
    opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls_module, "Backoff", lambda: Backoff(0.1))
    for error in (THROTTLED, CONFLICTING, UNREACHABLE):
        _disturb(opened, *[error] * 100)
        with pytest.raises(Unavailable):
            await opened.write(*BOTH)
    with pytest.raises(Unavailable):
        await opened.get(THINGS, "o", "t")


async def test_keys_that_were_not_processed_are_asked_for_again(opened: Store) -> None:
    class Stingy(Faulty):
        """Answers two keys at a time."""

        def __getattr__(self, operation: str) -> Any:  # noqa: ANN401 - stands for every operation
            call = getattr(self.client, operation)

            async def stingy(RequestItems: dict[str, Any]) -> Any:  # noqa: ANN401, N803 - as in the API
                ((name, wanted),) = RequestItems.items()
                served, left = wanted["Keys"][:2], wanted["Keys"][2:]
                answer = await call(RequestItems={name: {**wanted, "Keys": served}})
                answer["UnprocessedKeys"] = {name: {**wanted, "Keys": left}} if left else {}
                return answer

            return stingy if operation == "batch_get_item" else call

    await opened.write(*(Put(MARKS, Mark(name=f"{i}")) for i in range(7)))
    assert isinstance(opened, DynamoStore)
    opened._calls._client = Stingy(opened._calls._client)
    found = await opened.get_many(MARKS, [(f"{i}",) for i in range(8)])
    assert [mark and mark.name for mark in found] == [f"{i}" for i in range(7)] + [None]


async def test_an_item_that_grows_too_large_is_refused(opened: Store) -> None:
    await opened.write(Put(THINGS, thing("large", tags=("x" * 300_000,))))
    with pytest.raises(InvalidItem):
        await opened.write(Update(THINGS, ("o", "large"), set={"details": {"x": "y" * 300_000}}))
    found = await opened.get(THINGS, "o", "large")
    assert found is not None
    assert found.details is None


async def test_the_expiry_is_kept_for_dynamodb_too(open_store: OpenStore) -> None:
    store = open_store()
    assert isinstance(store, DynamoStore)
    client: Any = store._calls._client or await store._calls._open()
    described = await client.describe_time_to_live(TableName="shop-tokens")
    assert described["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    assert described["TimeToLiveDescription"]["AttributeName"] == "_ttl"
    assert TOKENS.ttl == "expires"


async def test_many_processes_prepare_at_once(emulator: str, clock: ManualClock) -> None:
    url = f"dynamodb://900000000001:secret@eu-central-1/together?endpoint={quote(emulator, safe='')}"
    stores = [DynamoStore(url, TABLES, Cursors(SECRET), clock) for _ in range(4)]
    await asyncio.gather(*(store.prepare() for store in stores))
    await stores[0].write(Put(MARKS, Mark(name="m")))
    assert await stores[3].get(MARKS, "m") == Mark(name="m")
    for store in stores:
        await store.close()


async def test_an_index_is_added_to_a_table_that_exists(emulator: str, clock: ManualClock) -> None:
    url = f"dynamodb://900000000002:secret@eu-central-1/growing?endpoint={quote(emulator, safe='')}"
    before = Table("things", Thing, "owner", "id", indexes=THINGS.indexes[:1])
    async with closing(DynamoStore(url, [before], Cursors(SECRET), clock)) as store:
        await store.prepare()
        await store.write(Put(before, thing(note="n", size=1)))
    async with closing(DynamoStore(url, [THINGS], Cursors(SECRET), clock)) as store:
        await store.prepare()
        for index, partition in (("by_note", "n"), ("by_size", 1)):
            page = await store.query(Query(THINGS, partition, index))
            assert page.items == [thing(note="n", size=1)]


@pytest.mark.slow_callbacks_ok(reason="the client is made here")
async def test_an_engine_that_is_not_there_is_not_ready(clock: ManualClock) -> None:
    url = "dynamodb://1:s@eu-central-1/p?endpoint=http://127.0.0.1:9"
    async with closing(DynamoStore(url, TABLES, Cursors(SECRET), clock)) as store:
        with pytest.raises(Unavailable):
            await store.ready()


@pytest.mark.parametrize(
    "url",
    ["dynamodb://eu-central-1", "dynamodb:///shop", "sqlite:///x", "dynamodb://eu-central-1/shop?endpiont=x"],
)
def test_a_wrong_address_is_refused(url: str, clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="dynamodb://region/prefix"):
        DynamoStore(url, TABLES, Cursors(SECRET), clock)
