"""Catalogues as text: JSON Lines as the API writes it, and YAML lists. CSV has a module of its own.

Readers hold one product at a time. What cannot be read becomes a record with a problem, never an exception,
so that one bad line does not lose the rest.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO
from urllib.parse import quote

import orjson
from pydantic import ValidationError

from cartwheel.catalog import (
    Draft,
    Image,
    Product,
    ProductLine,
    ProductStatus,
    VariantDraft,
    draft_of,
    product_json,
    word_slug,
)
from cartwheel.inventory import Stock
from cartwheel.kernel.errors import CartwheelError
from cartwheel.kernel.money import to_minor

MAX_TEXT = 2_000_000
"""Characters of one line or list item; a longer one is passed over unread."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file does not say itself. ``images`` is put before picture names that are no addresses."""

    currency: str
    images: str = "/media/"

    def image(self, name: str) -> str:
        """The address of a picture."""
        name = name.strip()
        return name if name.startswith(("http://", "https://", "/")) else self.images + quote(name)


@dataclass(frozen=True, slots=True)
class Record:
    """A product of a file: a draft, or what is wrong with it. ``line`` is where it begins, from 1."""

    line: int
    key: str
    draft: Draft | None = None
    problem: str = ""


class Unreadable(ValueError):
    """The text of a record is not what its format asks for."""


def problem_of(error: Exception) -> str:
    """One line about what is wrong with a record."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}".removeprefix(": ")
    if isinstance(error, CartwheelError):
        return error.message
    return " ".join(str(error).split())[:300]


READ_ERRORS = (CartwheelError, ValueError, ArithmeticError, RecursionError)
"""What a reader turns into a problem; ``ValidationError`` and ``JSONDecodeError`` are ``ValueError``s."""


def read_jsonl(stream: TextIO, reading: Reading) -> Iterator[Record]:
    """One JSON object a line, as the API answers it; ``id`` is taken for ``productId``."""
    for number, line in _lines(stream):
        if line is None:
            yield Record(number, "", problem="The line is too long.")
        elif line.strip():
            yield _json_record(number, line, reading)


def _json_record(number: int, line: str, reading: Reading) -> Record:
    key = ""
    try:
        data = json.loads(line, parse_float=_exact, parse_constant=_refuse)
        if not isinstance(data, dict):
            raise Unreadable("A line must hold one JSON object.")
        if "id" in data:
            data.setdefault("productId", data["id"])
        key = str(data.get("productId") or data.get("slug") or data.get("name") or "")
        if data.get("imageUrl"):
            data["imageUrl"] = reading.image(str(data["imageUrl"]))
        body = ProductLine.model_validate(data)
        draft = draft_of(body, reading.currency)
        name = data.get("categoryName")
        if isinstance(name, str) and word_slug(name) == word_slug(body.category):
            draft = draft.model_copy(update={"category": name[:100]})
        return Record(number, key, draft)
    except READ_ERRORS as error:
        return Record(number, key, problem=problem_of(error))


def _exact(text: str) -> str:
    return text


def _refuse(text: str) -> str:
    raise Unreadable(f"{text} is not a number.")


def read_yaml(stream: TextIO, reading: Reading) -> Iterator[Record]:
    """A list of maps in block style, as the retail demo store has it.

    The file is cut where an item begins (YAML indents everything else deeper), so that a broken item ends
    with itself. References from one item to another are not followed.
    """
    for number, text in _items(stream):
        if text is None:
            yield Record(
                number, "", problem="The item is too long, or the file is no list of items with dashes."
            )
        else:
            yield _yaml_record(number, text, reading)


def _items(stream: TextIO) -> Iterator[tuple[int, str | None]]:
    """The text of each item and the line where it begins, ``None`` for what is too long or no list."""
    dash, start, size = "", 0, 0
    held: list[str] = []
    for number, line in _lines(stream):
        if line is not None and _is_outside(line):
            continue
        if not dash:
            if line is not None and not line.strip():
                continue
            if line is None or line.split()[0] != "-":
                yield number, None
                return
            dash = line[: line.index("-") + 1]
        if line is not None and line.startswith(dash) and line[len(dash) :][:1] in (" ", "\r", "\n", ""):
            if held:
                yield start, "".join(held) if size <= MAX_TEXT else None
            held, start, size = [], number, 0
        size += MAX_TEXT + 1 if line is None else len(line)
        if size <= MAX_TEXT:
            held.append(line or "")
    if held:
        yield start, "".join(held) if size <= MAX_TEXT else None


def _is_outside(line: str) -> bool:
    """Whether the line belongs to no item: a comment at the margin, the begin or end of a document."""
    return line.startswith(("#", "---", "...", "%"))


def _yaml_record(number: int, text: str, reading: Reading) -> Record:
    key = ""
    try:
        items = _yaml(text)
        if not isinstance(items, list) or len(items) != 1 or not isinstance(items[0], dict):
            raise Unreadable("An item must be a map.")
        item = items[0]
        key = str(item.get("id") or item.get("name") or "")
        return Record(number, key, _yaml_draft(item, reading))
    except READ_ERRORS as error:
        return Record(number, key, problem=problem_of(error))


def _yaml(text: str) -> object:
    """Text, lists and maps only: a price must not become a float on the way. Raises ``Unreadable``."""
    import yaml  # noqa: PLC0415 - takes a while, which other formats and most processes need not wait for

    try:
        return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 - see above
    except yaml.YAMLError as error:
        raise Unreadable(str(error)) from None


_YAML_OWN = {"id", "name", "category", "description", "price", "current_stock", "image", "where_visible"}


def _yaml_draft(item: Mapping[str, Any], reading: Reading) -> Draft:
    missing = [name for name in ("name", "price") if not item.get(name)]
    if missing:
        raise Unreadable(f"{missing[0]} is missing.")
    values: dict[str, Any] = {
        "title": item["name"],
        "description": item.get("description", ""),
        "category": item.get("category", ""),
        "attributes": {name: _flat(value) for name, value in item.items() if name not in _YAML_OWN and value},
        "status": ProductStatus.ACTIVE if item.get("where_visible", "UI") == "UI" else ProductStatus.DRAFT,
        "only": VariantDraft(
            price=to_minor(item["price"], reading.currency), stock=int(item.get("current_stock") or 0)
        ),
    }
    if item.get("id"):
        values["product_id"] = item["id"]
    if item.get("image"):
        values["images"] = [Image(url=reading.image(item["image"]), alt=item["name"])]
    return Draft.model_validate(values)


def _flat(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_flat(inner) for inner in value)
    if isinstance(value, str):
        return value
    raise Unreadable("Only text and lists of text may be attributes.")


def _lines(stream: TextIO) -> Iterator[tuple[int, str | None]]:
    """Numbered lines, ``None`` for one that is too long to be held."""
    number = 0
    while line := stream.readline(MAX_TEXT):
        number += 1
        if len(line) == MAX_TEXT and not line.endswith("\n"):
            while (rest := stream.readline(MAX_TEXT)) and not rest.endswith("\n"):
                pass
            yield number, None
        else:
            yield number, line


def jsonl_lines(products: Iterable[Product], stock: Mapping[str, Stock]) -> Iterator[str]:
    """The products as JSON Lines."""
    for product in products:
        yield orjson.dumps(product_json(product, stock)).decode() + "\n"
