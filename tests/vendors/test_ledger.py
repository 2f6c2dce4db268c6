"""Double entry: whatever is sold, refunded and paid out, in whatever order and how often, it sums to zero."""

import asyncio
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartwheel.catalog import HOUSE
from cartwheel.orders import ORDERS
from cartwheel.storage import Update
from cartwheel.vendors import VendorStatus
from cartwheel.vendors.ledger import CASH, REVENUE, Share, allocated, commission_on
from cartwheel.vendors.model import PayoutState, basis_points
from tests.support.counting import CountingStore
from tests.vendors.books import Books

amounts = st.integers(0, 10**6)


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_commission_is_part_of_the_goods(goods: int, points: int) -> None:
    commission = commission_on(goods, points)
    assert 0 <= commission <= goods
    assert abs(commission * 10_000 - goods * points) <= 5_000


@given(
    st.lists(st.tuples(amounts, st.integers(0, 10_000)), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(1, 10**6), st.sampled_from(["", "v-0", "v-1", "nobody"])), max_size=12),
)
def test_refunds_are_shared_until_nothing_is_left(
    vendors: list[tuple[int, int]], refunds: list[tuple[int, str]]
) -> None:
    shares = [
        Share(
            order_id="o",
            vendor_id=f"v-{number}",
            currency="USD",
            gross=gross,
            commission=commission_on(gross, points),
        )
        for number, (gross, points) in enumerate(vendors)
    ]
    everything = (sum(gross for gross, _ in vendors), "")
    for amount, bearer in [*refunds, everything]:
        before = sum(share.left for share in shares)
        parts = {part.vendor_id: part for part in allocated(amount, shares, bearer)}
        for share in shares:
            if share.vendor_id == bearer and share.left:
                assert parts[bearer].amount == min(amount, share.left)
        assert sum(part.amount for part in parts.values()) == min(amount, before)
        for part in parts.values():
            assert 0 <= part.commission <= part.amount
        shares = [
            share.model_copy(
                update={
                    "refunded": share.refunded + parts[share.vendor_id].amount,
                    "returned": share.returned + parts[share.vendor_id].commission,
                }
            )
            if share.vendor_id in parts
            else share
            for share in shares
        ]
    assert all(share.refunded == share.gross and share.returned == share.commission for share in shares)


_runs = count()
_vendors = st.sampled_from(["ann", "ben", "cat", HOUSE])
_steps = st.one_of(
    st.tuples(
        st.just("sell"), st.dictionaries(_vendors, st.integers(0, 5000), min_size=1), st.integers(0, 999)
    ),
    st.tuples(st.just("refund"), st.integers(0, 9), st.integers(1, 6000)),
    st.tuples(st.just("pay"), st.integers(0, 3), st.sampled_from([1, 1000])),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=st.lists(st.lists(_steps, min_size=1, max_size=3), max_size=8))
async def test_the_ledger_sums_to_zero_whatever_happens(
    books: Books, groups: list[list[tuple[str, object, int]]]
) -> None:
    """With up to three steps at once, and every event twice."""
    run = next(_runs)
    for vendor_id in ("ann", "ben", "cat"):
        await books.vendor(vendor_id, 3000 if vendor_id == "cat" else None)
    made: list[str] = []
    books.orders.clear()

    async def step(number: int, kind: str, what: object, amount: int) -> None:
        if kind == "sell":
            assert isinstance(what, dict)
            order_id = f"o-{run}-{number}"
            await books.sell(order_id, what, amount)
            await books.accounting.book_sale(order_id)
            made.append(order_id)
        elif kind == "refund" and made:
            assert isinstance(what, int)
            order_id = made[what % len(made)]
            for _ in range(2):
                await books.accounting.book_refund(order_id, f"r-{number}", amount)
        elif kind == "pay":
            for _ in range(2):
                batch = await books.accounting.pay(f"b-{run}-{what}", "USD", "ada", amount)
                assert batch.state is PayoutState.PAID

    numbers = count()
    for group in groups:
        await asyncio.gather(*(step(next(numbers), *what) for what in group))
        await books.check()
    await books.check_orders()


@pytest.mark.every_engine
async def test_a_sale_is_booked_once_by_rivals(books: Books) -> None:
    await books.sell("o-1", {"ann": 1000, "ben": 333}, 100)
    await asyncio.gather(*(books.accounting.book_sale("o-1") for _ in range(4)))
    entries = await books.entries()
    assert len(entries) == 8
    await books.check()
    await books.check_orders()
    # sending is shared 75.02 : 24.98, commission is 12.5 percent of the goods alone
    assert [await books.accounting.balance(v) for v in ("ann", "ben")] == [1075 - 125, 358 - 42]
    assert sum(entry.amount for entry in entries if entry.account == CASH) == -1433
    assert sum(entry.amount for entry in entries if entry.account == REVENUE) == 167


@pytest.mark.every_engine
async def test_rival_refunds_never_share_the_same_money(books: Books) -> None:
    await books.sell("o-1", {"ann": 1000, "ben": 500, "cat": 1})
    refunds = [("r-1", 700), ("r-2", 700), ("r-3", 101), ("r-1", 700)]
    await asyncio.gather(*(books.accounting.book_refund("o-1", *refund) for refund in refunds))
    await books.check()
    await books.check_orders()
    assert [await books.accounting.balance(v) for v in ("ann", "ben", "cat")] == [0, 0, 0]


