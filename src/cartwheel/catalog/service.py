"""Use cases of the catalogue: look, create, change, archive, delete."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cartwheel.catalog import tables
from cartwheel.catalog.drafts import Draft, blank, revised
from cartwheel.catalog.model import (
    HOUSE,
    Category,
    NoSuchProduct,
    Outdated,
    Product,
    ProductExists,
    ProductStatus,
    SkuTaken,
    SlugTaken,
    Sort,
    arranged,
    ascii_slug,
    repriced,
    sort_title,
)
from cartwheel.catalog.tables import CATEGORIES, CLAIMS, PRODUCTS
from cartwheel.inventory import Inventory
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import public_code, sortable_id
from cartwheel.kernel.pages import Page
from cartwheel.messaging import emit
from cartwheel.storage import Change, Check, Conflict, Store

ATTEMPTS = 20
"""How often a write is tried again when rivals changed what it builds upon."""


@dataclass(frozen=True, slots=True)
class Step:
    """A product before and after (``None``: not there), and the units of the variants that are new."""

    before: Product | None
    after: Product | None
    units: Mapping[str, int] = field(default_factory=dict)


class Catalog:
    """Products and categories of a shop. All prices are minor units of ``currency``."""

    def __init__(self, store: Store, clock: Clock, currency: str) -> None:
        self._store = store
        self._clock = clock
        self._inventory = Inventory(store, clock)
        self.currency = currency

    async def products(self, product_ids: Sequence[str]) -> dict[str, Product]:
        """The products of these ids, whatever their status; missing ones are left out. One storage call."""
        found = await self._store.get_many(
            PRODUCTS, [(product_id,) for product_id in dict.fromkeys(product_ids)]
        )
        return {product.product_id: product for product in found if product is not None}

    async def find(self, id_or_slug: str) -> Product | None:
        """The product of that id or slug, whatever its status. At most two storage calls."""
        if tables.is_uuid(id_or_slug):
            product = await self._store.get(PRODUCTS, id_or_slug)
            if product is not None:
                return product
        claim = await self._store.get(CLAIMS, tables.slug_claim(id_or_slug))
        return None if claim is None else await self._store.get(PRODUCTS, claim.product_id)

    async def get(self, id_or_slug: str) -> Product:
        """As ``find``, but raises ``NoSuchProduct``."""
        product = await self.find(id_or_slug)
        if product is None:
            raise NoSuchProduct
        return product

    async def by_slugs(self, slugs: Sequence[str]) -> dict[str, Product]:
        """The products of these slugs, by slug. Two storage calls."""
        owners = await self.slug_owners(slugs)
        found = await self.products(list(owners.values())) if owners else {}
        return {slug: found[owner] for slug, owner in owners.items() if owner in found}

    async def slug_owners(self, slugs: Sequence[str]) -> dict[str, str]:
        """Which product has which of these slugs. One storage call."""
        return await self._owners({slug: tables.slug_claim(slug) for slug in slugs})

    async def sku_owners(self, skus: Sequence[str]) -> dict[str, str]:
        """Which product has which of these SKUs. One storage call."""
        return await self._owners({sku: tables.sku_claim(sku) for sku in skus})

    async def listed(
        self,
        category: str | None = None,
        sort: Sort = Sort.NEWEST,
        cursor: str | None = None,
        limit: int = 24,
    ) -> Page[Product]:
        """A page of what the public may see. One storage call, however large the catalogue."""
        return await self._store.query(tables.listed(category, sort, cursor, limit))

    async def of_vendor(self, vendor_id: str, cursor: str | None = None, limit: int = 24) -> Page[Product]:
        """A page of everything that a vendor has, drafts and archived products included."""
        return await self._store.query(tables.of_vendor(vendor_id, cursor, limit))

    async def of_vendor_like(
        self, vendor_id: str, text: str, cursor: str | None = None, limit: int = 24
    ) -> Page[Product]:
        """The vendor's product of that SKU, else those whose title begins like that. Three storage calls."""
        owners = await self.sku_owners([text])
        found = await self.products(list(owners.values())) if owners else {}
        exact = [product for product in found.values() if product.vendor_id == vendor_id]
        if exact:
            return Page(exact)
        return await self._store.query(tables.of_vendor_named(vendor_id, sort_title(text), cursor, limit))

    async def on_shelf_of(self, vendor_id: str, cursor: str | None = None, limit: int = 24) -> Page[Product]:
        """A page of what the public may see of a vendor, the newest first. One storage call."""
        return await self._store.query(tables.on_shelf_of(vendor_id, cursor, limit))

    async def of_everybody(self, cursor: str | None = None, limit: int = 24) -> Page[Product]:
        """A page of the products of all vendors, the newest first, drafts included. One storage call."""
        return await self._store.query(tables.of_everybody(cursor, limit))

    async def categories(self) -> list[Category]:
        """The categories that have active products, by slug (the first 1000). One storage call."""
        page = await self._store.query(tables.all_categories())
        return [category for category in page.items if category.products > 0]

    def everything(self) -> AsyncIterator[Product]:
        """Every product in no particular order: for export and re-indexing."""
        return self._store.scan(PRODUCTS)

    async def create(self, draft: Draft, vendor_id: str = HOUSE, by: str | None = None) -> Product:
        """Makes a product, its stock and its names in one write; ``by`` is the administrator who does it.

        Without a slug in the draft one is made from the title. Raises ``InvalidProduct``, ``ProductExists``,
        ``SlugTaken`` (only for a slug that was asked for) and ``SkuTaken``.
        """
        made, units = self.planned(draft, vendor_id)
        slugs = iter(()) if draft.slug else _further_slugs(made.slug)
        while True:
            try:
                await self._write([Step(None, made, units)], *tables.noted(None, made, by, self._clock()))
            except SlugTaken as taken:
                slug = next(slugs, None)
                if slug is None or taken.details["slug"] != made.slug:
                    raise
                made = made.model_copy(update={"slug": slug})
            else:
                return made

    def planned(self, draft: Draft, vendor_id: str = HOUSE) -> tuple[Product, dict[str, int]]:
        """The draft's product and the units of its variants, not written yet. Raises ``InvalidProduct``."""
        product_id = draft.product_id or sortable_id()
        now = self._clock()
        made, units = revised(blank(product_id, draft.vendor_id or vendor_id, self.currency, now), draft)
        slug = made.slug or ascii_slug(made.title) or product_id
        return made.model_copy(update={"slug": slug, "version": 1}), units

    async def create_many(self, planned: Sequence[tuple[Product, Mapping[str, int]]]) -> None:
        """Makes several planned products in one write: all or none.

        Raises what ``create`` raises, over whichever of them fails first, and ``InvalidItem`` for too many.
        """
        await self._write([Step(None, made, units) for made, units in planned])

    async def update(
        self, product_id: str, draft: Draft, version: int | None = None, by: str | None = None
    ) -> Product:
        """Changes what the draft sets; ``by`` is the administrator who does it, for the audit log.

        A draft that changes nothing writes nothing.

        With ``version`` it changes that version only and raises ``Outdated`` for any other; without, it is
        applied to whatever is there. Raises as well ``NoSuchProduct``, ``InvalidProduct``,
        ``SeveralVariants``, ``NoSuchVariant``, ``SlugTaken`` and ``SkuTaken``.
        """
        for _ in range(ATTEMPTS):
            before = await self._stored(product_id)
            if version is not None and version != before.version:
                raise Outdated(product_id, before.version)
            after, units = revised(before, draft)
            if after == before:
                return before
            after = after.model_copy(update={"version": before.version + 1, "updated_at": self._clock()})
            noted = tables.noted(before, after, by, self._clock())
            try:
                await self._write([Step(before, after, units)], *noted)
            except Outdated:
                continue
            return after
        raise Outdated(product_id)

    async def archive(self, product_id: str, by: str | None = None) -> Product:
        """Takes a product off the shelf for good, as far as the public knows. Repeatable."""
        return await self.update(product_id, Draft(status=ProductStatus.ARCHIVED), by=by)

    async def hold(self, product_id: str, given: Check[Any], *, held: bool) -> None:
        """Keeps a product from the public whatever its status, or gives it back, while ``given`` holds.

        Repeatable. Raises ``NoSuchProduct``, and ``Conflict`` when ``given`` does not hold.
        """
        for _ in range(ATTEMPTS):
            before = await self._stored(product_id)
            if before.held is held:
                return
            after = arranged(before.model_copy(update={"held": held, "version": before.version + 1}))
            try:
                await self._write([Step(before, after)], given)
            except Outdated:
                continue
            return
        raise Outdated(product_id)

    def repricing(self, product: Product, prices: Mapping[str, int]) -> list[Change]:
        """Gives variants other prices, in minor units; conflicts when the product has changed meanwhile."""
        after = repriced(product, prices)
        after = after.model_copy(update={"version": product.version + 1, "updated_at": self._clock()})
        return [*tables.changed(product, after, {}), self._event(Step(product, after))]

    async def delete(self, product_id: str) -> None:
        """Forgets a product and frees its slug and SKUs. Orders keep their own copy of what was bought.

        Meant for mistakes: what was ever sold is better archived. Raises ``NoSuchProduct``.
        """
        for _ in range(ATTEMPTS):
            before = await self._stored(product_id)
            try:
                await self._write([Step(before, None)])
            except Outdated:
                continue
            return
        raise Outdated(product_id)

    async def _owners(self, claims: Mapping[str, str]) -> dict[str, str]:
        found = await self._store.get_many(CLAIMS, [(claim,) for claim in claims.values()])
        return {
            name: claim.product_id for name, claim in zip(claims, found, strict=True) if claim is not None
        }

    async def _stored(self, product_id: str) -> Product:
        product = await self._store.get(PRODUCTS, product_id)
        if product is None:
            raise NoSuchProduct
        return product

    async def _write(self, steps: Sequence[Step], *given: Change) -> None:
        """All steps in one write, with their counts and events. Raises what stands in the way."""
        missing: set[str] = set()
        stocked: set[str] = set()
        for _ in range(ATTEMPTS):
            try:
                await self._store.write(*self._changes(steps, missing, stocked), *given)
            except Conflict as conflict:
                change = conflict.change
                if any(change is condition for condition in given):
                    raise
                if change.table is CATEGORIES:
                    missing ^= {change.key[1]}  # it is not there yet, or a rival has just made it
                elif change.table is PRODUCTS:
                    raise _overtaken(steps, change.key[0]) from None
                elif change.table is CLAIMS:
                    raise await self._claimed(steps, change.key[0]) from None
                else:
                    stocked |= await self._left_over(steps, change.key[0])
            else:
                return
        raise Outdated(_either(steps[0]).product_id)

    def _changes(self, steps: Sequence[Step], missing: set[str], stocked: set[str]) -> list[Change]:
        changes: list[Change] = []
        for step in steps:
            units = {
                variant_id: count for variant_id, count in step.units.items() if variant_id not in stocked
            }
            if step.after is None:
                changes += tables.deleted(_either(step))
            elif step.before is None:
                changes += tables.created(step.after, units)
            else:
                changes += tables.changed(step.before, step.after, units)
            changes.append(self._event(step))
            if tables.shown(step.before) != tables.shown(step.after):
                changes.append(emit(self._clock, "PicturesChanged", _either(step).product_id, bulk=True))
        names = {step.after.category: step.after.category_name for step in steps if step.after is not None}
        for slug, by in tables.counts((step.before, step.after) for step in steps).items():
            is_new = slug in missing and by > 0
            changes.append(tables.new_category(slug, names[slug], by) if is_new else tables.counted(slug, by))
        return changes

    def _event(self, step: Step) -> Change:
        now = _either(step)
        payload = {
            "slug": now.slug,
            "category": now.category,
            "oldCategory": step.before.category if step.before else "",
            "status": now.status.value,
            "vendorId": now.vendor_id,
        }
        name = "ProductDeleted" if step.after is None else "ProductChanged"
        return emit(self._clock, name, now.product_id, payload, bulk=True)

    async def _claimed(self, steps: Sequence[Step], claim: str) -> Exception:
        taken = await self._store.get(CLAIMS, claim)
        mine = {_either(step).product_id for step in steps if step.before is not None}
        if taken is None or taken.product_id in mine:
            return Outdated(_either(steps[0]).product_id)  # freed again, or the same change by a rival
        kind, _, value = claim.partition(":")
        if kind == "sku":
            return SkuTaken(value)
        ids = {_either(step).product_id for step in steps if not tables.is_uuid(_either(step).product_id)}
        slugs = {_either(step).slug for step in steps}
        return ProductExists(value) if value in ids and value not in slugs else SlugTaken(value)

    async def _left_over(self, steps: Sequence[Step], variant_id: str) -> set[str]:
        """The new variants that have stock from an earlier life of the same product, this one among them."""
        owners = {variant: _either(step).product_id for step in steps for variant in step.units}
        rows = await self._inventory.stock(list(owners))
        taken = [row.variant_id for row in rows.values() if row.product_id != owners[row.variant_id]]
        if taken or variant_id not in rows:
            raise ProductExists(taken[0] if taken else variant_id)
        return set(rows)


def _either(step: Step) -> Product:
    product = step.after or step.before
    if product is None:  # pragma: no cover - nobody makes such a step
        raise ValueError("A step leads from or to a product.")
    return product


def _overtaken(steps: Sequence[Step], product_id: str) -> Exception:
    is_new = any(step.before is None and _either(step).product_id == product_id for step in steps)
    return ProductExists(product_id) if is_new else Outdated(product_id)


def _further_slugs(slug: str) -> Iterator[str]:
    """What to try when a slug is taken: small numbers, then codes, so that no title is tried for long."""
    yield from (f"{slug}-{number}" for number in range(2, 5))
    for _ in range(5):
        yield f"{slug}-{public_code(8).lower()}"
