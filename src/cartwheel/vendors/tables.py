"""Where vendors, the ledger and payouts live, and the conditional changes to them."""

from collections.abc import Sequence
from datetime import datetime

from cartwheel.storage import (
    Change,
    Check,
    Delete,
    Index,
    Put,
    Query,
    Table,
    Update,
    absent,
    eq,
    ge,
    is_in,
)
from cartwheel.vendors.ledger import Allocation, Balance, Entry, Share
from cartwheel.vendors.model import (
    VENDOR_TRANSITIONS,
    Address,
    Batch,
    Payout,
    PayoutState,
    Vendor,
    VendorStatus,
)

VENDORS = Table(
    "vendors",
    Vendor,
    "vendor_id",
    indexes=(Index("by_time", "shard", "created_at"), Index("by_status", "status", "created_at")),
)
ADDRESSES = Table("vendor_addresses", Address, "slug")
LEDGER = Table(
    "ledger_entries",
    Entry,
    "transaction_id",
    "number",
    indexes=(Index("by_account", "account", "entry_id"),),
)
BALANCES = Table("balances", Balance, "account", indexes=(Index("by_amount", "currency", "amount"),))
SHARES = Table("vendor_shares", Share, "order_id", "vendor_id")
ALLOCATIONS = Table("refund_allocations", Allocation, "order_id", "refund_id")
BATCHES = Table("payout_batches", Batch, "batch_id", indexes=(Index("by_time", "shard", "created_at"),))
PAYOUTS = Table(
    "payouts", Payout, "batch_id", "vendor_id", indexes=(Index("by_vendor", "vendor_id", "created_at"),)
)

TABLES = (VENDORS, ADDRESSES, LEDGER, BALANCES, SHARES, ALLOCATIONS, BATCHES, PAYOUTS)


# --- vendors ------------------------------------------------------------------------------------------------


def applied(vendor: Vendor) -> list[Change]:
    """A new vendor; conflicts when there is one already, or one of the same address."""
    return [Put(VENDORS, vendor, (absent(),)), _claim(vendor)]


def changed(before: Vendor, after: Vendor) -> list[Change]:
    """The next version of a vendor; conflicts when somebody else has made one, or has the address."""
    names = [name for name in Vendor.model_fields if getattr(before, name) != getattr(after, name)]
    values = {name: getattr(after, name) for name in names if name != "version"}
    as_read = (eq("version", before.version),)
    update = Update(VENDORS, (before.vendor_id,), set=values, add={"version": 1}, when=as_read)
    if before.slug == after.slug:
        return [update]
    return [update, Delete(ADDRESSES, (before.slug,)), _claim(after)]


def moved(vendor_id: str, to: VendorStatus, reason: str, now: datetime) -> Change:
    """Moves a vendor if that is legal from where it is, else conflicts."""
    legal = tuple(status.value for status, after in VENDOR_TRANSITIONS.items() if to in after)
    values = {"status": to, "reason": reason, "updated_at": now}
    return Update(VENDORS, (vendor_id,), set=values, add={"version": 1}, when=(is_in("status", legal),))


def stands(vendor: Vendor) -> Check[Vendor]:
    """Holds while the vendor is of that status."""
    return Check(VENDORS, (vendor.vendor_id,), (eq("status", vendor.status),))


def commission_set(vendor_id: str, points: int | None, now: datetime) -> Change:
    """Gives a vendor a rate of its own, or the shop's; conflicts where there is no such vendor."""
    values = {"commission": points, "updated_at": now}
    return Update(VENDORS, (vendor_id,), set=values, add={"version": 1})


def payout_forgotten(vendor_id: str, now: datetime) -> Change:
    """Takes away where a vendor's money goes; conflicts where there is no such vendor."""
    values = {"sealed_payout": None, "payout_hint": "", "updated_at": now}
    return Update(VENDORS, (vendor_id,), set=values, add={"version": 1})


def vendors_in(status: VendorStatus | None, cursor: str | None, limit: int) -> Query[Vendor]:
    """All vendors, or those of one status, the newest first."""
    index, partition = ("by_status", status.value) if status else ("by_time", "0")
    return Query(VENDORS, partition, index, descending=True, cursor=cursor, limit=limit)


