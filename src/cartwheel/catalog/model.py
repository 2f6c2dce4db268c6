"""Products, what somebody wants them to be (drafts), and the pure rules that turn one into the other."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from cartwheel.kernel.errors import Clash, Invalid, NotFound
from cartwheel.kernel.ids import new_id
from cartwheel.kernel.money import MAX_MINOR

MAX_VARIANTS = 30
"""Replacing all variants of a product still fits one write: two claims and a stock row for each."""

MAX_IMAGES = 30
MAX_ATTRIBUTES = 50
MAX_OPTIONS = 5
MAX_UNITS = 10**9
SLUG_LENGTH = 80

SHELF = "all"
"""The partition of everything that the public may see."""

HOUSE = "shop"
"""The vendor of what the shop sells itself."""


class NoSuchProduct(NotFound):
    """There is no such product, or it is not the caller's to see."""

    code = "product_not_found"

    def __init__(self) -> None:
        super().__init__("Product not found")


class InvalidProduct(Invalid):
    """The product can never be right as it stands."""

    code = "invalid_product"


class SeveralVariants(Invalid):
    """A price, SKU or stock was given for the product as a whole, but it has several of them."""

    code = "several_variants"

    def __init__(self, product_id: str) -> None:
        message = "The product has several variants: say which one you mean."
        super().__init__(message, productId=product_id)


class NoSuchVariant(NotFound):
    """The product has no such variant."""

    code = "variant_not_found"

    def __init__(self, variant_id: str) -> None:
        super().__init__("The product has no such variant.", variantId=variant_id)


class ProductExists(Clash):
    """The id of the product or of one of its variants is taken."""

    code = "product_exists"

    def __init__(self, id: str) -> None:
        super().__init__("There is a product or variant of that id already.", id=id)


class SlugTaken(Clash):
    """Another product has the slug that was asked for."""

    code = "slug_taken"

    def __init__(self, slug: str) -> None:
        super().__init__(f"Another product has the slug {slug}.", slug=slug)


class SkuTaken(Clash):
    """Another product has the SKU: it is unique in a shop."""

    code = "sku_taken"

    def __init__(self, sku: str) -> None:
        super().__init__(f"Another product has the SKU {sku}.", sku=sku)


class Outdated(Clash):
    """Somebody has changed the product since the caller read it."""

    code = "outdated"

    def __init__(self, product_id: str, version: int | None = None) -> None:
        super().__init__("The product has changed: read it again.", productId=product_id, version=version)


class ProductStatus(StrEnum):
    """Only active products are listed and sold. Archived ones are kept for the orders that name them."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class Sort(StrEnum):
    """The orders in which a list may be asked for; a leading minus turns it round."""

    NEWEST = "newest"
    PRICE = "price"
    PRICE_DOWN = "-price"
    NAME = "name"


def _address(url: str) -> str:
    if not re.match(r"(https?://|/(?!/))\S+\Z", url):
        raise ValueError("an image is an http(s) address, or a path that begins with one slash")
    return url


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Description = Annotated[str, StringConstraints(max_length=20_000)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Address = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_address)]
Minor = Annotated[int, Field(ge=0, le=MAX_MINOR)]
Units = Annotated[int, Field(ge=0, le=MAX_UNITS)]
Grams = Annotated[int, Field(ge=0, le=10**9)]
Options = Annotated[dict[Name, Name], Field(max_length=MAX_OPTIONS)]
Attributes = Annotated[
    dict[Name, Annotated[str, StringConstraints(max_length=1000)]], Field(max_length=MAX_ATTRIBUTES)
]


class Image(BaseModel):
    """A picture, and what it shows for those who cannot see it."""

    model_config = ConfigDict(frozen=True)

    url: Address
    alt: Annotated[str, StringConstraints(max_length=500)] = ""


Images = Annotated[list[Image], Field(max_length=MAX_IMAGES)]


class Variant(BaseModel):
    """What is actually bought: one size in one colour. Prices are minor units of the product's currency."""

    model_config = ConfigDict(frozen=True)

    variant_id: str
    sku: str = ""
    options: dict[str, str] = {}
    price: int
    compare_at: int | None = None
    weight_grams: int | None = None
    image_url: str | None = None


