"""What is stored comes back unchanged, and what may not be stored is refused by every engine alike."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from cartwheel.storage import Check, Delete, InvalidItem, Put, Store, Update, absent, eq
from cartwheel.storage.port import MAX_CHANGES, MAX_ITEM_BYTES
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
    Part,
    Thing,
    Token,
    thing,
)

FULL = thing(
    size=2**63 - 1,
    balance=-(2**63),
    note="a",
    colour=Colour.BLUE,
    state="old",
    seen=START,
    flag=True,
    tags=("x", ""),
    parts=[Part(name="wheel", weight=3), Part(name="bolt")],
    details={"b": 1, "a": [True, None, {"deep": ["é", -(2**63)]}], "empty": {}, "none": []},
)

TEXTS = {
    "emoji": "👩‍👩‍👧‍👦 🇺🇦 \U0001f6d2",
    "right to left": "مرحبا ‏שלום",
    "trailing spaces": "a  ",
    "only a space": " ",
    "upper case": "ABC",
    "combining": "e\u0301",
    "precomposed": "\u00e9",
    "sharp s": "straße",
    "line ends": "a\r\nb\tc\x01",
    "quotes": "'\"\\`%s:x$1?",
    "last character": "\U0010ffff",
}


@pytest.mark.parametrize("item", [thing(), FULL], ids=["empty", "full"])
async def test_an_item_comes_back_as_it_was(store: Store, item: Thing) -> None:
    await store.write(Put(THINGS, item))
    found = await store.get(THINGS, "o", "t")
    assert found == item
    assert type(found) is Thing


async def test_text_comes_back_byte_for_byte(store: Store) -> None:
    for text in TEXTS.values():
        item = thing(text, note=text, tags=(text,), details={text: text})
        await store.write(Put(THINGS, item))
        assert await store.get(THINGS, "o", text) == item


async def test_texts_that_look_alike_are_different_keys(store: Store) -> None:
    names = [
        "a",
        "A",
        "a ",
        " a",
        "á",
        "a\u0301",
        "\uff41",
        "ß",
        "ss",
        "SS",
        "\U0001f600",
        "\U0001f601",
        "1",
        "01",
    ]
    await store.write(*(Put(MARKS, Mark(name=name), (absent(),)) for name in names))
    assert await store.get_many(MARKS, [(name,) for name in names]) == [Mark(name=name) for name in names]


async def test_the_longest_keys(store: Store) -> None:
    for letter in ("x", "ع", "語"):
        long = letter * 255
        pair = Pair(left=long, right=long, first=long, second=long, at=START)
        await store.write(Put(PAIRS, pair, (absent(),)))
        assert await store.get(PAIRS, long, long) == pair
        await store.write(Delete(PAIRS, (long, long), (eq("second", long),)))
    emoji = "".join(chr(0x1F300 + i % 256) for i in range(191))
    await store.write(Put(PAIRS, Pair(left=emoji, right=emoji, first=emoji, second=emoji, at=START)))
    assert await store.get(PAIRS, emoji, emoji) is not None


async def test_instants_keep_their_microsecond_in_any_zone(store: Store) -> None:
    there = timezone(timedelta(hours=-11, minutes=-30))
    for at in (
        START.astimezone(there),
        datetime(1001, 1, 1, tzinfo=UTC),
        datetime(9998, 12, 31, 23, 59, 59, 999999, UTC),
    ):
        await store.write(Put(EVENTS, Event(shard=-7, at=at)))
        assert await store.get(EVENTS, -7, at.astimezone(UTC)) == Event(shard=-7, at=at)


async def test_empty_text_is_not_nothing(store: Store) -> None:
    await store.write(Put(TOKENS, Token(id="a")), Put(EVENTS, Event(shard=0, at=START, text="")))
    assert (await store.get(EVENTS, 0, START)) == Event(shard=0, at=START, text="")


async def test_get_many_keeps_the_order_and_repeats(store: Store) -> None:
    await store.write(*(Put(THINGS, thing(str(i), size=i)) for i in range(0, 90, 2)))
    keys = [("o", str(i)) for i in (4, 3, 88, 4, 0)]
    sizes = [found and found.size for found in await store.get_many(THINGS, keys)]
    assert sizes == [4, None, 88, 4, 0]
    assert await store.get_many(THINGS, []) == []


@pytest.mark.slow_callbacks_ok(reason="writes of a hundred changes")
async def test_get_many_of_more_than_one_batch(store: Store) -> None:
    for start in range(0, 300, 100):
        await store.write(*(Put(MARKS, Mark(name=f"m{i}")) for i in range(start, start + 100)))
    found = await store.get_many(MARKS, [(f"m{i}",) for i in range(310)])
    assert [mark and mark.name for mark in found] == [f"m{i}" for i in range(300)] + [None] * 10


@pytest.mark.slow_callbacks_ok(reason="writes of a hundred changes")
async def test_scan_gives_every_item_once(store: Store) -> None:
    for start in range(0, 1200, 100):
        await store.write(
            *(Put(THINGS, thing(f"{i:04}", owner=f"o{i % 7}")) for i in range(start, start + 100))
        )
    assert sorted([found.id async for found in store.scan(THINGS)]) == [f"{i:04}" for i in range(1200)]
    assert [found async for found in store.scan(MARKS)] == []


IMPOSSIBLE_TEXTS = ["", "x" * 256, "語" * 255 + "x", "\U0001f600" * 200, "a\0b", "\ud800", "x" * 100_000]


async def test_reading_by_a_key_that_nothing_can_have_finds_nothing(store: Store) -> None:
    for text in IMPOSSIBLE_TEXTS:
        await store.write(Put(MARKS, Mark(name="x")))
        assert await store.get(MARKS, text) is None
        assert await store.get(THINGS, "o", text) is None
        assert await store.get_many(MARKS, [(text,), ("x",)]) == [None, Mark(name="x")]
        with pytest.raises(InvalidItem):
            await store.write(Put(MARKS, Mark(name=text)))
        with pytest.raises(InvalidItem):
            await store.write(Delete(MARKS, (text,)))


async def test_reading_by_a_number_beyond_64_bits_finds_nothing(store: Store) -> None:
    for number in (2**63, -(2**63) - 1, 10**40):
        assert await store.get(EVENTS, number, START) is None


WRONG_KEYS: list[tuple[Any, ...]] = [
    (),
    ("o",),
    ("o", "t", "u"),
    (1, "t"),
    ("o", None),
    (b"o", "t"),
    ("o", 1.0),
]


async def test_a_key_of_the_wrong_shape_is_refused(store: Store) -> None:
    for key in WRONG_KEYS:
        with pytest.raises(InvalidItem):
            await store.get(THINGS, *key)
        with pytest.raises(InvalidItem):
            await store.get_many(THINGS, [key])
        with pytest.raises(InvalidItem):
            await store.write(Delete(THINGS, key))


WRONG_ATTRIBUTES: list[dict[str, Any]] = [
    {"size": 1.0},
    {"size": True},
    {"size": "1"},
    {"size": None},
    {"size": 2**63},
    {"size": -(2**63) - 1},
    {"note": 1},
    {"note": "a\0b"},
    {"note": "\udfff"},
    {"note": ""},
    {"note": "x" * 256},
    {"flag": 1},
    {"seen": "2026-01-01"},
    {"seen": datetime(2026, 1, 1)},  # noqa: DTZ001 - a naive one is the point
    {"seen": datetime(1000, 12, 31, tzinfo=UTC)},
    {"seen": datetime.max.replace(tzinfo=UTC)},
    {"tags": ("a\0",)},
    {"tags": ("\ud800",)},
    {"details": {"price": 1.5}},
    {"details": {"n": 2**63}},
    {"details": {"": 1}},
    {"details": {"x": object()}},
    {"details": {"x": float("nan")}},
]


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
async def test_an_attribute_that_no_engine_may_store_is_refused(store: Store) -> None:
    for wrong in WRONG_ATTRIBUTES:
        good = thing("good", size=1)
        bad = Thing.model_construct(**(thing("bad").__dict__ | wrong))
        with pytest.raises(InvalidItem):
            await store.write(Put(THINGS, good), Put(THINGS, bad))
        await store.write(Put(THINGS, good))
        with pytest.raises(InvalidItem):
            await store.write(Update(THINGS, ("o", "good"), set=wrong))
        assert [found async for found in store.scan(THINGS)] == [good]


async def test_nesting_has_an_end(store: Store) -> None:
    details: dict[str, Any] = {}
    for _ in range(29):
        details = {"x": details}
    await store.write(Put(THINGS, thing(details=details)))
    assert (await store.get(THINGS, "o", "t")) == thing(details=details)
    with pytest.raises(InvalidItem):
        await store.write(Put(THINGS, thing(details={"x": details})))


async def test_an_item_has_a_largest_size(store: Store) -> None:
    room = MAX_ITEM_BYTES - 400
    for text in ("x" * room, "語" * (room // 3)):
        await store.write(Put(EVENTS, Event(shard=1, at=START, text=text)))
        assert await store.get(EVENTS, 1, START) == Event(shard=1, at=START, text=text)
    large = "x" * MAX_ITEM_BYTES
    with pytest.raises(InvalidItem):
        await store.write(Put(EVENTS, Event(shard=2, at=START, text=large)))
    with pytest.raises(InvalidItem):
        await store.write(Update(EVENTS, (1, START), set={"text": large}))
    assert await store.get(EVENTS, 2, START) is None


@pytest.mark.slow_callbacks_ok(reason="the emulator's client works through 4 MB")
@pytest.mark.filterwarnings("ignore:Sending a large body directly")
async def test_a_write_has_a_largest_size(store: Store) -> None:
    changes = [Put(EVENTS, Event(shard=i, at=START, text="x" * 390_000)) for i in range(11)]
    with pytest.raises(InvalidItem):
        await store.write(*changes)
    assert [found async for found in store.scan(EVENTS)] == []
    await store.write(*changes[:10])
    assert len([found async for found in store.scan(EVENTS)]) == 10


@pytest.mark.slow_callbacks_ok(reason="a hundred rows of every column at once")
async def test_a_write_has_a_largest_number_of_changes(store: Store) -> None:
    marks = [Mark(name=f"m{i:03}") for i in range(MAX_CHANGES + 1)]
    with pytest.raises(InvalidItem):
        await store.write(*(Put(MARKS, mark) for mark in marks))
    assert [found async for found in store.scan(MARKS)] == []
    await store.write(*(Put(MARKS, mark) for mark in marks[:-1]))
    assert sorted([found.name async for found in store.scan(MARKS)]) == [mark.name for mark in marks[:-1]]


async def test_a_write_without_changes_does_nothing(store: Store) -> None:
    await store.write()


async def test_two_changes_of_one_item_are_refused(store: Store) -> None:
    with pytest.raises(InvalidItem):
        await store.write(Put(THINGS, thing()), Check(THINGS, ("o", "t"), (absent(),)))
    assert await store.get(THINGS, "o", "t") is None
