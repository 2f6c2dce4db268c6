"""What somebody wants a product to be, and the pure rules that make it so."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from cartwheel.catalog.model import (
    MAX_VARIANTS,
    Address,
    Attributes,
    Description,
    Grams,
    Id,
    Image,
    Images,
    InvalidProduct,
    Label,
    Minor,
    Name,
    NoSuchVariant,
    Options,
    Picture,
    Product,
    ProductStatus,
    SeveralVariants,
    Title,
    Units,
    Variant,
    arranged,
    word_slug,
)
from cartwheel.kernel.ids import new_id


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
    if "images" in values:
        values["images"] = pictured(product, draft.images)
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
    return arranged(made), units


def pictured(product: Product, images: Iterable[Image]) -> list[Picture]:
    """Images with what is known already of those that the product had before."""
    known = {picture.url: picture for picture in product.images}
    return [
        known.get(image.url, Picture(url=image.url)).model_copy(update={"alt": image.alt}) for image in images
    ]


def _explicit_slug(text: str) -> str:
    slug = word_slug(text)
    if not slug:
        raise InvalidProduct("A slug needs a letter or a digit.", slug=text)
    return slug


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