class Product(BaseModel):
    """A product as it is stored. A simple one has one variant, which bears the product's own id."""

    model_config = ConfigDict(frozen=True)

    product_id: str
    slug: str
    title: str
    description: str = ""
    category: str = ""
    """A slug; empty where the product is in no category."""
    category_name: str = ""
    brand: str = ""
    vendor_id: str
    status: ProductStatus = ProductStatus.ACTIVE
    attributes: dict[str, str] = {}
    images: list[Image] = []
    variants: list[Variant]
    currency: str
    price: int
    """The lowest price of a variant, in minor units."""
    created_at: datetime
    updated_at: datetime
    version: int = 1
    """Counts the changes; an update is made to the version it was meant for."""
    shelf: str | None = None
    """``SHELF`` while the public may see it. Empty attributes are in no index, so lists need no filter."""
    listed_in: str | None = None
    """The category while the public may see it."""
    sort_title: str = ""

    @property
    def for_sale(self) -> bool:
        """Whether the public may see and buy it."""
        return self.status is ProductStatus.ACTIVE

    @property
    def default_variant(self) -> Variant:
        """The variant that is shown first."""
        return self.variants[0]

    def variant(self, variant_id: str) -> Variant | None:
        """The variant of that id, if it is one of this product's."""
        return next((variant for variant in self.variants if variant.variant_id == variant_id), None)


class Category(BaseModel):
    """A category and how many active products it has."""

    model_config = ConfigDict(frozen=True)

    shelf: str = SHELF
    slug: str
    name: str
    products: int = 0


class VariantDraft(BaseModel):
    """What a variant shall be; what is not set stays as it is. ``stock`` counts for new variants only."""

    model_config = ConfigDict(frozen=True)

    variant_id: Id | None = None
    sku: Label = ""
    options: Options = {}
    price: Minor | None = None
    compare_at: Minor | None = None
    weight_grams: Grams | None = None
    image_url: Address | None = None
    stock: Units | None = None


class Draft(BaseModel):
    """What a product shall be; what is not set stays as it is.

    ``only`` changes the one variant of a simple product, ``variants`` replaces them all (those that match by
    id, else by SKU, else by options, keep their id and stock).
    """

    model_config = ConfigDict(frozen=True)

    product_id: Id | None = None
    slug: Name | None = None
    title: Title | None = None
    description: Description = ""
    category: Label = ""
    brand: Label = ""
    vendor_id: Id | None = None
    status: ProductStatus = ProductStatus.ACTIVE
    attributes: Attributes = {}
    images: Images = []
    only: VariantDraft | None = None
    variants: list[VariantDraft] | None = None


_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u0131": "i"}
)


def ascii_slug(text: str) -> str:
    """``"Café Crème, 2 kg"`` → ``"cafe-creme-2-kg"``; empty where nothing of the text is Latin or a digit."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    plain = re.sub(r"['\u2019\u0300-\u036f]", "", plain)
    return re.sub(r"[^a-z0-9]+", "-", plain)[:SLUG_LENGTH].strip("-")


def word_slug(text: str) -> str:
    """As ``ascii_slug``, but a text in another script keeps its own letters."""
    own = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", text).casefold())
    return ascii_slug(text) or own[:SLUG_LENGTH].strip("-")


def sort_title(title: str) -> str:
    """What titles are sorted by: neither case nor accents count. Short enough for every index."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(c)
    )
    return (plain.strip() or title)[:150]


def blank(product_id: str, vendor_id: str, currency: str, now: datetime) -> Product:
    """A product before its first draft. It has no variant yet and is not stored like this."""
    return Product(
        product_id=product_id,
        slug="",
        title="",
        vendor_id=vendor_id,
        variants=[],
        currency=currency,
        price=0,
        created_at=now,
        updated_at=now,
        version=0,
    )


