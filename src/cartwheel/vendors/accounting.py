"""Use cases of money: book sales and refunds, tell balances, pay vendors.

Every booking is one write that holds the transaction's id, so however often an event comes, it counts once.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

from cartwheel.audit import audited
from cartwheel.catalog import HOUSE
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.money import to_major
from cartwheel.kernel.pages import Page, every_page
from cartwheel.messaging import emit
from cartwheel.orders import Order, Orders, OrderStatus
from cartwheel.storage import Change, Conflict, Store
from cartwheel.vendors import ledger, tables
from cartwheel.vendors.ledger import REVENUE, Allocation, Balance, Entry, Share
from cartwheel.vendors.model import (
    Batch,
    NoSuchPayout,
    Payout,
    PayoutDetails,
    PayoutState,
    VendorStatus,
)
from cartwheel.vendors.tables import ALLOCATIONS, BALANCES, BATCHES, VENDORS

AT_ONCE = 15
"""Payouts of one write: five changes each, and the batch's own."""

PAGE = 100

Open = Callable[[str], str]


def account_of(vendor_id: str) -> str:
    """The account of a vendor. What the shop sells itself is its own revenue."""
    return REVENUE if vendor_id == HOUSE else f"vendor:{vendor_id}"


class Accounting:
    """The ledger of a shop. ``commission`` is its rate in basis points, ``unseal`` opens payout details."""

    def __init__(self, store: Store, clock: Clock, orders: Orders, commission: int, unseal: Open) -> None:
        self._store = store
        self._clock = clock
        self._orders = orders
        self._commission = commission
        self._unseal = unseal

    # --- booking --------------------------------------------------------------------------------------------

    async def book_sale(self, order_id: str) -> None:
        """Books a paid order: the consumer of ``OrderPlaced``. Repeatable."""
        parts = await self._orders.parts(order_id)
        vendors = await self._store.get_many(VENDORS, [(part.vendor_id,) for part in parts])
        for part, vendor in zip(parts, vendors, strict=True):
            own = vendor.commission if vendor else None
            points = 0 if part.vendor_id == HOUSE else self._commission if own is None else own
            share = Share(
                order_id=order_id,
                vendor_id=part.vendor_id,
                currency=part.currency,
                gross=part.total,
                commission=ledger.commission_on(part.goods, points),
            )
            account = account_of(part.vendor_id)
            entries = ledger.sold(share, account, self._clock())
            await self._post(entries, account, part.currency, tables.shared(share))

    async def book_refund(self, order_id: str, refund_id: str, amount: int, vendor_id: str = "") -> None:
        """Books money that went back: the consumer of ``RefundSettled``. One vendor bears it, or all do.

        Repeatable. A charge that was taken back before the order was placed was never a sale.
        """
        order = await self._orders.get(order_id)
        if order.status in (OrderStatus.PENDING, OrderStatus.FAILED):
            return
        await self.book_sale(order_id)  # its event may come later
        allocation = await self._allocation(order, refund_id, amount, vendor_id)
        for part in allocation.parts:
            account = account_of(part.vendor_id)
            entries = ledger.refunded(allocation, part, account, self._clock())
            await self._post(entries, account, allocation.currency)

    async def _allocation(self, order: Order, refund_id: str, amount: int, vendor_id: str) -> Allocation:
        while True:
            known = await self._store.get(ALLOCATIONS, order.order_id, refund_id)
            if known is not None:
                return known
            shares = (await self._store.query(tables.shares_of(order.order_id))).items
            made = Allocation(
                order_id=order.order_id,
                refund_id=refund_id,
                currency=order.currency,
                parts=ledger.allocated(amount, shares, vendor_id),
            )
            with suppress(Conflict):  # another refund was shared meanwhile, or this one: look again
                await self._store.write(*tables.allocated(made, shares))
                return made

    async def _post(self, entries: Sequence[Entry], account: str, currency: str, *also: Change) -> None:
        """Writes a transaction once, with the balance that it changes."""
        now, by = self._clock(), ledger.change_of(entries, account)
        balance = [tables.owed(account, by, now)] if account != REVENUE and entries else []
        while True:
            try:
                await self._store.write(*tables.written(entries), *also, *balance)
            except Conflict as conflict:
                if conflict.change.table is not BALANCES:
                    return  # it is written already
                with suppress(Conflict):
                    await self._store.write(tables.opened(account, currency, now))
            else:
                return

    # --- looking --------------------------------------------------------------------------------------------

    async def balance(self, vendor_id: str) -> int:
        """What is owed to a vendor, in minor units; below zero, what the vendor owes. One storage call."""
        balance = await self._store.get(BALANCES, account_of(vendor_id))
        return balance.amount if balance else 0

    async def statement(self, account: str, cursor: str | None, limit: int) -> Page[Entry]:
        """The movements of an account, the newest first. One storage call."""
        return await self._store.query(tables.entries_of(account, cursor, limit))

    async def payouts_to(self, vendor_id: str, cursor: str | None, limit: int) -> Page[Payout]:
        """What a vendor was paid, the newest first."""
        return await self._store.query(tables.payouts_to(vendor_id, cursor, limit))

    async def batches(self, cursor: str | None, limit: int) -> Page[Batch]:
        """All batches of payouts, the newest first."""
        return await self._store.query(tables.batches(cursor, limit))

    async def batch(self, batch_id: str) -> Batch:
        """One batch. Raises ``NoSuchPayout``."""
        batch = await self._store.get(BATCHES, batch_id)
        if batch is None:
            raise NoSuchPayout
        return batch

    async def rows(self, batch_id: str) -> AsyncIterator[Sequence[object]]:
        """A batch as the bank takes it: whom to pay how much, in major units, under a line of names."""
        yield ["vendor", "shop", "holder", "account", "bank", "amount", "currency", "reference"]
        async for page in every_page(
            lambda cursor: self._store.query(tables.payouts_of(batch_id, cursor, PAGE))
        ):
            for payout in page.items:
                to = PayoutDetails.model_validate_json(self._unseal(payout.sealed_payout))
                names = [payout.vendor_id, payout.shop_name, to.holder, to.account, to.bank]
                yield [*names, to_major(payout.amount, payout.currency), payout.currency, batch_id]

    # --- paying ---------------------------------------------------------------------------------------------

    async def pay(self, batch_id: str, currency: str, actor: str, least: int = 1) -> Batch:
        """Pays every vendor to whom at least so much is owed, and closes the batch.

        Repeatable by its id: a batch that was interrupted goes on where it was, a closed one stays as it is.
        Vendors without payout details and suspended ones keep their balance for another batch.
        """
        batch = Batch(batch_id=batch_id, currency=currency, actor=actor, created_at=self._clock())
        with suppress(Conflict):
            made = audited(batch.created_at, actor, "payouts.made", batch_id)
            await self._store.write(tables.batch_opened(batch), made)
        cursor = None
        while (await self.batch(batch_id)).state is PayoutState.OPEN:
            page = await self._store.query(tables.balances_owed(currency, max(least, 1), cursor, PAGE))
            payouts = await self._payable(batch_id, page.items)
            for start in range(0, len(payouts), AT_ONCE):
                await self._pay(batch_id, payouts[start : start + AT_ONCE])
            cursor = page.next
            if cursor is None:
                with suppress(Conflict):
                    await self._store.write(tables.batch_closed(batch_id))
        return await self.batch(batch_id)

    async def _payable(self, batch_id: str, balances: Sequence[Balance]) -> list[Payout]:
        ids = [balance.account.removeprefix("vendor:") for balance in balances]
        vendors = await self._store.get_many(VENDORS, [(vendor_id,) for vendor_id in ids])
        return [
            Payout(
                batch_id=batch_id,
                vendor_id=vendor.vendor_id,
                shop_name=vendor.shop_name,
                amount=balance.amount,
                currency=balance.currency,
                sealed_payout=vendor.sealed_payout,
                payout_hint=vendor.payout_hint,
                created_at=self._clock(),
            )
            for balance, vendor in zip(balances, vendors, strict=True)
            if vendor and vendor.sealed_payout and vendor.status is VendorStatus.APPROVED
        ]

    async def _pay(self, batch_id: str, payouts: Sequence[Payout]) -> None:
        changes: list[Change] = [tables.batch_grown(batch_id, payouts)]
        for payout in payouts:
            account = account_of(payout.vendor_id)
            entries = ledger.paid_out(batch_id, account, payout.amount, payout.currency, payout.created_at)
            told = {"batchId": batch_id, "amount": payout.amount, "currency": payout.currency}
            changes += [*tables.paid(payout, account), *tables.written(entries)]
            changes.append(emit(self._clock, "PayoutSent", payout.vendor_id, told))
        try:
            await self._store.write(*changes)
        except Conflict:
            if len(payouts) > 1:  # one of them is in the way of all: pay them one by one
                for payout in payouts:
                    await self._pay(batch_id, [payout])
