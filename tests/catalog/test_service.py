"""The catalogue's use cases: names, counts and stock stay in step, whoever else is writing."""

import asyncio

import pytest

from cartwheel.catalog import (
    Catalog,
    Draft,
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
    VariantDraft,
)
from cartwheel.inventory import Inventory, Line
from cartwheel.kernel.clock import ManualClock
from tests.catalog.making import RIVAL, VENDOR, simple, sized, variants
from tests.support.announced import announced
from tests.support.counting import CountingStore


async def _counts(catalog: Catalog) -> dict[str, int]:
    return {category.slug: category.products for category in await catalog.categories()}


async def _titles(catalog: Catalog, category: str | None = None, sort: Sort = Sort.NEWEST) -> list[str]:
    return [product.title for product in (await catalog.listed(category, sort)).items]


class TestCreating:
    async def test_a_simple_product_has_one_variant_of_its_own_id(
        self, catalog: Catalog, stock: Inventory
    ) -> None:
        made = await catalog.create(simple(price=1999, stock=3), VENDOR)
        assert [variant.variant_id for variant in made.variants] == [made.product_id]
        assert (made.price, made.currency, made.version, made.vendor_id) == (1999, "USD", 1, VENDOR)
        row = (await stock.stock([made.product_id]))[made.product_id]
        assert (row.on_hand, row.available, row.vendor_id) == (3, 3, VENDOR)
        assert await catalog.get(made.product_id) == made

    async def test_variants_have_ids_of_their_own(self, catalog: Catalog, stock: Inventory) -> None:
        made = await catalog.create(sized("S", "M"))
        ids = [variant.variant_id for variant in made.variants]
        assert made.product_id not in ids
        assert made.variant(ids[1]) == made.variants[1]
        assert made.variant("other") is None
        assert {row.on_hand for row in (await stock.stock(ids)).values()} == {2}

    async def test_the_price_is_that_of_the_cheapest_variant(self, catalog: Catalog) -> None:
        prices = [VariantDraft(options={"Size": str(price)}, price=price) for price in (300, 100, 200)]
        assert (await catalog.create(Draft(title="Shoe", variants=prices))).price == 100

    async def test_it_is_announced_in_the_same_write(self, catalog: Catalog, counting: CountingStore) -> None:
        made = await catalog.create(simple(category="Shoes"), VENDOR)
        # no category of that name yet: the first try conflicts
        assert counting.taken()[-1] == "write products+product_claims+stock+outbox+categories"
        (event,) = await announced(counting)
        assert (event.type, event.subject) == ("ProductChanged", made.product_id)
        assert event.payload == {
            "slug": "red-shoe",
            "category": "shoes",
            "oldCategory": "",
            "status": "active",
            "vendorId": VENDOR,
        }

    async def test_equal_titles_get_slugs_of_their_own(self, catalog: Catalog) -> None:
        slugs = [(await catalog.create(simple("Café Crème"))).slug for _ in range(6)]
        assert slugs[:4] == ["cafe-creme", "cafe-creme-2", "cafe-creme-3", "cafe-creme-4"]
        assert len(set(slugs)) == 6
        assert all(slug.startswith("cafe-creme-") for slug in slugs[1:])

    async def test_many_at_once_get_slugs_of_their_own(self, catalog: Catalog) -> None:
        made = await asyncio.gather(*(catalog.create(simple(category="Shoes")) for _ in range(8)))
        assert len({product.slug for product in made}) == 8
        assert await _counts(catalog) == {"shoes": 8}

    async def test_a_title_without_latin_letters_leaves_the_id_as_slug(self, catalog: Catalog) -> None:
        made = await catalog.create(simple("スニーカー"))
        assert made.slug == made.product_id
        assert await catalog.get(made.slug) == made

    async def test_a_slug_that_was_asked_for_must_be_free(self, catalog: Catalog) -> None:
        await catalog.create(simple(slug="shoe"))
        with pytest.raises(SlugTaken, match="shoe"):
            await catalog.create(simple(slug="Shoe"))

    async def test_an_sku_is_unique_in_the_shop(self, catalog: Catalog, counting: CountingStore) -> None:
        await catalog.create(simple(only={"price": 1, "sku": "A-1"}))
        told = await announced(counting)
        with pytest.raises(SkuTaken, match="A-1"):
            await catalog.create(simple("Other", only={"price": 1, "sku": "A-1"}))
        assert await _titles(catalog) == ["Red shoe"]
        assert await announced(counting) == told

    async def test_an_id_is_taken_once(self, catalog: Catalog) -> None:
        await catalog.create(simple(product_id="p-1"))
        with pytest.raises(ProductExists):
            await catalog.create(simple("Other", product_id="p-1"))

    async def test_nobody_takes_the_address_of_another_product(self, catalog: Catalog) -> None:
        """An id that could be a slug is one: else "p-1" would open the wrong product."""
        first = await catalog.create(simple(product_id="p-1"))
        with pytest.raises(SlugTaken):
            await catalog.create(simple("Other", slug="p-1"))
        named = await catalog.create(simple("P 1"))
        assert (await catalog.get("p-1"), named.slug) == (first, "p-1-2")

    async def test_a_product_has_at_most_thirty_variants(self, catalog: Catalog) -> None:
        with pytest.raises(InvalidProduct, match="1 to 30 variants, not 31"):
            await catalog.create(Draft(title="Shoe", variants=variants(31, "A")))
        with pytest.raises(InvalidProduct, match="1 to 30 variants, not 0"):
            await catalog.create(Draft(title="Shoe", variants=[]))

    @pytest.mark.parametrize(
        ("draft", "problem"),
        [
            (Draft(only=VariantDraft(price=1)), "needs a name"),
            (Draft(title="Shoe"), "needs a price"),
            (simple(slug="!!!"), "needs a letter"),
            (Draft(title="Shoe", variants=variants(1, "A") * 2), "same SKU"),
            (Draft(title="Shoe", variants=[VariantDraft(price=1)] * 2), "same options"),
            (Draft(title="Shoe", variants=[VariantDraft(price=1, variant_id="v")] * 2), "same id"),
        ],
    )
    async def test_what_can_never_be_right_is_refused(
        self, catalog: Catalog, counting: CountingStore, draft: Draft, problem: str
    ) -> None:
        with pytest.raises(InvalidProduct, match=problem):
            await catalog.create(draft)
        assert counting.taken() == []


