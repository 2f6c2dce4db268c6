"""Changes and their conditions: what is written when they hold, and that nothing is when one does not."""

from datetime import timedelta
from typing import Any

import pytest

from cartwheel.storage import (
    Change,
    Check,
    Condition,
    Conflict,
    Delete,
    InvalidItem,
    Put,
    Store,
    Update,
    absent,
    eq,
    exists,
    ge,
    gt,
    is_in,
    le,
    lt,
    ne,
)
from tests.contract.storage.tables import EVENTS, MARKS, START, THINGS, Colour, Event, Mark, Part, thing

KEY = ("o", "t")
ITEM = thing(size=5, note="b", colour=Colour.RED, seen=START, flag=True, tags=("x",), details={"a": 1})

HOLDS = [
    exists(),
    eq("size", 5),
    eq("note", "b"),
    eq("balance", None),
    eq("flag", True),
    eq("colour", Colour.RED),
    eq("colour", "red"),
    eq("seen", START),
    eq("id", "t"),
    ne("size", 6),
    ne("flag", False),
    ne("note", "B"),
    ne("note", ""),
    ne("balance", 1),
    ne("note", None),
    ne("tags", None),
    ne("details", None),
    lt("size", 6),
    le("size", 5),
    gt("size", 4),
    ge("size", 5),
    gt("size", -(2**63)),
    lt("size", 2**63 - 1),
    lt("note", "c"),
    gt("note", "a\U0010ffff"),
    gt("note", "Z"),
    lt("note", "é"),
    ge("note", ""),
    lt("seen", START + timedelta(microseconds=1)),
    gt("seen", START - timedelta(microseconds=1)),
    is_in("size", [1, 5]),
    is_in("note", ["b"]),
    is_in("flag", [True]),
    is_in("size", range(-50, 50)),
    is_in("note", [f"x{i}" for i in range(99)] + ["b"]),
]
FAILS = [
    eq("size", 6),
    eq("note", "B"),
    eq("note", "b "),
    eq("note", ""),
    eq("note", None),
    eq("balance", 0),
    eq("details", None),
    ne("size", 5),
    ne("balance", None),
    ne("colour", "red"),
    lt("size", 5),
    gt("size", 5),
    lt("balance", 1),
    ge("balance", -(2**63)),
    gt("note", "b\U0001f600"),
    is_in("balance", [0, 1]),
    is_in("note", ["a", "B"]),
    eq("flag", False),
]


def _describe(value: object) -> str:
    if isinstance(value, Condition):
        return ascii(f"{value.op} {value.attribute} {value.value}")[:50]
    return ascii(value)[:50]


def _changes(when: tuple[Condition, ...]) -> list[Change]:
    return [
        Check(THINGS, KEY, when),
        Update(THINGS, KEY, set={"note": "new"}, when=when),
        Put(THINGS, thing(note="put"), when),
        Delete(THINGS, KEY, when),
    ]


async def test_a_condition_that_holds(store: Store) -> None:
    for condition in HOLDS:
        for change in _changes((condition,)):
            await store.write(Put(THINGS, ITEM))
            await store.write(change)
        assert await store.get(THINGS, *KEY) is None


async def test_a_condition_that_does_not_hold(store: Store) -> None:
    for condition in FAILS:
        await store.write(Put(THINGS, ITEM))
        for change in _changes((exists(), condition)):
            with pytest.raises(Conflict) as caught:
                await store.write(change)
            assert caught.value.change is change
            with pytest.raises(Conflict) as caught:
                await store.write(Put(THINGS, thing("other")), change)
            assert caught.value.change is change
        assert [found async for found in store.scan(THINGS)] == [ITEM]


async def test_no_condition_but_absent_holds_of_a_missing_item(store: Store) -> None:
    for condition in (exists(), eq("note", None), ne("size", 5), lt("size", 9)):
        for change in _changes((condition,)):
            with pytest.raises(Conflict):
                await store.write(change)
        assert [found async for found in store.scan(THINGS)] == []