@pytest.mark.every_engine
async def test_a_payout_beside_a_refund_pays_no_more_than_is_owed(
    books: Books, counting: CountingStore
) -> None:
    """The refund comes between reading the balances and paying them: that vendor waits, the other is paid."""
    for vendor_id in ("ann", "ben"):
        await books.vendor(vendor_id)
        await books.sell(f"o-{vendor_id}", {vendor_id: 1000})
    pays = "write payout_batches+payouts+balances+ledger_entries+outbox"

    async def refund() -> None:
        await books.accounting.book_refund("o-ann", "r-1", 400)

    counting.rivals[pays] = refund
    batch = await books.accounting.pay("b-1", "USD", "ada")
    assert (batch.state, batch.payouts, batch.total) == (PayoutState.PAID, 1, 875)
    assert [await books.accounting.balance(v) for v in ("ann", "ben")] == [525, 0]
    await books.check()


@pytest.mark.every_engine
async def test_rival_payouts_pay_once(books: Books) -> None:
    await books.vendor("ann")
    await books.sell("o-1", {"ann": 1000})
    batches = await asyncio.gather(
        *(books.accounting.pay(batch, "USD", "ada") for batch in ("b-1", "b-2", "b-1"))
    )
    paid = {batch.batch_id: (await books.accounting.batch(batch.batch_id)).total for batch in batches}
    assert sorted(paid.values()) == [0, 875]
    assert await books.accounting.balance("ann") == 0
    await books.check()


async def test_a_refund_after_the_payout_is_carried_over(books: Books) -> None:
    await books.vendor("ann")
    await books.sell("o-1", {"ann": 1000})
    await books.accounting.pay("b-1", "USD", "ada")
    await books.accounting.book_refund("o-1", "r-1", 1000)
    assert await books.accounting.balance("ann") == -875
    assert (await books.accounting.pay("b-2", "USD", "ada")).payouts == 0
    await books.sell("o-2", {"ann": 2000})
    assert (await books.accounting.pay("b-3", "USD", "ada")).total == 1750 - 875
    await books.check()


async def test_who_is_not_paid(books: Books) -> None:
    """The suspended, those without an account, those to whom too little is owed, and the shop itself."""
    await books.vendor("sam", status=VendorStatus.SUSPENDED)
    await books.vendor("nan", sealed_payout=None)
    await books.vendor("low")
    await books.sell("o-1", {"sam": 1000, "nan": 1000, "low": 10, HOUSE: 1000, "nobody": 1000})
    batch = await books.accounting.pay("b-1", "USD", "ada", 100)
    assert (batch.payouts, batch.total) == (0, 0)
    await books.check()


async def test_an_interrupted_batch_goes_on(books: Books, counting: CountingStore) -> None:
    """Forty vendors are paid in groups; what is done stays done when the process dies in between."""
    for number in range(40):
        await books.vendor(f"v-{number}")
        await books.sell(f"o-{number}", {f"v-{number}": 1000})
    pays = "write payout_batches+payouts+balances+ledger_entries+outbox"

    async def die() -> None:
        raise KeyboardInterrupt

    async def die_next_time() -> None:
        counting.rivals[pays] = die

    counting.rivals[pays] = die_next_time
    with pytest.raises(KeyboardInterrupt):
        await books.accounting.pay("b-1", "USD", "ada")
    open_batch = await books.accounting.batch("b-1")
    assert (open_batch.state, open_batch.payouts) == (PayoutState.OPEN, 15)
    batch = await books.accounting.pay("b-1", "USD", "ada")
    assert (batch.state, batch.payouts, batch.total) == (PayoutState.PAID, 40, 40 * 875)
    await books.check()


async def test_money_of_an_order_that_failed_is_no_sale(books: Books) -> None:
    await books.sell("o-1", {"ann": 1000})
    for status in ("PENDING", "FAILED"):
        await books.store.write(Update(ORDERS, ("o-1",), set={"status": status}))
        await books.accounting.book_refund("o-1", "r-1", 1000)
    assert await books.accounting.balance("ann") == 875


async def test_the_file_for_the_bank(books: Books) -> None:
    await books.vendor("ann")
    await books.sell("o-1", {"ann": 1999})
    await books.accounting.pay("b-1", "USD", "ada")
    header, row = [[str(cell) for cell in row] async for row in books.accounting.rows("b-1")]
    assert header == ["vendor", "shop", "holder", "account", "bank", "amount", "currency", "reference"]
    shown = ["ann", "Ann", "Vera Vendor", "DE02120300000000202051", "BYLADEM1001"]
    assert row == [*shown, "17.49", "USD", "b-1"]
    assert [_ async for _ in books.accounting.rows("b-2")] == [header]


async def test_a_balance_is_one_read(books: Books, counting: CountingStore) -> None:
    await books.sell("o-1", {"ann": 1999})
    counting.taken()
    await books.accounting.balance("ann")
    await books.accounting.statement("vendor:ann", None, 10)
    assert counting.taken() == ["get balances", "query ledger_entries"]


def test_percent_to_basis_points() -> None:
    assert [basis_points(Decimal(text)) for text in ("0", "12.5", "100", "7.25")] == [0, 1250, 10_000, 725]
