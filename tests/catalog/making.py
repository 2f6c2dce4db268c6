"""Drafts and callers for tests: each states only what matters to it."""

from cartwheel.catalog import Draft, VariantDraft
from cartwheel.edge.caller import Caller

VENDOR = "vendor-1"
RIVAL = "vendor-2"

CALLERS = {
    "vendor": Caller(user_id=VENDOR, groups=frozenset({"vendors"})),
    "rival": Caller(user_id=RIVAL, groups=frozenset({"vendors"})),
    "admin": Caller(user_id="admin-1", groups=frozenset({"admins"})),
    "customer": Caller(user_id="customer-1", groups=frozenset({"customers"})),
}
AS_VENDOR, AS_RIVAL, AS_ADMIN, AS_CUSTOMER = (
    {"Authorization": f"Bearer {name}"} for name in ("vendor", "rival", "admin", "customer")
)


def simple(title: str = "Red shoe", price: int = 1999, stock: int = 3, **fields: object) -> Draft:
    """A product with one variant."""
    given = {"title": title, "only": {"price": price, "stock": stock}, **fields}
    return Draft.model_validate(given)


def sized(*sizes: str, title: str = "Blue shoe", price: int = 4999, **fields: object) -> Draft:
    """A product with a variant for each size, two units of each."""
    variants = [{"options": {"Size": size}, "price": price, "stock": 2} for size in sizes]
    return Draft.model_validate({"title": title, "variants": variants, **fields})


def variants(count: int, prefix: str, stock: int = 1) -> list[VariantDraft]:
    """So many variants with SKUs and options of their own."""
    return [
        VariantDraft(sku=f"{prefix}{number}", options={"No": f"{prefix}{number}"}, price=100, stock=stock)
        for number in range(count)
    ]
