"""Products and categories as they are stored, their limits, and what may be wrong with them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from cartwheel.kernel.errors import Clash, Invalid, NotFound
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


class Picture(Image):
    """An image as it is stored. What is known of it if it was uploaded here: pixels, a blurred placeholder as
    ``data:`` address, and the widths that it is shown in.
    """

    width: int | None = None
    height: int | None = None
    placeholder: str = ""
    widths: list[int] = []


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
    images: list[Picture] = []
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
    sold_by: str | None = None
    """The vendor while the public may see it."""
    held: bool = False
    """Whether the shop keeps it from the public, whatever its status: its vendor may not sell now."""
    sort_title: str = ""
    shard: str = "0"
    """One partition for the list of all products: some are changed a second, a partition takes 1000."""

    @property
    def for_sale(self) -> bool:
        """Whether the public may see and buy it."""
        return self.status is ProductStatus.ACTIVE and not self.held

    @property
    def default_variant(self) -> Variant:
        """The variant that is shown first."""
        return self.variants[0]

    def variant(self, variant_id: str) -> Variant | None:
        """The variant of that id, if it is one of this product's."""
        return next((variant for variant in self.variants if variant.variant_id == variant_id), None)


def arranged(product: Product) -> Product:
    """The product with all that follows from its other attributes: lowest price, and the lists it is in."""
    visible = product.for_sale
    return product.model_copy(
        update={
            "price": min(variant.price for variant in product.variants),
            "shelf": SHELF if visible else None,
            "listed_in": product.category or None if visible else None,
            "sold_by": product.vendor_id if visible else None,
            "sort_title": sort_title(product.title),
        }
    )


def repriced(product: Product, prices: Mapping[str, int]) -> Product:
    """The product with other prices, by variant id, in minor units."""
    variants = [
        variant.model_copy(update={"price": prices.get(variant.variant_id, variant.price)})
        for variant in product.variants
    ]
    return arranged(product.model_copy(update={"variants": variants}))


class Category(BaseModel):
    """A category and how many active products it has."""

    model_config = ConfigDict(frozen=True)

    shelf: str = SHELF
    slug: str
    name: str
    products: int = 0


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
