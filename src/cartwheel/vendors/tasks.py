"""What vendors and the ledger do when others tell them something."""

from cartwheel.media import MediaLibrary, media_id_of
from cartwheel.messaging import Event, Subscription
from cartwheel.vendors.accounting import Accounting
from cartwheel.vendors.service import Vendors


def subscriptions(vendors: Vendors, accounting: Accounting, library: MediaLibrary) -> list[Subscription]:
    """The consumers of this domain."""

    async def sold(event: Event) -> None:
        await accounting.book_sale(event.subject)

    async def refunded(event: Event) -> None:
        refund_id, amount = event.payload["refundId"], int(event.payload["amount"])
        await accounting.book_refund(event.subject, refund_id, amount, event.payload.get("about", ""))

    async def decided(event: Event) -> None:
        await vendors.regroup(event.subject)
        await vendors.shelve(event.subject, None)

    async def shelved(event: Event) -> None:
        await vendors.shelve(event.subject, event.payload["cursor"])

    async def fronted(event: Event) -> None:
        logo = media_id_of((await vendors.get(event.subject)).logo_url or "")
        await library.show(f"vendor:{event.subject}", [logo] if logo else [])

    async def left(event: Event) -> None:
        await vendors.left(event.subject)
        await settled(event)

    async def settled(event: Event) -> None:
        if await accounting.balance(event.subject) <= 0:  # who is owed something is still to be paid
            await vendors.forget_payout(event.subject)

    decisions = frozenset({"VendorApproved", "VendorSuspended", "VendorReinstated"})
    return [
        Subscription("ledger", frozenset({"OrderPlaced"}), sold),
        Subscription("ledger", frozenset({"RefundSettled"}), refunded),
        Subscription("vendors", decisions, decided),
        Subscription("vendors", frozenset({"VendorShelf"}), shelved),
        Subscription("vendors", frozenset({"AccountErased"}), left),
        Subscription("vendors", frozenset({"PayoutSent"}), settled),
        Subscription("vendors", frozenset({"VendorApplied", "VendorRevised"}), fronted),
    ]
