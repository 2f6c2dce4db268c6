"""Where products live, and the changes that keep names, counts and lists in step with them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from cartwheel.audit import audited
from cartwheel.catalog.model import SHELF, Category, Picture, Product, Sort
from cartwheel.inventory import Stock, handed_over, new_stock
from cartwheel.media import media_id_of
from cartwheel.storage import Change, Delete, Index, Put, Query, Table, Update, absent, eq


class Claim(BaseModel):
    """A slug or SKU that a product has to itself: ``slug:red-shoe``, ``sku:RS-42``."""

    model_config = ConfigDict(frozen=True)

    claim: str
    product_id: str


PRODUCTS = Table(
    "products",
    Product,
    "product_id",
    indexes=(
        Index("shelf_newest", "shelf", "created_at"),
        Index("shelf_price", "shelf", "price"),
        Index("shelf_name", "shelf", "sort_title"),
        Index("category_newest", "listed_in", "created_at"),
        Index("category_price", "listed_in", "price"),
        Index("category_name", "listed_in", "sort_title"),
        Index("by_vendor", "vendor_id", "created_at"),
        Index("by_time", "shard", "created_at"),
        Index("vendor_name", "vendor_id", "sort_title"),
        Index("vendor_shelf", "sold_by", "created_at"),
    ),
)
CLAIMS = Table("product_claims", Claim, "claim")
CATEGORIES = Table("categories", Category, "shelf", "slug")

TABLES = (PRODUCTS, CLAIMS, CATEGORIES)

LAST_LETTER = "\U0010ffff"
"""Behind every other character: the end of what begins with a text."""

_INDEX = {Sort.NEWEST: "newest", Sort.PRICE: "price", Sort.PRICE_DOWN: "price", Sort.NAME: "name"}


def listed(category: str | None, sort: Sort, cursor: str | None, limit: int) -> Query[Product]:
    """What the public may see, of one category or of all."""
    return Query(
        PRODUCTS,
        category or SHELF,
        f"{'category' if category else 'shelf'}_{_INDEX[sort]}",
        descending=sort in (Sort.NEWEST, Sort.PRICE_DOWN),
        cursor=cursor,
        limit=limit,
    )


def of_vendor(vendor_id: str, cursor: str | None, limit: int) -> Query[Product]:
    """Everything that a vendor has, the newest first, whatever its status."""
    return Query(PRODUCTS, vendor_id, "by_vendor", descending=True, cursor=cursor, limit=limit)


def of_vendor_named(vendor_id: str, prefix: str, cursor: str | None, limit: int) -> Query[Product]:
    """What a vendor has whose sorted title begins like that, by title."""
    last = prefix + LAST_LETTER
    return Query(PRODUCTS, vendor_id, "vendor_name", low=prefix, high=last, cursor=cursor, limit=limit)


def on_shelf_of(vendor_id: str, cursor: str | None, limit: int) -> Query[Product]:
    """What the public may see of a vendor, the newest first."""
    return Query(PRODUCTS, vendor_id, "vendor_shelf", descending=True, cursor=cursor, limit=limit)


def of_everybody(cursor: str | None, limit: int) -> Query[Product]:
    """All products, the newest first, whatever their status."""
    return Query(PRODUCTS, "0", "by_time", descending=True, cursor=cursor, limit=limit)


def all_categories() -> Query[Category]:
    """The categories by slug."""
    return Query(CATEGORIES, SHELF, limit=1000)


def slug_claim(slug: str) -> str:
    """The claim of a slug."""
    return f"slug:{slug}"


def sku_claim(sku: str) -> str:
    """The claim of an SKU."""
    return f"sku:{sku}"


def claims_of(product: Product) -> set[str]:
    """What a product must have to itself.

    Its id is claimed as a slug too, unless nobody could choose it as one: else a product with the right name
    would be found under the address of another.
    """
    skus = {sku_claim(variant.sku) for variant in product.variants if variant.sku}
    addresses = {product.slug} if is_uuid(product.product_id) else {product.slug, product.product_id}
    return skus | {slug_claim(address) for address in addresses}


def is_uuid(text: str) -> bool:
    """Whether the text has the shape of an id that this shop makes."""
    return len(text) == 36 and text.count("-") == 4


def created(product: Product, units: Mapping[str, int]) -> list[Change]:
    """A new product, its claims and its stock; conflicts over each of them that exists already."""
    return [
        Put(PRODUCTS, product, (absent(),)),
        *_claimed(product, claims_of(product)),
        *_stocked(product, units),
    ]


def changed(before: Product, after: Product, units: Mapping[str, int]) -> list[Change]:
    """The next version of a product; conflicts when somebody else has made one."""
    names = [name for name in Product.model_fields if getattr(before, name) != getattr(after, name)]
    update = Update(
        PRODUCTS,
        (before.product_id,),
        set={name: getattr(after, name) for name in names},
        when=(eq("version", before.version),),
    )
    old, new = claims_of(before), claims_of(after)
    freed: list[Change] = [Delete(CLAIMS, (claim,)) for claim in sorted(old - new)]
    kept = [v.variant_id for v in after.variants if v.variant_id not in units]
    moved = handed_over(kept, after.vendor_id) if after.vendor_id != before.vendor_id else []
    return [update, *freed, *_claimed(after, new - old), *_stocked(after, units), *moved]


_PLAIN = ("slug", "title", "category", "brand", "vendor_id", "status", "price", "held")
_DERIVED = ("version", "updated_at", "shelf", "listed_in", "sold_by", "sort_title", "category_name")


def noted(before: Product | None, after: Product, by: str | None, now: datetime) -> list[Change]:
    """What the audit log is told of what an administrator does to a product; nothing without one."""
    if by is None:
        return []
    names = [name for name in Product.model_fields if getattr(before, name, None) != getattr(after, name)]
    plain = {name for name in names if name in _PLAIN}
    told = after.model_dump(mode="json", include=plain)
    if before is None:
        return [audited(now, by, "product.created", after.product_id, after=told)]
    others = [name for name in names if name not in (*_PLAIN, *_DERIVED)]
    if others:
        told["changed"] = others
    was = before.model_dump(mode="json", include=plain)
    return [audited(now, by, "product.changed", after.product_id, was, told)]


def deleted(product: Product) -> list[Change]:
    """Removes a product and frees its names. Its stock stays: orders may still be cancelled into it."""
    freed = [Delete(CLAIMS, (claim,)) for claim in sorted(claims_of(product))]
    return [Delete(PRODUCTS, (product.product_id,), (eq("version", product.version),)), *freed]


def counts(steps: Iterable[tuple[Product | None, Product | None]]) -> Counter[str]:
    """By how much each category grows when products turn from the one into the other."""
    grown: Counter[str] = Counter()
    for before, after in steps:
        if before is not None and before.listed_in:
            grown[before.listed_in] -= 1
        if after is not None and after.listed_in:
            grown[after.listed_in] += 1
    return Counter({slug: count for slug, count in grown.items() if count})


def counted(slug: str, by: int) -> Change:
    """Changes the count of a category; conflicts when there is no such row yet."""
    return Update(CATEGORIES, (SHELF, slug), add={"products": by})


def new_category(slug: str, name: str, products: int) -> Change:
    """The first row of a category; conflicts when it has one."""
    return Put(CATEGORIES, Category(slug=slug, name=name or slug, products=products), (absent(),))


def _claimed(product: Product, claims: Iterable[str]) -> list[Change]:
    return [
        Put(CLAIMS, Claim(claim=claim, product_id=product.product_id), (absent(),))
        for claim in sorted(claims)
    ]


def _stocked(product: Product, units: Mapping[str, int]) -> list[Change]:
    return [
        new_stock(
            Stock(
                variant_id=variant_id,
                product_id=product.product_id,
                vendor_id=product.vendor_id,
                on_hand=count,
                available=count,
            )
        )
        for variant_id, count in units.items()
    ]


def shown(product: Product | None) -> list[str]:
    """The ids of the uploaded pictures that a product shows."""
    if product is None:
        return []
    urls = [image.url for image in product.images] + [variant.image_url or "" for variant in product.variants]
    return list(dict.fromkeys(found for url in urls if (found := media_id_of(url))))


def pictured(product: Product, pictures: list[Picture]) -> Change:
    """What is known of the product's pictures, which is no new version; conflicts when it has a new one."""
    when = (eq("version", product.version),)
    return Update(PRODUCTS, (product.product_id,), set={"images": pictures}, when=when)