class TestListing:
    async def test_only_active_products_are_on_the_shelf(self, catalog: Catalog) -> None:
        for status in ProductStatus:
            await catalog.create(simple(status.value, category="Shoes", status=status))
        assert await _titles(catalog) == ["active"]
        assert await _titles(catalog, "shoes") == ["active"]
        assert await _counts(catalog) == {"shoes": 1}
        assert len((await catalog.of_vendor("shop")).items) == 3

    async def test_in_each_order(self, catalog: Catalog, clock: ManualClock) -> None:
        for title, price in (("Éclair", 2), ("apple", 3), ("Zebra", 1)):
            await catalog.create(simple(title, price, category="Things"))
            clock.advance(seconds=1)
        for category in (None, "things"):
            assert await _titles(catalog, category, Sort.NEWEST) == ["Zebra", "apple", "Éclair"]
            assert await _titles(catalog, category, Sort.PRICE) == ["Zebra", "Éclair", "apple"]
            assert await _titles(catalog, category, Sort.PRICE_DOWN) == ["apple", "Éclair", "Zebra"]
            assert await _titles(catalog, category, Sort.NAME) == ["apple", "Éclair", "Zebra"]

    @pytest.mark.parametrize("sort", Sort)
    async def test_pages_show_everything_once(self, catalog: Catalog, sort: Sort) -> None:
        for number in range(7):
            await catalog.create(simple(f"Shoe {number % 3}", price=number % 2))
        seen: list[Product] = []
        page = await catalog.listed(sort=sort, limit=3)
        seen += page.items
        while page.next:
            page = await catalog.listed(sort=sort, limit=3, cursor=page.next)
            seen += page.items
        assert len(seen) == len({product.product_id for product in seen}) == 7

    async def test_products_are_read_in_one_call(self, catalog: Catalog, counting: CountingStore) -> None:
        made = [await catalog.create(simple()) for _ in range(3)]
        ids = [product.product_id for product in made]
        counting.taken()
        assert await catalog.products([*ids, ids[0], "missing"]) == dict(zip(ids, made, strict=True))
        assert counting.taken() == ["get_many products"]

    async def test_finding_takes_two_calls_at_most(self, catalog: Catalog, counting: CountingStore) -> None:
        made = await catalog.create(simple())
        counting.taken()
        assert await catalog.find(made.product_id) == made
        assert counting.taken() == ["get products"]
        assert await catalog.find("red-shoe") == made
        assert counting.taken() == ["get product_claims", "get products"]
        assert await catalog.find("missing") is None
        assert counting.taken() == ["get product_claims"]
        with pytest.raises(NoSuchProduct, match=r"^Product not found$"):
            await catalog.get("01890000-0000-7000-8000-000000000000")
        assert counting.taken() == ["get products", "get product_claims"]


