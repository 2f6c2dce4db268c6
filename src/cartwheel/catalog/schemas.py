"""The catalogue as JSON: seed S1's flat product and what came on top.

Prices are major units, times Unix seconds. Also the line format of JSON Lines files, so an export is what
the API answers.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from cartwheel.catalog.drafts import Draft, VariantDraft
from cartwheel.catalog.model import (
    MAX_ATTRIBUTES,
    MAX_OPTIONS,
    MAX_UNITS,
    MAX_VARIANTS,
    Address,
    Attributes,
    Category,
    Description,
    Grams,
    Id,
    Image,
    Images,
    InvalidProduct,
    Label,
    Name,
    Options,
    Picture,
    Product,
    ProductStatus,
    Title,
    Units,
    Variant,
)
from cartwheel.inventory import Correction, Stock, StockChange
from cartwheel.kernel.money import exponent, json_number, to_minor
from cartwheel.media import media_id_of, sources


def _at_most(count: int) -> BeforeValidator:
    """Refuses too many entries before each is looked at: pydantic counts those of a dict last."""

    def check(value: object) -> object:
        if isinstance(value, dict) and len(value) > count:
            raise ValueError(f"at most {count} entries")
        return value

    return BeforeValidator(check)


FewOptions = Annotated[Options, _at_most(MAX_OPTIONS)]
FewAttributes = Annotated[Attributes, _at_most(MAX_ATTRIBUTES)]

Price = Annotated[Decimal, Field(ge=0, le=10**15, allow_inf_nan=False)]
"""Major units, exact: a JSON number, or text."""


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


def _or_none(value: object) -> object:
    return value or None


MaybeAddress = Annotated[Address | None, BeforeValidator(_or_none)]
"""As answers write it: empty where there is no picture."""


class SourceOut(_Json):
    """A ``<source>`` of a ``<picture>``."""

    type: str
    srcset: str


class ImageOut(_Json):
    """A picture. What was uploaded here also has its pixels, a blurred ``placeholder`` as ``data:`` address,
    and, once they are made, all sizes in ``sources``.
    """

    url: str
    alt: str
    width: int | None = None
    height: int | None = None
    placeholder: str = ""
    sources: list[SourceOut] = []


class VariantOut(_Json):
    """A variant. ``stock`` counts the units that may be bought."""

    variant_id: str
    sku: str
    options: dict[str, str]
    price: float
    compare_at: float | None
    stock: int
    weight_grams: int | None
    image_url: str | None


class ProductOut(_Json):
    """A product. ``price`` is the lowest of its variants', ``stock`` the sum of theirs."""

    product_id: str
    slug: str
    name: str
    description: str
    price: float
    currency: str
    category: str
    category_name: str
    stock: int
    image_url: str
    images: list[ImageOut]
    brand: str
    attributes: dict[str, str]
    variants: list[VariantOut]
    vendor_id: str
    status: ProductStatus
    version: int
    created_at: int
    updated_at: int


class CategoryOut(_Json):
    """A category and how many products the public sees in it."""

    category: str
    name: str
    products: int


class VariantIn(_Json):
    """A variant as it shall be. ``stock`` counts for new variants only; later it has a route of its own."""

    variant_id: Id | None = None
    sku: Label = ""
    options: FewOptions = {}
    price: Price | None = None
    compare_at: Price | None = None
    weight_grams: Grams | None = None
    image_url: MaybeAddress = None
    stock: Units | None = None


class ProductIn(_Json):
    """A product as it shall be; what is left out stays as it is.

    ``price``, ``compareAt``, ``sku``, ``weightGrams`` and ``stock`` are those of a product without variants.
    Where ``variants`` are given as well, these count.
    """

    name: Title | None = None
    slug: Name | None = None
    description: Description = ""
    price: Price | None = None
    compare_at: Price | None = None
    sku: Label = ""
    weight_grams: Grams | None = None
    stock: Units | None = None
    category: Label = ""
    image_url: MaybeAddress = None
    images: Images = []
    brand: Label = ""
    attributes: FewAttributes = {}
    variants: Annotated[list[VariantIn], Field(max_length=MAX_VARIANTS)] | None = None
    status: ProductStatus = ProductStatus.ACTIVE
    vendor_id: Id | None = None
    version: int | None = Field(default=None, description="The version this change is meant for.")
    currency: str | None = Field(default=None, max_length=3, description="If given, it must be the shop's.")


class StockIn(_Json):
    """A correction of stock: a difference, or what was counted on the shelf, and when to warn."""

    variant_id: Id | None = None
    delta: Annotated[int, Field(ge=-MAX_UNITS, le=MAX_UNITS)] | None = None
    on_hand: Units | None = None
    expected_on_hand: Units | None = Field(default=None, description="Set `onHand` only if it still is this.")
    low_at: Units | None = None
    reason: Correction = "corrected"
    note: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _says_something(self) -> "StockIn":
        if (self.delta is None) == (self.on_hand is None) and (self.delta is not None or self.low_at is None):
            raise ValueError("give delta or onHand, not both; or lowAt")
        if self.expected_on_hand is not None and self.on_hand is None:
            raise ValueError("expectedOnHand goes with onHand")
        return self


class StockOut(_Json):
    """The units of one variant: ``available`` is what is on hand and not promised to an order."""

    variant_id: str
    product_id: str
    on_hand: int
    reserved: int
    available: int
    low_at: int


class StockAlertOut(StockOut):
    """A variant that is running out."""

    name: str
    slug: str
    sku: str
    options: dict[str, str]
    is_low: bool


