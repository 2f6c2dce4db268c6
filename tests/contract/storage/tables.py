"""Tables that together use everything that a table spec can say."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from cartwheel.storage import Index, Table

START = datetime(2101, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
"""In the future: DynamoDB and its emulator remove by the true time what expired in the past."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Part(Model):
    name: str
    weight: int | None = None


class Thing(Model):
    """A primary key of two texts, every kind of attribute, and indexes over most of them."""

    owner: str
    id: str
    size: int = 0
    balance: int | None = None
    note: str | None = None
    colour: Colour | None = None
    state: Literal["new", "old"] = "new"
    seen: datetime | None = None
    flag: bool = False
    tags: tuple[str, ...] = ()
    parts: list[Part] = []
    details: dict[str, Any] | None = None


class Token(Model):
    """Expires."""

    id: str
    user: str = "u"
    uses: int = 0
    created: datetime = START
    expires: datetime | None = None


class Event(Model):
    """A primary key of a number and an instant."""

    shard: int
    at: datetime
    text: str = ""


class Mark(Model):
    """Nothing but a key."""

    name: str


class Pair(Model):
    """Keys and indexed texts that are too long for one entry of an index together."""

    left: str
    right: str
    first: str | None = None
    second: str | None = None
    at: datetime | None = None


THINGS = Table(
    "things",
    Thing,
    "owner",
    "id",
    indexes=(
        Index("by_colour", "colour", "size"),
        Index("by_note", "note"),
        Index("by_seen", "state", "seen"),
        Index("by_size", "size", "note"),
    ),
)
TOKENS = Table("tokens", Token, "id", indexes=(Index("by_user", "user", "created"),), ttl="expires")
EVENTS = Table("events", Event, "shard", "at")
MARKS = Table("marks", Mark, "name")
PAIRS = Table(
    "pairs",
    Pair,
    "left",
    "right",
    indexes=(Index("by_both", "first", "second"), Index("by_at", "first", "at")),
)

TABLES: tuple[Table[Any], ...] = (THINGS, TOKENS, EVENTS, MARKS, PAIRS)


def thing(id: str = "t", **attributes: object) -> Thing:
    """A thing of the owner ``o``, unless said otherwise."""
    return Thing.model_validate({"owner": "o", "id": id, **attributes})