class TestChanging:
    async def test_only_what_the_draft_sets_changes(self, catalog: Catalog, clock: ManualClock) -> None:
        made = await catalog.create(simple(description="Nice", brand="Acme"))
        clock.advance(minutes=1)
        changed = await catalog.update(made.product_id, Draft(brand="Better"))
        assert changed == made.model_copy(update={"brand": "Better", "version": 2, "updated_at": clock()})
        assert await catalog.get(made.product_id) == changed

    async def test_nothing_is_written_when_nothing_changes(
        self, catalog: Catalog, counting: CountingStore
    ) -> None:
        made = await catalog.create(simple(category="Shoes"))
        counting.taken()
        assert await catalog.update(made.product_id, Draft(category="SHOES", title="Red shoe")) == made
        assert counting.taken() == ["get products"]

    async def test_a_new_title_keeps_the_address(self, catalog: Catalog) -> None:
        made = await catalog.create(simple())
        assert (await catalog.update(made.product_id, Draft(title="Green shoe"))).slug == "red-shoe"

    async def test_a_new_slug_frees_the_old_one(self, catalog: Catalog) -> None:
        made = await catalog.create(simple())
        changed = await catalog.update(made.product_id, Draft(slug="crimson-shoe"))
        assert await catalog.get("crimson-shoe") == changed
        assert await catalog.find("red-shoe") is None
        assert (await catalog.create(simple())).slug == "red-shoe"

    async def test_categories_are_counted_along(self, catalog: Catalog, counting: CountingStore) -> None:
        made = await catalog.create(simple(category="Shoes"))
        await catalog.update(made.product_id, Draft(category="Boots"))
        assert await _counts(catalog) == {"boots": 1}
        assert (await announced(counting))[-1].payload["oldCategory"] == "shoes"
        await catalog.update(made.product_id, Draft(status=ProductStatus.DRAFT))
        assert await _counts(catalog) == {}
        await catalog.update(made.product_id, Draft(status=ProductStatus.ACTIVE, category="Shoes"))
        assert await _counts(catalog) == {"shoes": 1}

    async def test_all_of_thirty_variants_fit_one_write(
        self, catalog: Catalog, stock: Inventory, counting: CountingStore
    ) -> None:
        made = await catalog.create(Draft(title="Shoe", category="Shoes", variants=variants(30, "A")), VENDOR)
        counting.taken()
        draft = Draft(slug="boot", category="Boots", vendor_id=RIVAL, variants=variants(30, "B"))
        changed = await catalog.update(made.product_id, draft)
        assert len(await stock.stock([variant.variant_id for variant in changed.variants])) == 30
        with pytest.raises(SkuTaken):
            await catalog.create(Draft(title="Other", variants=variants(1, "B")))
        assert (await catalog.create(Draft(title="Other", variants=variants(1, "A")))).version == 1

    async def test_variants_are_known_by_id_sku_or_options(self, catalog: Catalog, stock: Inventory) -> None:
        made = await catalog.create(
            Draft(
                title="Shoe",
                variants=[
                    VariantDraft(options={"Size": "S"}, price=1, stock=1),
                    VariantDraft(options={"Size": "M"}, sku="M-1", price=2, stock=2),
                    VariantDraft(options={"Size": "L"}, price=3, stock=3),
                ],
            )
        )
        small, medium, large = made.variants
        draft = Draft(
            variants=[
                VariantDraft(variant_id=large.variant_id, price=30),
                VariantDraft(sku="M-1", options={"Size": "Medium"}, stock=99),
                VariantDraft(options={"Size": "S"}, price=10),
                VariantDraft(options={"Size": "XL"}, price=40, stock=4),
            ]
        )
        changed = await catalog.update(made.product_id, draft)
        ids = [variant.variant_id for variant in changed.variants]
        assert ids[:3] == [large.variant_id, medium.variant_id, small.variant_id]
        assert [variant.price for variant in changed.variants] == [30, 2, 10, 40]
        assert changed.variants[0].options == {"Size": "L"}
        rows = await stock.stock(ids)
        assert [rows[variant_id].on_hand for variant_id in ids] == [3, 2, 1, 4]

    async def test_a_variant_of_another_product_is_none_of_this(self, catalog: Catalog) -> None:
        other = await catalog.create(simple())
        made = await catalog.create(sized("S", "M"))
        with pytest.raises(NoSuchVariant):
            await catalog.update(made.product_id, Draft(variants=[VariantDraft(variant_id=other.product_id)]))

    async def test_a_price_alone_needs_a_simple_product(self, catalog: Catalog) -> None:
        made = await catalog.create(simple(price=100))
        draft = Draft(only=VariantDraft(price=200))
        changed = await catalog.update(made.product_id, draft)
        assert (changed.price, changed.variants[0].variant_id) == (200, made.product_id)
        with pytest.raises(SeveralVariants):
            await catalog.update((await catalog.create(sized("S", "M"))).product_id, draft)

    async def test_a_removed_variant_may_come_back(self, catalog: Catalog, stock: Inventory) -> None:
        """Its stock stays: an order that is cancelled needs somewhere to put the units."""
        draft = Draft(title="Shoe", product_id="p-1", variants=variants(2, "A", stock=7))
        made = await catalog.create(draft)
        await catalog.delete("p-1")
        await stock.correct(made.variants[0].variant_id, -2, "test")
        known = [
            wanted.model_copy(update={"variant_id": variant.variant_id})
            for wanted, variant in zip(draft.variants or [], made.variants, strict=True)
        ]
        remade = await catalog.create(draft.model_copy(update={"variants": known}))
        rows = await stock.stock([variant.variant_id for variant in remade.variants])
        assert [row.on_hand for row in rows.values()] == [5, 7]

    async def test_the_stock_of_another_product_is_not_taken_over(self, catalog: Catalog) -> None:
        other = await catalog.create(simple())
        with pytest.raises(ProductExists):
            await catalog.create(
                Draft(title="Thief", variants=[VariantDraft(variant_id=other.product_id, price=1)])
            )

    async def test_a_new_vendor_gets_the_stock_as_well(self, catalog: Catalog, stock: Inventory) -> None:
        made = await catalog.create(sized("S", "M"), VENDOR)
        await catalog.update(made.product_id, Draft(vendor_id=RIVAL))
        assert len((await stock.scarce(RIVAL, 100, None, 10)).items) == 2
        assert (await stock.scarce(VENDOR, 100, None, 10)).items == []


