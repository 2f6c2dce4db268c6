"""The pure rules: slugs, drafts, and that an index takes whatever they make."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cartwheel.catalog import Draft, Product, ProductStatus, VariantDraft
from cartwheel.catalog.drafts import blank, revised
from cartwheel.catalog.model import SLUG_LENGTH, ascii_slug, sort_title, word_slug
from cartwheel.catalog.tables import CATEGORIES, CLAIMS, PRODUCTS, TABLES, Claim, claims_of
from cartwheel.kernel.money import MAX_MINOR, to_major, to_minor

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
titles = text.filter(lambda title: title.strip() != "")
prices = st.integers(0, MAX_MINOR)


def _made(draft: Draft, currency: str = "USD") -> Product:
    product, _ = revised(blank("p-1", "vendor-1", currency, NOW), draft)
    return product.model_copy(update={"version": 1, "slug": product.slug or "p-1"})


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Café Crème, 2 kg", "cafe-creme-2-kg"),
        ("Größe: Übergroß", "grosse-ubergross"),
        ("Søren's Łódź æther", "sorens-lodz-aether"),
        ("  --  a__b  --  ", "a-b"),
        ("½ ﬁne", "1-2-fine"),
        ("スニーカー", ""),
        ("Möbel 家具", "mobel"),
        ("", ""),
    ],
)
def test_a_slug_is_plain_where_it_can_be(title: str, slug: str) -> None:
    assert ascii_slug(title) == slug


def test_a_handle_may_keep_its_own_script() -> None:
    assert word_slug("家具 & スニーカー") == "家具-スニーカー"
    assert word_slug("Möbel 家具") == "mobel"
    assert word_slug("!?") == ""


@given(text)
def test_slugs_are_stable(title: str) -> None:
    for make in (ascii_slug, word_slug):
        slug = make(title)
        assert len(slug) <= SLUG_LENGTH
        assert make(slug) == slug
        assert slug == slug.strip("-")


@given(titles, st.text(max_size=100), prices)
def test_whatever_is_made_can_be_stored(title: str, category: str, price: int) -> None:
    """Keys and indexed texts have their limits, which no title may exceed."""
    try:
        draft = Draft(title=title, category=category, only=VariantDraft(price=price))
    except ValidationError:
        return  # nothing is left of the title without its blanks
    product = _made(draft)
    if "\0" in category or any("\ud800" <= letter <= "\udfff" for letter in category):
        return
    assert PRODUCTS.load(PRODUCTS.dump(product)) == product
    for claim in claims_of(product):
        assert CLAIMS.dump(Claim(claim=claim, product_id=product.product_id))
    assert sort_title(title)


@given(st.lists(prices, min_size=1, max_size=30), st.sampled_from(["JPY", "USD", "KWD"]))
def test_prices_stay_what_they_are(amounts: list[int], currency: str) -> None:
    variants = [VariantDraft(options={"No": str(n)}, price=price) for n, price in enumerate(amounts)]
    product = _made(Draft(title="Shoe", variants=variants), currency)
    assert product.price == min(amounts)
    assert [variant.price for variant in product.variants] == amounts
    assert [to_minor(to_major(variant.price, currency), currency) for variant in product.variants] == amounts


@given(st.lists(st.sampled_from(ProductStatus), max_size=5), st.sampled_from(["", "Shoes"]))
def test_only_active_products_are_in_public_indexes(statuses: list[ProductStatus], category: str) -> None:
    product = _made(Draft(title="Shoe", category=category, only=VariantDraft(price=1)))
    for status in statuses:
        product, _ = revised(product, Draft(status=status))
    assert (product.shelf == "all") is product.for_sale
    assert (product.listed_in == "shoes") is (product.for_sale and category != "")


@given(prices, st.lists(st.sampled_from(["S", "M", "L", "XL"]), min_size=1, unique=True))
def test_the_same_draft_again_changes_nothing(price: int, sizes: list[str]) -> None:
    variants = [VariantDraft(options={"Size": size}, price=price, stock=1) for size in sizes]
    draft = Draft(title="Shoe", category="Shoes", attributes={"a": "b"}, variants=variants)
    product = _made(draft)
    assert revised(product, draft) == (product, {})


def test_every_attribute_has_a_place_in_the_tables() -> None:
    assert TABLES == (PRODUCTS, CLAIMS, CATEGORIES)
    assert set(PRODUCTS.columns) == set(Product.model_fields)