async def test_absent(store: Store) -> None:
    put, check = Put(THINGS, ITEM, (absent(),)), Check(THINGS, KEY, (absent(),))
    await store.write(check)
    await store.write(put)
    for change in (put, check):
        with pytest.raises(Conflict) as caught:
            await store.write(change)
        assert caught.value.change is change
        with pytest.raises(Conflict):
            await store.write(Put(MARKS, Mark(name="m")), change)
    assert await store.get(MARKS, "m") is None
    await store.write(Delete(THINGS, KEY))
    await store.write(put, Check(MARKS, ("m",), (absent(),)))
    assert await store.get(THINGS, *KEY) == ITEM


async def test_a_put_replaces_the_whole_item(store: Store) -> None:
    await store.write(Put(THINGS, ITEM))
    await store.write(Put(THINGS, thing(size=1)))
    assert await store.get(THINGS, *KEY) == thing(size=1)
    await store.write(Put(THINGS, thing(size=2), (eq("size", 1),)))
    assert await store.get(THINGS, *KEY) == thing(size=2)
    for _ in range(2):
        await store.write(Put(MARKS, Mark(name="m")))


async def test_an_update_sets_empties_and_adds(store: Store) -> None:
    await store.write(Put(THINGS, ITEM))
    sets: dict[str, Any] = {"note": None, "tags": (), "parts": [Part(name="p")], "flag": False, "balance": 7}
    await store.write(Update(THINGS, KEY, set=sets, add={"size": -15}))
    expected = ITEM.model_copy(update=sets | {"size": -10})
    assert await store.get(THINGS, *KEY) == expected
    await store.write(Update(THINGS, KEY, set={"size": -10}))  # changes nothing, and is no conflict
    assert await store.get(THINGS, *KEY) == expected


async def test_an_update_needs_an_item(store: Store) -> None:
    with pytest.raises(Conflict):
        await store.write(Update(THINGS, KEY, set={"size": 1}))
    with pytest.raises(Conflict):
        await store.write(Update(THINGS, KEY, add={"size": 1}), Put(MARKS, Mark(name="m")))
    assert await store.get(THINGS, *KEY) is None
    assert await store.get(MARKS, "m") is None


BEYOND = [
    (2**63 - 1, 1),
    (1, 2**63 - 1),
    (-(2**63), -1),
    (-1, -(2**63)),
    (-(2**63), -(2**63)),
]
WITHIN = [(2**63 - 2, 1), (0, -(2**63)), (-1, 2**63 - 1), (-(2**63), 2**63 - 1), (3, 0)]


async def test_a_sum_beyond_64_bits_is_a_conflict(store: Store) -> None:
    for start, amount in BEYOND:
        await store.write(Put(THINGS, thing(size=start)))
        change = Update(THINGS, KEY, set={"note": "x"}, add={"size": amount})
        both: list[list[Change]] = [[change], [Put(MARKS, Mark(name="m")), change]]
        for changes in both:
            with pytest.raises(Conflict) as caught:
                await store.write(*changes)
            assert caught.value.change is change
        assert await store.get(THINGS, *KEY) == thing(size=start)
        assert await store.get(MARKS, "m") is None


async def test_a_sum_within_64_bits_is_exact(store: Store) -> None:
    for start, amount in WITHIN:
        await store.write(Put(THINGS, thing(size=start)))
        await store.write(Update(THINGS, KEY, add={"size": amount}))
        assert await store.get(THINGS, *KEY) == thing(size=start + amount)


async def test_nothing_is_added_to_an_empty_attribute(store: Store) -> None:
    await store.write(Put(THINGS, ITEM))
    with pytest.raises(Conflict):
        await store.write(Update(THINGS, KEY, add={"balance": 1}))
    assert await store.get(THINGS, *KEY) == ITEM


