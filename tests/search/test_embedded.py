"""The embedded index: words, beginnings, mistakes, removal, and a rebuild beside readers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cartwheel.search.embedded import Embedded
from cartwheel.search.provider import Entry

pytestmark = pytest.mark.slow_callbacks_ok(reason="Tantivy is imported when it is first needed")


def entry(product_id: str, title: str, description: str = "", category: str = "home", sku: str = "") -> Entry:
    return Entry(product_id, title, "Hearth", category, category.title(), description, [sku])


SHELF = [
    entry("mug", "Kiln Stoneware Mug", "Holds tea and coffee."),
    entry("headphones", "Aurora Wireless Headphones", "Cancels noise.", "electronics", "AUR-01"),
    entry("speaker", "Pebble Speaker", "Not headphones, but loud.", "electronics"),
    entry("cafe", "Café Crème Cup", "For the small ones."),
]


@pytest.fixture
async def index(tmp_path: Path) -> Embedded:
    made = Embedded(tmp_path / "search")
    await made.put(SHELF)
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("headphones", ["headphones", "speaker"]),
        ("HEADPHONES", ["headphones", "speaker"]),
        ("hedphones", ["headphones", "speaker"]),
        ("headp", ["headphones", "speaker"]),
        ("wireless head", ["headphones"]),
        ("stoneware tea", ["mug"]),
        ("cafe creme", ["cafe"]),
        ("aur-01", ["headphones"]),
        ("mgu", []),
        ("mug sofa", []),
        ("!!!", []),
        ("\0 \u202e '\"; DROP TABLE", []),
    ],
)
async def test_what_is_found(index: Embedded, text: str, found: list[str]) -> None:
    assert await index.find(text, None, 0, 10) == found


async def test_within_a_category_and_in_pages(index: Embedded) -> None:
    assert await index.find("hearth", "electronics", 0, 10) == ["headphones", "speaker"]
    everything = await index.find("hearth", None, 0, 10)
    assert await index.find("hearth", None, 2, 1) == everything[2:3]


async def test_what_changes_is_found_by_other_readers_too(index: Embedded, tmp_path: Path) -> None:
    other = Embedded(tmp_path / "search")
    assert await other.find("mug", None, 0, 10) == ["mug"]
    await index.put([entry("mug", "Tall Glass")], ["cafe"])
    assert await index.find("mug", None, 0, 10) == []
    assert await index.find("glass", None, 0, 10) == ["mug"]
    assert await index.find("creme", None, 0, 10) == []
    await other.put([])
    assert await other.find("glass", None, 0, 10) == ["mug"]


async def test_a_rebuild_takes_the_place_of_what_was(index: Embedded, tmp_path: Path) -> None:
    other = Embedded(tmp_path / "search")
    await other.find("mug", None, 0, 1)

    async def entries() -> AsyncIterator[Entry]:
        for number in range(1100):
            yield entry(f"p{number}", f"Number {number}")

    assert await index.rebuild(entries()) == 1100
    assert await other.find("mug", None, 0, 10) == []
    assert await other.find("number 1099", None, 0, 1) == ["p1099"]
    assert len([path for path in (tmp_path / "search").iterdir() if path.is_dir()]) == 1
