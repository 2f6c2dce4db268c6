"""What the shop sells: products with their variants, and categories with their counts."""

from cartwheel.catalog.drafts import Draft, VariantDraft
from cartwheel.catalog.model import (
    HOUSE,
    MAX_VARIANTS,
    SHELF,
    Category,
    Image,
    InvalidProduct,
    NoSuchProduct,
    NoSuchVariant,
    Outdated,
    Product,
    ProductExists,
    ProductStatus,
    SeveralVariants,
    SkuTaken,
    SlugTaken,
    Sort,
    Variant,
)
from cartwheel.catalog.service import Catalog
from cartwheel.catalog.tables import TABLES

__all__ = [
    "HOUSE",
    "MAX_VARIANTS",
    "SHELF",
    "TABLES",
    "Catalog",
    "Category",
    "Draft",
    "Image",
    "InvalidProduct",
    "NoSuchProduct",
    "NoSuchVariant",
    "Outdated",
    "Product",
    "ProductExists",
    "ProductStatus",
    "SeveralVariants",
    "SkuTaken",
    "SlugTaken",
    "Sort",
    "Variant",
    "VariantDraft",
]
