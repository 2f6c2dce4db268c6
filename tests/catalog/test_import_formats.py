"""What files say of products, and what of it cannot be read. No storage here."""

import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwheel.catalog import ProductStatus
from cartwheel.imports.formats import MAX_TEXT, Reading, Record, read_jsonl, read_yaml
from cartwheel.imports.shopify import MAX_ROWS, read_csv

USD = Reading("USD")
Reader = Callable[[TextIO, Reading], Iterator[Record]]


def _read(reader: Reader, text: str, reading: Reading = USD) -> list[Record]:
    return list(reader(io.StringIO(text, newline=""), reading))


def _problems(records: list[Record]) -> list[tuple[int, str, str]]:
    return [(record.line, record.key, record.problem) for record in records if record.draft is None]


class TestJsonLines:
    def test_the_flat_json_of_the_api(self) -> None:
        line = {"id": "p-1", "name": "Shoe", "price": 19.99, "stock": 3, "category": "shoes", "createdAt": 1}
        (record,) = _read(read_jsonl, json.dumps(line))
        assert record.draft is not None
        assert (record.line, record.key, record.draft.product_id) == (1, "p-1", "p-1")
        assert record.draft.only is not None
        assert (record.draft.only.price, record.draft.only.stock) == (1999, 3)

    def test_a_bad_line_does_not_lose_the_rest(self) -> None:
        lines = [
            '{"id": "a", "name": "A", "price": 1}',
            "{not json}",
            "",
            "[1]",
            '{"id": "b", "name": "B", "price": 1.999}',
            '{"id": "c", "name": "C", "price": NaN}',
            '{"id": "d", "name": "D", "price": 1, "stock": -1}',
            '{"id": "e/f", "name": "E", "price": 1}',
            "[" * 100_000,
            '{"id": "g", "name": "G", "price": 0.1}',
        ]
        records = _read(read_jsonl, "\r\n".join(lines))
        assert [record.key for record in records if record.draft] == ["a", "g"]
        problems = _problems(records)
        assert [line for line, _, _ in problems] == [2, 4, 5, 6, 7, 8, 9]
        assert [key for _, key, _ in problems] == ["", "", "b", "", "d", "e/f", ""]
        assert problems[2][2] == "USD has 2 decimal places; the amount does not fit."
        assert problems[3][2] == "NaN is not a number."
        assert problems[4][2] == "stock: Input should be greater than or equal to 0"

    def test_a_line_without_end_is_not_held(self) -> None:
        records = _read(read_jsonl, "x" * (3 * MAX_TEXT) + '\n{"id": "a", "name": "A", "price": 1}')
        assert [(record.line, record.problem) for record in records] == [
            (1, "The line is too long."),
            (2, ""),
        ]

    @given(st.integers(0, 10**13))
    def test_prices_are_exact(self, minor: int) -> None:
        """Also where a float would not be: the text of the number counts."""
        price = Decimal(minor).scaleb(-3)
        (record,) = _read(read_jsonl, f'{{"id": "a", "name": "A", "price": {price:f}}}', Reading("KWD"))
        assert record.draft is not None
        assert record.draft.only is not None
        assert record.draft.only.price == minor


YAML = """
# a comment at the margin
- id: a
  name: Rucksack
  price: 129.90
  current_stock: 15
  category: accessories
  description: Embark on your
    journey: no, that is not YAML
  where_visible: UI
- id: b
  name: "With a dash
    - in it"
  price: 1.10
  description: |
    - not an item

    - nor this
  style: x
  aliases:
  - one
  - two
  where_visible: Alexa
- id: c
  name: No price
- just text
- {id: d, name: In braces, price: 3}
- id: e
  name: [a, b]
  price: 4
- &anchor
  id: f
  name: Last
  price: 5
  image: my picture.jpg
"""


class TestYaml:
    def test_a_broken_item_ends_with_itself(self) -> None:
        records = _read(read_yaml, YAML)
        assert [(record.line, record.key) for record in records if record.draft] == [
            (11, "b"),
            (27, "d"),
            (31, "f"),
        ]
        problems = _problems(records)
        assert [line for line, _, _ in problems] == [3, 24, 26, 28]
        assert problems[1] == (24, "c", "price is missing.")
        assert problems[2][2] == "An item must be a map."

    def test_what_has_no_place_becomes_an_attribute(self) -> None:
        draft = next(record.draft for record in _read(read_yaml, YAML) if record.key == "b")
        assert draft is not None
        assert draft.attributes == {"style": "x", "aliases": "one, two"}
        assert draft.description == "- not an item\n\n- nor this\n"
        assert draft.title == "With a dash - in it"
        assert draft.status is ProductStatus.DRAFT

    def test_a_picture_gets_an_address(self) -> None:
        draft = _read(read_yaml, YAML, Reading("USD", "https://img.test/"))[-1].draft
        assert draft is not None
        assert [(image.url, image.alt) for image in draft.images] == [
            ("https://img.test/my%20picture.jpg", "Last")
        ]

    @pytest.mark.parametrize("text", ["a: 1\nb: 2\n", "[1, 2]", "x" * (MAX_TEXT + 1)])
    def test_what_is_no_list_is_one_problem(self, text: str) -> None:
        assert len(_problems(_read(read_yaml, text))) == 1

    def test_an_indented_list(self) -> None:
        text = "---\n  - id: a\n    name: A\n    price: 1\n  - id: b\n    name: B\n    price: 2\n..."
        assert [record.key for record in _read(read_yaml, text) if record.draft] == ["a", "b"]

    def test_an_endless_item_is_not_held(self) -> None:
        text = "- id: a\n" + "  b: c\n" * 300_000 + "- id: d\n  name: D\n  price: 1\n"
        assert [(record.line, bool(record.draft)) for record in _read(read_yaml, text)] == [
            (1, False),
            (300_002, True),
        ]