class TestRivals:
    async def test_parallel_changes_are_all_kept(self, catalog: Catalog) -> None:
        made = await catalog.create(simple())
        drafts = [Draft(brand="b"), Draft(description="d"), Draft(category="c"), Draft(title="t")]
        await asyncio.gather(*(catalog.update(made.product_id, draft) for draft in drafts))
        now = await catalog.get(made.product_id)
        assert (now.brand, now.description, now.category, now.title) == ("b", "d", "c", "t")
        assert now.version == 5
        assert await _counts(catalog) == {"c": 1}

    async def test_a_change_of_an_old_version_is_refused(
        self, catalog: Catalog, counting: CountingStore
    ) -> None:
        made = await catalog.create(simple())
        await catalog.update(made.product_id, Draft(brand="b"), version=1)
        told = await announced(counting)
        with pytest.raises(Outdated) as error:
            await catalog.update(made.product_id, Draft(brand="c"), version=1)
        assert error.value.details["version"] == 2
        assert (await catalog.get(made.product_id)).brand == "b"
        assert await announced(counting) == told

    async def test_archiving_twice_at_once_counts_once(self, catalog: Catalog) -> None:
        made = await catalog.create(simple(category="Shoes"))
        await catalog.create(simple(category="Shoes"))
        await asyncio.gather(*(catalog.archive(made.product_id) for _ in range(4)))
        assert await _counts(catalog) == {"shoes": 1}

    async def test_one_sku_goes_to_one_of_many(self, catalog: Catalog) -> None:
        made = [await catalog.create(simple()) for _ in range(5)]
        draft = Draft(only=VariantDraft(sku="A-1"))
        answers = await asyncio.gather(
            *(catalog.update(product.product_id, draft) for product in made), return_exceptions=True
        )
        assert sum(isinstance(answer, SkuTaken) for answer in answers) == 4

    async def test_deleting_frees_the_names_and_keeps_promises(
        self, catalog: Catalog, stock: Inventory, counting: CountingStore
    ) -> None:
        made = await catalog.create(simple(only={"price": 1, "sku": "A-1", "stock": 3}, category="Shoes"))
        await stock.reserve("order-1", [Line(variant_id=made.product_id, quantity=2)])
        await catalog.delete(made.product_id)
        assert await catalog.find(made.product_id) is None
        assert await _counts(catalog) == {}
        assert (await announced(counting))[-1].type == "ProductDeleted"
        assert await stock.release("order-1")
        again = await catalog.create(simple(only={"price": 1, "sku": "A-1"}))
        assert again.slug == "red-shoe"
        with pytest.raises(NoSuchProduct):
            await catalog.delete(made.product_id)
