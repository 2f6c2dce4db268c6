"""Use cases of vendors: apply, decide, keep a shop front, suspend."""

from collections.abc import AsyncIterator, Callable, Sequence

from cartwheel.accounts import Accounts, UserNotFound
from cartwheel.audit import SYSTEM, audited
from cartwheel.catalog import Catalog, NoSuchProduct, Product, word_slug
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import Unavailable
from cartwheel.kernel.pages import Page, every_page
from cartwheel.messaging import emit
from cartwheel.storage import Conflict, Store
from cartwheel.vendors import tables
from cartwheel.vendors.model import (
    InvalidShopName,
    NoSuchVendor,
    NotFromThere,
    PayoutDetails,
    ShopFront,
    ShopNameTaken,
    Vendor,
    VendorStatus,
)
from cartwheel.vendors.tables import ADDRESSES, VENDORS

ATTEMPTS = 8
"""How often a change is made anew because somebody else changed the same vendor meanwhile."""

SHELF_BATCH = 50
"""Products that one message takes off the shelf, or puts back."""

_EVENTS = {
    VendorStatus.APPROVED: "VendorApproved",
    VendorStatus.DECLINED: "VendorDeclined",
    VendorStatus.SUSPENDED: "VendorSuspended",
}

Seal = Callable[[str], str]