HEAD = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,"
    "Image Alt Text,Status\n"
)
SHIRT = (
    'shirt,Shirt,"<p>Nice,\n""really""</p>",Acme,Shirts,"a, b",true,Size,S,SH-S,200,4,19.90,25.00,'
    "https://img.test/1.jpg,Front,active\n"
    "shirt,,,,,,,,M,SH-M,210.0,-2,19.90,,https://img.test/2.jpg,,\n"
    "shirt,,,,,,,,,,,,,,https://img.test/3.jpg,,\n"
)


class TestCsv:
    def test_a_product_over_several_rows(self) -> None:
        (record,) = _read(read_csv, HEAD + SHIRT)
        draft = record.draft
        assert draft is not None
        assert (record.line, draft.slug, draft.title, draft.brand) == (2, "shirt", "Shirt", "Acme")
        assert draft.description == '<p>Nice,\n"really"</p>'
        assert (draft.category, draft.attributes) == ("Shirts", {"tags": "a, b"})
        assert [(v.sku, v.options, v.price, v.stock, v.weight_grams) for v in draft.variants or []] == [
            ("SH-S", {"Size": "S"}, 1990, 4, 200),
            ("SH-M", {"Size": "M"}, 1990, 0, 210),
        ]
        assert [image.url[-5:] for image in draft.images] == ["1.jpg", "2.jpg", "3.jpg"]

    def test_nothing_to_choose(self) -> None:
        (record,) = _read(read_csv, HEAD + "mug,Mug,,,,,FALSE,Title,Default Title,,,,5,,,,\n")
        assert record.draft is not None
        assert (record.draft.variants or [])[0].options == {}
        assert record.draft.status is ProductStatus.DRAFT

    def test_a_bad_row_loses_its_own_product_only(self) -> None:
        rows = [
            "a,A,,,,,true,,,,,,1,,,,active",
            "b,B,,,,,true,,,,,,cheap,,,,active",
            "c,C,,,,,true,,,,,,1,,,,gone",
            "d,D,too,short",
            ",No handle,,,,,,,,,,,1,,,,",
            "e,E,,,,,true,Size,S,,,,1,,,,active",
            "e,,,,,,,,M,,,x,1,,,,",
            "",
            "f,F,,,,,true,,,,,,1,,,,active",
        ]
        records = _read(read_csv, HEAD + "\n".join(rows))
        assert [record.key for record in records if record.draft] == ["a", "f"]
        problems = _problems(records)
        assert [(line, key) for line, key, _ in problems] == [(3, "b"), (4, "c"), (6, ""), (5, "d"), (7, "e")]
        assert problems[0][2] == "'cheap' is not a number."
        assert problems[3][2] == "Line 5 has 4 fields instead of 17."

    def test_rows_without_end_are_not_held(self) -> None:
        records = _read(read_csv, HEAD + SHIRT.splitlines(keepends=True)[2] * (MAX_ROWS + 5))
        assert [record.problem for record in records] == [f"A product has at most {MAX_ROWS} rows."]

    @pytest.mark.parametrize(("text", "count"), [("", 0), ("Name,Price\nA,1\n", 1), (HEAD, 0)])
    def test_what_has_no_products(self, text: str, count: int) -> None:
        assert len(_problems(_read(read_csv, text))) == count

    def test_a_field_that_is_too_long(self) -> None:
        records = _read(read_csv, HEAD + "a," + "x" * 200_000 + "\n" + "f,F,,,,,true,,,,,,1,,,,active\n")
        assert [bool(record.draft) for record in records] == [False, True]


@pytest.mark.parametrize("reader", [read_jsonl, read_yaml, read_csv])
@given(text=st.text())
def test_no_text_breaks_a_reader(reader: Reader, text: str) -> None:
    for prefix in ("", "- ", HEAD + "a,"):
        for record in _read(reader, prefix + text):
            assert (record.draft is None) == bool(record.problem)
