"""Queries: which items, in which order, over how many pages; and cursors that fit one query only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import Delete, InvalidCursor, InvalidItem, Put, Query, Store, Update
from cartwheel.storage.port import MAX_PAGE
from tests.contract.storage.backends import Backend
from tests.contract.storage.tables import (
    EVENTS,
    MARKS,
    PAIRS,
    START,
    THINGS,
    TOKENS,
    Colour,
    Event,
    Mark,
    Pair,
    Token,
    thing,
)


async def _all(store: Store, limit: int = 3, **query: Any) -> list[Any]:  # noqa: ANN401 - as Query takes them
    """All items of a query, page by page; asserts that every page but the last is full."""
    items: list[Any] = []
    cursor: str | None = None
    while True:
        page = await store.query(Query(**query, limit=limit, cursor=cursor))
        items += page.items
        cursor = page.next
        if cursor is None:
            return items
        assert len(page.items) == limit


def _ids(items: Sequence[Any]) -> list[str]:
    return [item.id for item in items]


@pytest.fixture
async def things(store: Store) -> Store:
    """20 things of one owner: sizes 0 to 4 four times each; a colour for each but the last four."""
    rows = [thing(f"{i:02}", size=i % 5, colour="red" if i < 16 else None, note="n") for i in range(20)]
    await store.write(*(Put(THINGS, row) for row in rows), Put(THINGS, thing("foreign", owner="p")))
    return store


@pytest.mark.parametrize("descending", [False, True])
async def test_a_partition_in_order(things: Store, descending: bool) -> None:
    for limit in (1, 3, 20, 21, MAX_PAGE):
        found = _ids(await _all(things, limit, table=THINGS, partition="o", descending=descending))
        assert found == sorted([f"{i:02}" for i in range(20)], reverse=descending)


@pytest.mark.parametrize("descending", [False, True])
async def test_items_of_equal_sort_value_come_once_each(things: Store, descending: bool) -> None:
    for limit in (1, 3, 4, 5, 16, 17):
        query: dict[str, Any] = {"table": THINGS, "index": "by_colour", "partition": Colour.RED}
        found = await _all(things, limit, descending=descending, **query)
        assert [item.size for item in found] == sorted([i % 5 for i in range(16)], reverse=descending)
        assert sorted(_ids(found)) == [f"{i:02}" for i in range(16)]
        assert _ids(found) == _ids(await _all(things, 1000, descending=descending, **query))


@pytest.mark.parametrize("descending", [False, True])
async def test_an_index_without_a_sort_attribute(things: Store, descending: bool) -> None:
    found = await _all(things, 3, table=THINGS, index="by_note", partition="n", descending=descending)
    assert sorted(_ids(found)) == [f"{i:02}" for i in range(20)]


async def test_an_item_without_an_indexed_attribute_is_not_in_the_index(store: Store) -> None:
    await store.write(
        Put(THINGS, thing("a", seen=START)), Put(THINGS, thing("b")), Put(THINGS, thing("c", size=1))
    )
    assert _ids(await _all(store, table=THINGS, index="by_seen", partition="new")) == ["a"]
    await store.write(Update(THINGS, ("o", "b"), set={"seen": START}))
    await store.write(Update(THINGS, ("o", "a"), set={"seen": None}))
    assert _ids(await _all(store, table=THINGS, index="by_seen", partition="new")) == ["b"]
    assert _ids(await _all(store, table=THINGS, index="by_size", partition=1)) == []


BOUNDS: list[tuple[dict[str, Any], range]] = [
    ({"low": 2}, range(2, 5)),
    ({"high": 2}, range(3)),
    ({"low": 1, "high": 3}, range(1, 4)),
    ({"low": 2, "high": 2}, range(2, 3)),
    ({"low": 3, "high": 2}, range(0)),
    ({"low": -(10**30), "high": 10**30}, range(5)),
    ({"low": 10**30}, range(0)),
    ({"high": -(10**30)}, range(0)),
    ({"low": 2**63 - 1}, range(0)),
]


@pytest.mark.parametrize("descending", [False, True])
async def test_bounds_are_inclusive(things: Store, descending: bool) -> None:
    for bounds, sizes in BOUNDS:
        query: dict[str, Any] = {"table": THINGS, "index": "by_colour", "partition": "red"} | bounds
        found = await _all(things, 2, descending=descending, **query)
        expected = [i % 5 for i in range(16) if i % 5 in sizes]
        assert [item.size for item in found] == sorted(expected, reverse=descending)


TEXT_BOUNDS: list[tuple[dict[str, Any], str]] = [
    ({"low": ""}, "A Z a ab z é 😀"),
    ({"high": ""}, ""),
    ({"low": "a"}, "a ab z é 😀"),
    ({"low": "a\x01"}, "ab z é 😀"),
    ({"high": "a"}, "A Z a"),
    ({"low": "B", "high": "b"}, "Z a ab"),
    ({"low": "z\U0010ffff"}, "é 😀"),
    ({"low": "a" * 300, "high": "a" * 301 + "b"}, ""),
    ({"low": "a", "high": "a" + "\U0010ffff" * 300}, "a ab"),
    ({"high": "ÿ" * 1000}, "A Z a ab z é"),
]


async def test_text_is_ordered_by_its_bytes(store: Store) -> None:
    for bounds, expected in TEXT_BOUNDS:
        await store.write(*(Put(THINGS, thing(name)) for name in ("é", "ab", "a", "Z", "😀", "z", "A")))
        found = await _all(store, table=THINGS, partition="o", **bounds)
        assert " ".join(_ids(found)) == expected


async def test_a_bound_of_exactly_a_longest_key(store: Store) -> None:
    long = "é" * 255
    await store.write(Put(THINGS, thing(long)))
    both: list[dict[str, Any]] = [{"low": long}, {"high": long}, {"low": long, "high": long + "x"}]
    for bounds in both:
        assert _ids(await _all(store, table=THINGS, partition="o", **bounds)) == [long]
    assert await _all(store, table=THINGS, partition="o", low=long + "\x01") == []


async def test_instants_are_ordered_to_the_microsecond(store: Store) -> None:
    times = [START + timedelta(microseconds=i, days=j) for j in (0, -900, 900) for i in (0, 1, -1)]
    await store.write(*(Put(EVENTS, Event(shard=3, at=at)) for at in times))
    assert [event.at for event in await _all(store, table=EVENTS, partition=3)] == sorted(times)
    between = await _all(store, table=EVENTS, partition=3, low=START, high=START + timedelta(seconds=1))
    assert [event.at for event in between] == [START, START + timedelta(microseconds=1)]
    zone = START.astimezone()
    assert len(await _all(store, table=EVENTS, partition=3, low=zone, high=zone)) == 1
    for year, count in ((1, 9), (9999, 0)):
        low = START.replace(year=year)
        assert len(await _all(store, table=EVENTS, partition=3, low=low)) == count


async def test_a_table_without_a_sort_attribute(store: Store) -> None:
    await store.write(Put(MARKS, Mark(name="a")), Put(MARKS, Mark(name="b")))
    assert await _all(store, table=MARKS, partition="a") == [Mark(name="a")]
    assert await _all(store, table=MARKS, partition="c") == []


async def test_an_index_whose_texts_are_too_long_together(store: Store) -> None:
    for limit in (1, 2, 100):
        pairs = [
            Pair(left=f"{i % 3}" * 255, right=f"{i}" * 255, first="f" * 255, second="s" * 255, at=START)
            for i in range(9)
        ]
        await store.write(*(Put(PAIRS, pair) for pair in pairs))
        for index in ("by_both", "by_at"):
            found = await _all(store, limit, table=PAIRS, index=index, partition="f" * 255)
            assert sorted(pair.right for pair in found) == [pair.right for pair in pairs]


async def test_a_query_survives_changes_between_its_pages(things: Store) -> None:
    query: dict[str, Any] = {"table": THINGS, "index": "by_colour", "partition": "red", "limit": 4}
    first = await things.query(Query(**query))
    last = first.items[-1]
    await things.write(Delete(THINGS, ("o", last.id)))
    await things.write(Put(THINGS, thing("late", size=4, colour="red")))
    rest: list[Any] = []
    cursor = first.next
    while cursor is not None:
        page = await things.query(Query(**query, cursor=cursor))
        rest += page.items
        cursor = page.next
    assert sorted(_ids([*first.items, *rest])) == sorted([*(f"{i:02}" for i in range(16)), "late"])


async def test_a_page_may_have_another_limit_than_the_one_before(things: Store) -> None:
    first = await things.query(Query(THINGS, "o", limit=2))
    second = await things.query(Query(THINGS, "o", limit=7, cursor=first.next))
    assert _ids(second.items) == [f"{i:02}" for i in range(2, 9)]


async def test_a_partition_that_nothing_can_have_is_empty(things: Store) -> None:
    for partition in ("", "x" * 256, "a\0", "\ud800", "x" * 10_000):
        assert await _all(things, table=THINGS, partition=partition) == []
        assert await _all(things, table=THINGS, index="by_note", partition=partition) == []


async def test_a_partition_number_beyond_64_bits_is_empty(things: Store) -> None:
    assert await _all(things, table=THINGS, index="by_size", partition=2**63) == []


WRONG_QUERIES: list[dict[str, Any]] = [
    {"limit": 0},
    {"limit": MAX_PAGE + 1},
    {"limit": True},
    {"limit": "1"},
    {"partition": 1},
    {"partition": None},
    {"low": 1},
    {"high": START},
    {"low": "a\0"},
    {"high": "\ud800"},
    {"index": "by_colour", "low": "a"},
    {"index": "by_colour", "low": 1.0},
    {"index": "by_seen", "low": datetime(2026, 1, 1)},  # noqa: DTZ001 - a naive one is the point
    {"index": "by_note", "low": "a"},
    {"index": "by_note", "partition": None},
]


async def test_a_wrong_query_is_refused(things: Store) -> None:
    for wrong in WRONG_QUERIES:
        with pytest.raises(InvalidItem):
            await things.query(Query(**{"table": THINGS, "partition": "o", **wrong}))


async def test_an_unknown_index_is_a_key_error(things: Store) -> None:
    with pytest.raises(KeyError):
        await things.query(Query(THINGS, "o", index="nothing"))


async def test_a_cursor_fits_its_query_only(things: Store) -> None:
    query: dict[str, Any] = {
        "table": THINGS,
        "index": "by_colour",
        "partition": "red",
        "low": 1,
        "high": 3,
        "limit": 2,
    }
    cursor = (await things.query(Query(**query))).next
    assert cursor is not None
    others: list[dict[str, Any]] = [
        {"partition": "blue"},
        {"low": 0},
        {"low": None},
        {"high": 4},
        {"descending": True},
        {"index": "by_note", "partition": "n", "low": None, "high": None},
        {"index": None, "partition": "o", "low": "1", "high": "3"},
        {"table": TOKENS, "index": "by_user", "low": START, "high": START},
    ]
    for other in others:
        with pytest.raises(InvalidCursor):
            await things.query(Query(**{**query, **other, "cursor": cursor}))
    assert (await things.query(Query(**query, cursor=cursor))).items


async def test_a_cursor_that_was_changed_is_refused(things: Store) -> None:
    cursor = (await things.query(Query(THINGS, "o", limit=2))).next
    assert cursor is not None
    for place in range(len(cursor)):
        letter = "A" if cursor[place] != "A" else "Q"
        with pytest.raises(InvalidCursor):
            await things.query(Query(THINGS, "o", cursor=cursor[:place] + letter + cursor[place + 1 :]))
    for wrong in (
        "",
        "x",
        "!!!!",
        "é",
        "\0",
        "\ud800",
        cursor[:-4],
        cursor + cursor,
        "A" * 5000,
        cursor + "=",
    ):
        with pytest.raises(InvalidCursor):
            await things.query(Query(THINGS, "o", cursor=wrong))


async def test_a_cursor_of_another_shop_is_refused(
    things: Store, backend: Backend, clock: ManualClock
) -> None:
    other = backend.open(clock, secret=b"another secret of the tests")
    try:
        cursor = (await other.query(Query(THINGS, "o", limit=2))).next
    finally:
        await other.close()
    with pytest.raises(InvalidCursor):
        await things.query(Query(THINGS, "o", cursor=cursor))


async def test_expired_items_leave_no_holes_in_a_page(store: Store, clock: ManualClock) -> None:
    tokens = [
        Token(id=f"{i:02}", created=START + timedelta(seconds=i), expires=START + timedelta(hours=1 + i % 3))
        for i in range(24)
    ]
    await store.write(*(Put(TOKENS, token) for token in tokens))
    clock.advance(hours=2)
    for limit in (1, 3, 7, 8, 9):
        found = await _all(store, limit, table=TOKENS, index="by_user", partition="u")
        assert _ids(found) == [f"{i:02}" for i in range(2, 24, 3)]