async def test_a_delete_without_conditions_may_find_nothing(store: Store) -> None:
    await store.write(Delete(THINGS, KEY))
    await store.write(Delete(THINGS, KEY), Put(MARKS, Mark(name="m")))
    assert await store.get(MARKS, "m") == Mark(name="m")


async def test_all_changes_or_none(store: Store) -> None:
    await store.write(Put(THINGS, thing("kept", size=1)), Put(THINGS, thing("gone", size=1)))
    changes: list[Change] = [
        Put(THINGS, thing("new")),
        Update(THINGS, ("o", "kept"), add={"size": 1}),
        Delete(THINGS, ("o", "gone")),
        Put(EVENTS, Event(shard=1, at=START)),
    ]
    with pytest.raises(Conflict):
        await store.write(*changes, Check(MARKS, ("m",), (exists(),)))
    assert sorted([(found.id, found.size) async for found in store.scan(THINGS)]) == [
        ("gone", 1),
        ("kept", 1),
    ]
    assert await store.get(EVENTS, 1, START) is None
    await store.write(*changes, Check(MARKS, ("m",), (absent(),)))
    assert sorted([(found.id, found.size) async for found in store.scan(THINGS)]) == [("kept", 2), ("new", 0)]
    assert await store.get(EVENTS, 1, START) == Event(shard=1, at=START)


WRONG_CONDITIONS = [
    (absent(), exists()),
    (exists(), absent()),
    (absent(), absent()),
    (eq("nothing", 1),),
    (eq("", 1),),
    (eq("size", "5"),),
    (eq("size", 5.0),),
    (eq("size", True),),
    (eq("size", 2**63),),
    (eq("flag", 1),),
    (eq("note", 5),),
    (eq("note", b"b"),),
    (eq("note", "\0"),),
    (eq("note", "\ud800"),),
    (eq("seen", "2026"),),
    (eq("seen", START.replace(tzinfo=None)),),
    (eq("tags", ("x",)),),
    (eq("details", {"a": 1}),),
    (lt("details", {}),),
    (lt("flag", True),),
    (lt("size", None),),
    (ge("note", None),),
    (is_in("size", []),),
    (is_in("size", list(range(101))),),
    (is_in("size", [1, None]),),
    (is_in("size", [1, "2"]),),
    (Condition("in", "size", 5),),
    (Condition("like", "note", "%"),),  # type: ignore[arg-type]
]


async def test_a_wrong_condition_is_refused(store: Store) -> None:
    for when in WRONG_CONDITIONS:
        await store.write(Put(THINGS, ITEM))
        for change in _changes(when):
            with pytest.raises(InvalidItem):
                await store.write(change)
        assert [found async for found in store.scan(THINGS)] == [ITEM]


WRONG_CHANGES: list[Change] = [
    Check(THINGS, KEY, ()),
    Update(THINGS, KEY, set={"size": 1}, when=(absent(),)),
    Delete(THINGS, KEY, (absent(),)),
    Update(THINGS, KEY),
    Update(THINGS, KEY, set={"id": "u"}),
    Update(THINGS, KEY, set={"nothing": 1}),
    Update(THINGS, KEY, set={"size": 1}, add={"size": 1}),
    Update(THINGS, KEY, add={"note": 1}),
    Update(THINGS, KEY, add={"flag": 1}),
    Update(THINGS, KEY, add={"size": 1.5}),  # type: ignore[dict-item]
    Update(THINGS, KEY, add={"size": True}),
    Update(THINGS, KEY, add={"size": 2**63}),
    Update(THINGS, ("o",), set={"size": 1}),
    Update(THINGS, ("", "t"), set={"size": 1}),
]


async def test_a_wrong_change_is_refused(store: Store) -> None:
    for change in WRONG_CHANGES:
        await store.write(Put(THINGS, ITEM))
        with pytest.raises(InvalidItem):
            await store.write(change)
        with pytest.raises(InvalidItem):
            await store.write(Put(THINGS, thing("other")), change)
        assert [found async for found in store.scan(THINGS)] == [ITEM]