_PLAIN_FIELDS = ("description", "brand", "status", "attributes", "images")


def revised(product: Product, draft: Draft) -> tuple[Product, dict[str, int]]:
    """The product as the draft wants it, and the units of its new variants by variant id.

    Version and times stay; the caller moves them. Raises ``InvalidProduct``, ``SeveralVariants`` and
    ``NoSuchVariant``.
    """
    values = {name: getattr(draft, name) for name in _PLAIN_FIELDS if name in draft.model_fields_set}
    for name in ("title", "vendor_id"):
        if getattr(draft, name):
            values[name] = getattr(draft, name)
    if draft.slug is not None:
        values["slug"] = _explicit_slug(draft.slug)
    if "category" in draft.model_fields_set:
        slug = word_slug(draft.category)
        if slug != product.category:  # another spelling of the same category changes nothing
            values |= {"category": slug, "category_name": draft.category}
    variants, units = _revised_variants(product, draft)
    made = product.model_copy(update={**values, "variants": variants})
    if not made.title:
        raise InvalidProduct("A product needs a name.")
    return _arranged(made), units


def _explicit_slug(text: str) -> str:
    slug = word_slug(text)
    if not slug:
        raise InvalidProduct("A slug needs a letter or a digit.", slug=text)
    return slug


def _arranged(product: Product) -> Product:
    visible = product.for_sale
    return product.model_copy(
        update={
            "price": min(variant.price for variant in product.variants),
            "shelf": SHELF if visible else None,
            "listed_in": product.category or None if visible else None,
            "sort_title": sort_title(product.title),
        }
    )


def _revised_variants(product: Product, draft: Draft) -> tuple[list[Variant], dict[str, int]]:
    wanted = draft.variants
    if wanted is None:
        if draft.only is None and product.variants:
            return product.variants, {}
        if len(product.variants) > 1:
            raise SeveralVariants(product.product_id)
        only = draft.only or VariantDraft()
        kept = {"variant_id": product.variants[0].variant_id} if product.variants else {}
        wanted = [only.model_copy(update=kept)]
    if not 1 <= len(wanted) <= MAX_VARIANTS:
        raise InvalidProduct(f"A product has 1 to {MAX_VARIANTS} variants, not {len(wanted)}.")
    is_new = product.version == 0
    variants, units = [], {}
    for one in wanted:
        before = _before(product, one)
        if before is None:
            if one.variant_id and not is_new:
                raise NoSuchVariant(one.variant_id)
            before = Variant(variant_id=_variant_id(product, one, len(wanted)), price=-1)
            units[before.variant_id] = one.stock or 0
        variants.append(_revised_variant(before, one))
    _check_distinct(variants)
    return variants, units


def _variant_id(product: Product, draft: VariantDraft, siblings: int) -> str:
    simple = product.version == 0 and siblings == 1
    return draft.variant_id or (product.product_id if simple else new_id())


def _before(product: Product, draft: VariantDraft) -> Variant | None:
    if draft.variant_id:
        return product.variant(draft.variant_id)
    by_sku = [variant for variant in product.variants if draft.sku and variant.sku == draft.sku]
    same = by_sku or [variant for variant in product.variants if variant.options == draft.options]
    return same[0] if same else None


def _revised_variant(before: Variant, draft: VariantDraft) -> Variant:
    given = draft.model_fields_set - {"variant_id", "stock"}
    values = {name: getattr(draft, name) for name in given}
    if values.get("price", before.price) is None:
        del values["price"]
    made = before.model_copy(update=values)
    if made.price < 0:
        raise InvalidProduct("A variant needs a price.", sku=made.sku, options=made.options)
    return made


def _check_distinct(variants: list[Variant]) -> None:
    _refuse_twice("id", (variant.variant_id for variant in variants))
    _refuse_twice("SKU", (variant.sku for variant in variants if variant.sku))
    _refuse_twice("options", (str(sorted(variant.options.items())) for variant in variants))


def _refuse_twice(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise InvalidProduct(f"Two variants have the same {what}.", value=value)
        seen.add(value)
