"""Table specs: what they refuse when they are declared, and what they make of a model."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, Field

from cartwheel.storage import Index, Table
from cartwheel.storage.cursors import Cursors
from tests.contract.storage.tables import THINGS, TOKENS, Thing


class Sample(BaseModel):
    id: str
    other: str | None = None
    flag: bool = False
    tags: list[str] = []
    ends: datetime | None = None


@pytest.mark.parametrize(
    "declaration",
    [
        {"partition": "nothing"},
        {"partition": "other"},
        {"partition": "tags"},
        {"partition": "flag"},
        {"partition": "id", "sort": "other"},
        {"partition": "id", "indexes": (Index("by_flag", "flag"),)},
        {"partition": "id", "indexes": (Index("by_tags", "tags"),)},
        {"partition": "id", "indexes": (Index("by_x", "nothing"),)},
        {"partition": "id", "indexes": (Index("x", "other"),)},
        {"partition": "id", "indexes": (Index("By_Other", "other"),)},
        {"partition": "id", "ttl": "other"},
        {"partition": "id", "ttl": "nothing"},
        {"name": "Samples", "partition": "id"},
        {"name": "s", "partition": "id"},
        {"name": "x" * 41, "partition": "id"},
        {"name": "a-b", "partition": "id"},
    ],
    ids=str,
)
def test_a_spec_that_an_engine_could_not_keep_is_refused(declaration: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Table(**{"name": "samples", "model": Sample, **declaration})


def test_a_model_of_floats_is_refused() -> None:
    class Measured(BaseModel):
        id: str
        weight: float

    with pytest.raises(TypeError):
        Table("measured", Measured, "id")


def test_an_index_is_found_by_name() -> None:
    assert TOKENS.index("by_user") == Index("by_user", "user", "created")
    with pytest.raises(KeyError):
        TOKENS.index("by_nothing")


def test_a_model_may_have_other_names_in_json() -> None:
    class Named(BaseModel):
        item_id: str = Field(alias="itemId")

    table = Table("named", Named, "item_id")
    item = Named(itemId="i")
    assert table.load(table.dump(item)) == item


def test_what_is_no_plain_value_is_kept_as_json() -> None:
    class Size(StrEnum):
        SMALL = "S"

    class Priced(BaseModel):
        id: str
        price: Decimal
        size: Size | None = None
        sizes: frozenset[Size] = frozenset()

    table = Table("priced", Priced, "id")
    assert {name: column.kind for name, column in table.columns.items()} == {
        "id": "text",
        "price": "json",
        "size": "text",
        "sizes": "json",
    }
    item = Priced(id="p", price=Decimal("1.50"), size=Size.SMALL, sizes=frozenset(Size))
    assert table.load(table.dump(item)) == item


def test_a_spec_is_known_by_its_name_in_a_log() -> None:
    assert repr(THINGS) == "<Table things>"
    assert THINGS.model is Thing


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Cursors(b"short")
