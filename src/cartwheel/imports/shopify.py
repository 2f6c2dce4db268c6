"""Catalogues as CSV with the columns of Shopify's product export, and a few of our own for what it lacks.

A product has one row for each variant or picture, under one handle; only the first row names the product.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TextIO

from cartwheel.catalog import MAX_OPTIONS, Draft, Image, Product, ProductStatus, Variant, VariantDraft
from cartwheel.imports.formats import READ_ERRORS, Reading, Record, Unreadable, problem_of
from cartwheel.inventory import Stock
from cartwheel.kernel.money import to_major, to_minor

MAX_ROWS = 200
"""Rows of one product; more variants and pictures than this no product has."""

_OPTION_NAMES = [f"Option{number} Name" for number in range(1, MAX_OPTIONS + 1)]
_OPTION_VALUES = [f"Option{number} Value" for number in range(1, MAX_OPTIONS + 1)]

COLUMNS = (
    ["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published"]
    + [name for pair in zip(_OPTION_NAMES, _OPTION_VALUES, strict=True) for name in pair]
    + ["Variant SKU", "Variant Grams", "Variant Inventory Qty", "Variant Price", "Variant Compare At Price"]
    + ["Image Src", "Image Position", "Image Alt Text", "Variant Image", "Status"]
    + ["Product ID", "Variant ID", "Vendor ID", "Currency", "Attributes"]
)
"""The last five are ours."""

Row = dict[str, str]


@dataclass(slots=True)
class _Group:
    """The rows of one handle that follow each other."""

    line: int
    handle: str
    rows: list[Row] = field(default_factory=list)
    problem: str = ""


def read_csv(stream: TextIO, reading: Reading) -> Iterator[Record]:
    """Products of a CSV file. A product with a bad row is left out as a whole."""
    for group in _groups(stream):
        try:
            if group.problem:
                raise Unreadable(group.problem)
            yield Record(group.line, group.handle, _draft(group.handle, group.rows, reading))
        except READ_ERRORS as error:
            yield Record(group.line, group.handle, problem=problem_of(error))


def _groups(stream: TextIO) -> Iterator[_Group]:
    reader = csv.reader(stream)
    header = next(reader, None)
    if header is None:
        return
    names = [name.strip() for name in header]
    if "Handle" not in names:
        yield _Group(1, "", problem="The first line must name the columns, Handle among them.")
        return
    group: _Group | None = None
    for line, values, problem in _rows(reader):
        row = dict(zip(names, values, strict=False))
        handle = row.get("Handle", "").strip()
        if not problem and values and len(values) != len(names):
            problem = f"Line {line} has {len(values)} fields instead of {len(names)}."
        if not handle:
            if problem or any(value.strip() for value in values):
                yield _Group(line, "", problem=problem or "The row has no handle.")
            continue
        if group is None or group.handle != handle:
            if group is not None:
                yield group
            group = _Group(line, handle)
        _hold(group, row, problem)
    if group is not None:
        yield group


def _hold(group: _Group, row: Row, problem: str) -> None:
    if len(group.rows) < MAX_ROWS:
        group.rows.append(row)
    else:
        problem = f"A product has at most {MAX_ROWS} rows."
    group.problem = group.problem or problem


def _rows(reader: Any) -> Iterator[tuple[int, list[str], str]]:  # noqa: ANN401 - csv's reader has no public type
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            yield line, [], f"Line {line} is not CSV: {error}."


def _draft(handle: str, rows: list[Row], reading: Reading) -> Draft:
    first = rows[0]
    currency = first.get("Currency", "").strip()
    if currency not in ("", reading.currency):
        raise Unreadable(f"This shop sells in {reading.currency}, not {currency}.")
    names = [first.get(name, "").strip() for name in _OPTION_NAMES]
    variants = [_variant(row, names, reading) for row in rows if _has_variant(row)]
    values: dict[str, Any] = {
        "slug": handle,
        "title": first.get("Title", ""),
        "description": first.get("Body (HTML)", ""),
        "brand": first.get("Vendor", ""),
        "category": first.get("Type", "").strip() or first.get("Product Category", "").rpartition(">")[2],
        "status": _status(first),
        "attributes": _attributes(first),
        "images": _images(rows, reading),
        "variants": variants,
    }
    for column, name in (("Product ID", "product_id"), ("Vendor ID", "vendor_id")):
        if first.get(column, "").strip():
            values[name] = first[column].strip()
    return Draft.model_validate(values)


def _status(row: Row) -> ProductStatus:
    status = ProductStatus(row.get("Status", "").strip().lower() or "active")
    hidden = row.get("Published", "").strip().lower() in ("false", "no", "0")
    return ProductStatus.DRAFT if hidden and status is ProductStatus.ACTIVE else status


def _attributes(row: Row) -> dict[str, str]:
    if row.get("Attributes", "").strip():
        attributes = json.loads(row["Attributes"])
        if not isinstance(attributes, dict):
            raise Unreadable("Attributes must be a JSON object.")
        return attributes
    tags = row.get("Tags", "").strip()
    return {"tags": tags} if tags else {}


def _images(rows: list[Row], reading: Reading) -> list[Image]:
    return [
        Image(url=reading.image(row["Image Src"]), alt=row.get("Image Alt Text", ""))
        for row in rows
        if row.get("Image Src", "").strip()
    ]


def _has_variant(row: Row) -> bool:
    return any(row.get(name, "").strip() for name in ("Variant Price", "Variant SKU", *_OPTION_VALUES))


def _variant(row: Row, names: list[str], reading: Reading) -> VariantDraft:
    options = {
        name: row.get(column, "").strip()
        for name, column in zip(names, _OPTION_VALUES, strict=True)
        if name and row.get(column, "").strip()
    }
    if options == {"Title": "Default Title"}:  # how Shopify writes that there is nothing to choose
        options = {}
    values: dict[str, Any] = {"sku": row.get("Variant SKU", "").strip(), "options": options}
    for column, field_name in (("Variant Price", "price"), ("Variant Compare At Price", "compare_at")):
        if row.get(column, "").strip():
            values[field_name] = to_minor(row[column].strip(), reading.currency)
    if "compare_at" not in values:
        values["compare_at"] = None
    if row.get("Variant Grams", "").strip():
        values["weight_grams"] = int(Decimal(row["Variant Grams"].strip()))
    if row.get("Variant Inventory Qty", "").strip():
        values["stock"] = max(0, int(row["Variant Inventory Qty"]))  # below zero is what Shopify oversold
    if row.get("Variant Image", "").strip():
        values["image_url"] = reading.image(row["Variant Image"])
    if row.get("Variant ID", "").strip():
        values["variant_id"] = row["Variant ID"].strip()
    return VariantDraft.model_validate(values)


def csv_rows(product: Product, stock: Mapping[str, Stock]) -> Iterable[Row]:
    """The rows of a product, as ``read_csv`` takes them."""
    names = list(dict.fromkeys(name for variant in product.variants for name in variant.options))[
        :MAX_OPTIONS
    ]
    for position in range(max(len(product.variants), len(product.images))):
        row: Row = {"Handle": product.slug}
        if position == 0:
            row |= _head(product, names or ["Title"])
        if position < len(product.variants):
            row |= _variant_row(product.variants[position], names, stock, product.currency)
        if position < len(product.images):
            image = product.images[position]
            row |= {"Image Src": image.url, "Image Position": str(position + 1), "Image Alt Text": image.alt}
        yield row


def _head(product: Product, names: list[str]) -> Row:
    return {
        "Title": product.title,
        "Body (HTML)": product.description,
        "Vendor": product.brand,
        "Type": product.category_name,
        "Tags": product.attributes.get("tags", ""),
        "Published": "true" if product.for_sale else "false",
        "Status": product.status.value,
        "Product ID": product.product_id,
        "Vendor ID": product.vendor_id,
        "Currency": product.currency,
        "Attributes": json.dumps(product.attributes, ensure_ascii=False) if product.attributes else "",
        **dict(zip(_OPTION_NAMES, names, strict=False)),
    }


def _variant_row(variant: Variant, names: list[str], stock: Mapping[str, Stock], currency: str) -> Row:
    row = stock.get(variant.variant_id)
    values = [variant.options.get(name, "") for name in names] or ["Default Title"]
    compare_at, grams = variant.compare_at, variant.weight_grams
    return {
        "Variant SKU": variant.sku,
        "Variant Grams": "" if grams is None else str(grams),
        "Variant Inventory Qty": str(row.available if row else 0),
        "Variant Price": str(to_major(variant.price, currency)),
        "Variant Compare At Price": "" if compare_at is None else str(to_major(compare_at, currency)),
        "Variant Image": variant.image_url or "",
        "Variant ID": variant.variant_id,
        **dict(zip(_OPTION_VALUES, values, strict=False)),
    }