def _claim(vendor: Vendor) -> Change:
    return Put(ADDRESSES, Address(slug=vendor.slug, vendor_id=vendor.vendor_id), (absent(),))


# --- ledger -------------------------------------------------------------------------------------------------


def written(entries: Sequence[Entry]) -> list[Change]:
    """Entries of the ledger; conflicts when the transaction is written already."""
    return [Put(LEDGER, entry, (absent(),)) for entry in entries]


def owed(account: str, by: int, now: datetime) -> Change:
    """Changes a balance; conflicts where there is none yet."""
    return Update(BALANCES, (account,), set={"updated_at": now}, add={"amount": by})


def opened(account: str, currency: str, now: datetime) -> Change:
    """A balance of nothing; conflicts when there is one."""
    return Put(BALANCES, Balance(account=account, amount=0, currency=currency, updated_at=now), (absent(),))


def shared(share: Share) -> Change:
    """What a vendor has of an order; conflicts when it is known."""
    return Put(SHARES, share, (absent(),))


def allocated(allocation: Allocation, shares: Sequence[Share]) -> list[Change]:
    """Shares a refund; conflicts when it is, or when another refund was shared since ``shares`` were read."""
    borne = {part.vendor_id: part for part in allocation.parts}
    taken: list[Change] = [
        Update(
            SHARES,
            (share.order_id, share.vendor_id),
            add={
                "refunded": borne[share.vendor_id].amount,
                "returned": borne[share.vendor_id].commission,
            },
            when=(eq("refunded", share.refunded), eq("returned", share.returned)),
        )
        for share in shares
        if share.vendor_id in borne
    ]
    return [Put(ALLOCATIONS, allocation, (absent(),)), *taken]


def shares_of(order_id: str) -> Query[Share]:
    """What each vendor has of an order."""
    return Query(SHARES, order_id, limit=1000)


def entries_of(account: str, cursor: str | None, limit: int) -> Query[Entry]:
    """The movements of an account, the newest first."""
    return Query(LEDGER, account, "by_account", descending=True, cursor=cursor, limit=limit)


# --- payouts ------------------------------------------------------------------------------------------------


def batch_opened(batch: Batch) -> Change:
    """A new batch; conflicts when its id is taken."""
    return Put(BATCHES, batch, (absent(),))


def batch_grown(batch_id: str, payouts: Sequence[Payout]) -> Change:
    """Counts payouts into a batch; conflicts when it is closed."""
    add = {"payouts": len(payouts), "total": sum(payout.amount for payout in payouts)}
    return Update(BATCHES, (batch_id,), add=add, when=(eq("state", PayoutState.OPEN),))


def batch_closed(batch_id: str) -> Change:
    """Ends a batch; conflicts when it is closed."""
    return Update(
        BATCHES, (batch_id,), set={"state": PayoutState.PAID}, when=(eq("state", PayoutState.OPEN),)
    )


def paid(payout: Payout, account: str) -> list[Change]:
    """Takes a payout from its balance; conflicts when the batch has paid it, or when less is owed by now."""
    taken = Update(
        BALANCES,
        (account,),
        set={"updated_at": payout.created_at},
        add={"amount": -payout.amount},
        when=(ge("amount", payout.amount),),
    )
    return [Put(PAYOUTS, payout, (absent(),)), taken]


def balances_owed(currency: str, least: int, cursor: str | None, limit: int) -> Query[Balance]:
    """What is owed to vendors, from ``least`` up, the smallest first."""
    return Query(BALANCES, currency, "by_amount", low=least, cursor=cursor, limit=limit)


def batches(cursor: str | None, limit: int) -> Query[Batch]:
    """All batches, the newest first."""
    return Query(BATCHES, "0", "by_time", descending=True, cursor=cursor, limit=limit)


def payouts_of(batch_id: str, cursor: str | None, limit: int) -> Query[Payout]:
    """The payouts of a batch."""
    return Query(PAYOUTS, batch_id, cursor=cursor, limit=limit)


def payouts_to(vendor_id: str, cursor: str | None, limit: int) -> Query[Payout]:
    """What a vendor was paid, the newest first."""
    return Query(PAYOUTS, vendor_id, "by_vendor", descending=True, cursor=cursor, limit=limit)