class StockChangeOut(_Json):
    """An entry of the movement log. ``change`` is what was added to the units for sale."""

    variant_id: str
    change: int
    on_hand_change: int
    reason: str
    reference: str
    note: str
    at: datetime


class ProductLine(ProductIn):
    """A line of a JSON Lines file: as the API's body, with ids that are kept."""

    product_id: Id | None = Field(default=None, alias="productId")


_ONLY = ("price", "compare_at", "sku", "weight_grams", "stock")
_SAME = ("slug", "description", "category", "brand", "attributes", "status", "vendor_id")


def draft_of(body: ProductIn, currency: str) -> Draft:
    """What a body asks for. Raises ``InvalidAmount`` and ``InvalidProduct``."""
    given = body.model_fields_set
    if body.currency not in (None, currency):
        raise InvalidProduct(f"This shop sells in {currency}.", currency=body.currency)
    values: dict[str, Any] = {name: getattr(body, name) for name in _SAME if name in given}
    if "name" in given:
        if body.name is None:
            raise InvalidProduct("A product needs a name.")
        values["title"] = body.name
    if isinstance(body, ProductLine) and body.product_id:
        values["product_id"] = body.product_id
    if "images" in given:
        values["images"] = body.images
    elif "image_url" in given:
        values["images"] = [Image(url=body.image_url)] if body.image_url else []
    if body.variants is not None:
        values["variants"] = [_variant_draft(variant, currency) for variant in body.variants]
    elif given.intersection(_ONLY):
        only = {name: getattr(body, name) for name in _ONLY if name in given}
        values["only"] = _variant_draft(VariantIn(**only), currency)
    return Draft.model_construct(_fields_set=None, **values)


def _variant_draft(body: VariantIn, currency: str) -> VariantDraft:
    values: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    for name in ("price", "compare_at"):
        if values.get(name) is not None:
            values[name] = to_minor(values[name], currency)
    return VariantDraft.model_construct(_fields_set=None, **values)


def product_json(product: Product, stock: Mapping[str, Stock]) -> dict[str, Any]:
    """The product as ``ProductOut`` describes it, made without pydantic: lists are answered often."""
    currency = product.currency
    whole = exponent(currency) == 0
    variants = [_variant_json(variant, stock, None if whole else currency) for variant in product.variants]
    return {
        "productId": product.product_id,
        "slug": product.slug,
        "name": product.title,
        "description": product.description,
        "price": product.price if whole else json_number(product.price, currency),
        "currency": currency,
        "category": product.category,
        "categoryName": product.category_name,
        "stock": sum([variant["stock"] for variant in variants]),
        "imageUrl": product.images[0].url if product.images else "",
        "images": [_image_json(image) for image in product.images],
        "brand": product.brand,
        "attributes": product.attributes,
        "variants": variants,
        "vendorId": product.vendor_id,
        "status": product.status.value,
        "version": product.version,
        "createdAt": int(product.created_at.timestamp()),
        "updatedAt": int(product.updated_at.timestamp()),
    }


def _image_json(image: Picture) -> dict[str, Any]:
    told: dict[str, Any] = {"url": image.url, "alt": image.alt}
    if image.width is not None:
        media_id = media_id_of(image.url) or ""
        told |= {"width": image.width, "height": image.height, "placeholder": image.placeholder}
        told["sources"] = sources(media_id, image.widths)
    return told


def _variant_json(variant: Variant, stock: Mapping[str, Stock], currency: str | None) -> dict[str, Any]:
    """``currency`` is ``None`` where the minor unit is the major one."""
    row = stock.get(variant.variant_id)
    price, compare_at = variant.price, variant.compare_at
    return {
        "variantId": variant.variant_id,
        "sku": variant.sku,
        "options": variant.options,
        "price": json_number(price, currency) if currency else price,
        "compareAt": json_number(compare_at, currency) if currency and compare_at is not None else compare_at,
        "stock": row.available if row is not None else 0,
        "weightGrams": variant.weight_grams,
        "imageUrl": variant.image_url,
    }


def category_json(category: Category) -> dict[str, Any]:
    """The category as ``CategoryOut`` describes it."""
    return {"category": category.slug, "name": category.name, "products": category.products}


def stock_json(stock: Stock) -> dict[str, Any]:
    """The stock as ``StockOut`` describes it."""
    return {
        "variantId": stock.variant_id,
        "productId": stock.product_id,
        "onHand": stock.on_hand,
        "reserved": stock.reserved,
        "available": stock.available,
        "lowAt": stock.low_at,
    }


def alerts_json(rows: Iterable[Stock], products: Mapping[str, Product]) -> list[dict[str, Any]]:
    """The rows as ``StockAlertOut`` describes them, without what can no longer be bought."""
    alerts = []
    for row in rows:
        product = products.get(row.product_id)
        variant = product.variant(row.variant_id) if product else None
        if product is None or variant is None or product.status is ProductStatus.ARCHIVED:
            continue
        named = {"name": product.title, "slug": product.slug, "sku": variant.sku, "options": variant.options}
        alerts.append({**stock_json(row), **named, "isLow": row.available <= row.low_at})
    return alerts


def movement_json(change: StockChange) -> dict[str, Any]:
    """The movement as ``StockChangeOut`` describes it."""
    return {
        "variantId": change.variant_id,
        "change": change.change,
        "onHandChange": change.on_hand_change,
        "reason": change.reason,
        "reference": change.reference,
        "note": change.note,
        "at": change.at,
    }