class Vendors:
    """Vendors by the id of their user. ``seal`` hides payout details from whoever reads the store."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts, catalog: Catalog, seal: Seal) -> None:
        self._store = store
        self._clock = clock
        self._accounts = accounts
        self._catalog = catalog
        self._seal = seal

    async def get(self, vendor_id: str) -> Vendor:
        """The vendor, whatever its status. Raises ``NoSuchVendor``."""
        vendor = await self._store.get(VENDORS, vendor_id)
        if vendor is None:
            raise NoSuchVendor
        return vendor

    async def public(self, id_or_slug: str) -> Vendor:
        """The vendor as the public may see it. Raises ``NoSuchVendor``, also for one who may not sell."""
        # the id comes first: else a shop could be named after the id of another
        vendor = await self._store.get(VENDORS, id_or_slug)
        if vendor is None and (address := await self._store.get(ADDRESSES, id_or_slug)):
            vendor = await self._store.get(VENDORS, address.vendor_id)
        if vendor is None or not vendor.is_public:
            raise NoSuchVendor
        return vendor

    async def names(self, vendor_ids: Sequence[str]) -> dict[str, str]:
        """What the shops of these vendors are called; of those who sell now. One storage call."""
        found = await self._store.get_many(VENDORS, [(vendor_id,) for vendor_id in vendor_ids])
        return {vendor.vendor_id: vendor.shop_name for vendor in found if vendor and vendor.is_public}

    async def all(self, status: VendorStatus | None, cursor: str | None, limit: int) -> Page[Vendor]:
        """All vendors, or those of one status, the newest first."""
        return await self._store.query(tables.vendors_in(status, cursor, limit))

    async def selling(self) -> AsyncIterator[Vendor]:
        """Everybody who has a page, the newest first."""
        async for page in every_page(lambda cursor: self.all(VendorStatus.APPROVED, cursor, 100)):
            for vendor in page.items:
                yield vendor

    async def shelf(self, id_or_slug: str, cursor: str | None, limit: int) -> Page[Product]:
        """What a vendor sells, the newest first. Raises ``NoSuchVendor``."""
        vendor = await self.public(id_or_slug)
        return await self._catalog.on_shelf_of(vendor.vendor_id, cursor, limit)

    async def apply(self, user_id: str, front: ShopFront, details: PayoutDetails) -> Vendor:
        """Asks to sell. Repeatable: until it is decided, and once it was declined, it replaces what was said.

        Raises ``NotFromThere`` for who sells already or is suspended, ``ShopNameTaken``, ``InvalidShopName``.
        """
        now = self._clock()
        if await self._store.get(VENDORS, user_id) is not None:
            return await self._change(user_id, front, details, VendorStatus.APPLIED)
        vendor = Vendor(
            vendor_id=user_id,
            slug=_slug(front),
            created_at=now,
            updated_at=now,
            **front.model_dump(),
        ).model_copy(update=self._sealed(details))
        try:
            await self._store.write(*tables.applied(vendor), emit(self._clock, "VendorApplied", user_id))
        except Conflict as conflict:
            if conflict.change.table is ADDRESSES:
                raise ShopNameTaken(vendor.slug) from None
            return await self.apply(user_id, front, details)  # the same person, twice at a time
        return vendor

    async def revise(self, vendor_id: str, front: ShopFront, details: PayoutDetails | None = None) -> Vendor:
        """Changes the shop front and, where given, the payout details. Raises what ``apply`` raises."""
        return await self._change(vendor_id, front, details, None)

    async def decide(self, vendor_id: str, to: VendorStatus, reason: str = "", actor: str = SYSTEM) -> Vendor:
        """Approves, declines, suspends or reinstates a vendor. The vendor hears of it by mail.

        Repeatable. Raises ``NoSuchVendor`` and ``NotFromThere``.
        """
        vendor = await self.get(vendor_id)
        if vendor.status is not to:
            contact = (await self._accounts.get_users([vendor_id]))[0]
            told = {
                "email": contact.email if contact else "",
                "name": contact.name if contact else "",
                "locale": contact.locale if contact else "en",
                "shopName": vendor.shop_name,
                "reason": reason,
            }
            back = vendor.status is VendorStatus.SUSPENDED and to is VendorStatus.APPROVED
            event = "VendorReinstated" if back else _EVENTS[to]
            was, becomes = {"status": vendor.status}, {"status": to, "reason": reason}
            now = self._clock()
            try:
                await self._store.write(
                    tables.moved(vendor_id, to, reason, now),
                    emit(self._clock, event, vendor_id, told),
                    audited(now, actor, f"vendor.{to.lower()}", vendor_id, was, becomes),
                )
            except Conflict:
                raise NotFromThere((await self.get(vendor_id)).status, to) from None
        await self.regroup(vendor_id)
        return await self.get(vendor_id)

    async def enrol(self, user_id: str, front: ShopFront, details: PayoutDetails) -> Vendor:
        """Makes a user a vendor at once: for operators and the demo shop. Repeatable."""
        if await self._store.get(VENDORS, user_id) is None:
            await self.apply(user_id, front, details)
        return await self.decide(user_id, VendorStatus.APPROVED)

    async def set_commission(self, vendor_id: str, points: int | None, actor: str = SYSTEM) -> Vendor:
        """Gives a vendor its own rate in basis points, or with ``None`` the shop's, for sales from now on."""
        now, was = self._clock(), {"commission": (await self.get(vendor_id)).commission}
        noted = audited(now, actor, "vendor.commission", vendor_id, was, {"commission": points})
        try:
            await self._store.write(tables.commission_set(vendor_id, points, now), noted)
        except Conflict:
            raise NoSuchVendor from None
        return await self.get(vendor_id)

    async def regroup(self, vendor_id: str) -> None:
        """Puts who may sell into the group ``vendors``, and takes who may not out of it. Repeatable."""
        done = None
        while (status := (await self.get(vendor_id)).status) is not done:  # until nobody decided meanwhile
            try:
                if status is VendorStatus.APPROVED:
                    await self._accounts.add_group(vendor_id, "vendors")
                elif status is VendorStatus.SUSPENDED:
                    await self._accounts.remove_group(vendor_id, "vendors")
            except UserNotFound:
                return  # erased: nobody is left to sell
            done = status

    async def shelve(self, vendor_id: str, cursor: str | None) -> None:
        """Takes the next products of a suspended vendor off the shelf, or those of any other back to it.

        The rest follows by an event of its own. Repeatable; stops when the vendor's status has changed, which
        is another event.
        """
        vendor = await self._store.get(VENDORS, vendor_id)
        if vendor is None:
            return
        held, given = vendor.status is VendorStatus.SUSPENDED, tables.stands(vendor)
        page = await self._catalog.of_vendor(vendor_id, cursor, SHELF_BATCH)
        for product in page.items:
            try:
                await self._catalog.hold(product.product_id, given, held=held)
            except NoSuchProduct:
                continue
            except Conflict:
                return
        if page.next is not None:
            await self._store.write(emit(self._clock, "VendorShelf", vendor_id, {"cursor": page.next}))

    async def left(self, user_id: str) -> None:
        """Suspends a vendor whose account was erased: the consumer of ``AccountErased``. Repeatable."""
        vendor = await self._store.get(VENDORS, user_id)
        if vendor is not None and vendor.status is VendorStatus.APPROVED:
            await self.decide(user_id, VendorStatus.SUSPENDED, "The account was erased.")

    async def forget_payout(self, vendor_id: str) -> None:
        """Forgets where the money of a vendor goes whose account was erased. Others keep it. Repeatable."""
        vendor = await self._store.get(VENDORS, vendor_id)
        user = (await self._accounts.get_users([vendor_id]))[0]
        if vendor is not None and vendor.sealed_payout and user is not None and user.erased_at is not None:
            await self._store.write(tables.payout_forgotten(vendor_id, self._clock()))

    async def _change(
        self, vendor_id: str, front: ShopFront, details: PayoutDetails | None, status: VendorStatus | None
    ) -> Vendor:
        for _ in range(ATTEMPTS):
            before = await self.get(vendor_id)
            if status is not None and before.status not in (VendorStatus.APPLIED, VendorStatus.DECLINED):
                raise NotFromThere(before.status, status)
            values = {**front.model_dump(), "slug": _slug(front), "updated_at": self._clock()}
            if details is not None:
                values |= self._sealed(details)
            if status is not None:
                values |= {"status": status, "reason": ""}
            after = before.model_copy(update=values)
            told = emit(self._clock, "VendorRevised" if status is None else "VendorApplied", vendor_id)
            try:
                await self._store.write(*tables.changed(before, after), told)
            except Conflict as conflict:
                if conflict.change.table is ADDRESSES:
                    raise ShopNameTaken(after.slug) from None
            else:
                return await self.get(vendor_id)
        raise Unavailable("The vendor is being changed by others. Try again.")

    def _sealed(self, details: PayoutDetails) -> dict[str, str]:
        return {"sealed_payout": self._seal(details.model_dump_json()), "payout_hint": details.hint}


def _slug(front: ShopFront) -> str:
    slug = word_slug(front.shop_name)
    if not slug:
        raise InvalidShopName
    return slug
