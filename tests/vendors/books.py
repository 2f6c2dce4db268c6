"""Orders and vendors for the ledger's tests, and what must hold of the ledger at any time."""

from collections import defaultdict
from dataclasses import dataclass, field

from cartwheel.catalog import HOUSE
from cartwheel.kernel.clock import ManualClock
from cartwheel.orders import Order, OrderLine, OrderStatus
from cartwheel.orders.tables import placed
from cartwheel.storage import Put, Store
from cartwheel.vendors import Accounting, PayoutDetails, VendorStatus
from cartwheel.vendors.ledger import CASH, REVENUE, Entry
from cartwheel.vendors.model import Vendor
from cartwheel.vendors.tables import BALANCES, LEDGER, SHARES, VENDORS

DETAILS = PayoutDetails(holder="Vera Vendor", account="DE02120300000000202051", bank="BYLADEM1001")


def order_of(order_id: str, sales: dict[str, int], shipping: int, clock: ManualClock) -> Order:
    """A paid order: the value of each vendor's goods, and what sending costs, in minor units."""
    lines = [
        OrderLine(
            product_id=f"p-{vendor_id}",
            variant_id=f"v-{vendor_id}",
            vendor_id=vendor_id,
            sku="",
            name="Thing",
            unit_price=value,
            quantity=1,
            total=value,
        )
        for vendor_id, value in sales.items()
    ]
    goods = sum(sales.values())
    return Order(
        order_id=order_id,
        code=order_id,
        email="ann@example.com",
        cart_id="c",
        cart_version=1,
        status=OrderStatus.PROCESSING,
        currency="USD",
        lines=lines,
        subtotal=goods,
        shipping=shipping,
        total=goods + shipping,
        shipping_method="standard",
        created_at=clock(),
        updated_at=clock(),
    )


@dataclass
class Books:
    """The ledger, and the orders that it is about."""

    store: Store
    clock: ManualClock
    accounting: Accounting
    orders: dict[str, Order] = field(default_factory=dict)

    async def vendor(self, vendor_id: str, commission: int | None = None, **values: object) -> None:
        """An approved vendor with an account to be paid to."""
        vendor = Vendor(
            vendor_id=vendor_id,
            slug=vendor_id,
            shop_name=vendor_id.title(),
            status=VendorStatus.APPROVED,
            commission=commission,
            sealed_payout=DETAILS.model_dump_json()[::-1],
            payout_hint=DETAILS.hint,
            created_at=self.clock(),
            updated_at=self.clock(),
        )
        await self.store.write(Put(VENDORS, vendor.model_copy(update=values)))

    async def sell(self, order_id: str, sales: dict[str, int], shipping: int = 0) -> None:
        """Places an order and books it."""
        order = self.orders[order_id] = order_of(order_id, sales, shipping, self.clock)
        await self.store.write(*placed(order))
        await self.accounting.book_sale(order_id)

    async def entries(self) -> list[Entry]:
        """The whole ledger."""
        return [entry async for entry in self.store.scan(LEDGER)]

    async def check(self) -> None:
        """Everything sums to zero, and every balance is the sum of its entries."""
        sums: dict[str, int] = defaultdict(int)
        accounts: dict[str, int] = defaultdict(int)
        for entry in await self.entries():
            sums[entry.transaction_id] += entry.amount
            accounts[entry.account] += entry.amount
        assert set(sums.values()) <= {0}
        balances = {row.account: row.amount async for row in self.store.scan(BALANCES)}
        assert balances == {name: sum_ for name, sum_ in accounts.items() if name not in (CASH, REVENUE)}

    async def check_orders(self) -> None:
        """Every order's shares sum to its total; what went back never exceeds what there was."""
        shares = [share async for share in self.store.scan(SHARES)]
        for order in self.orders.values():
            mine = [share for share in shares if share.order_id == order.order_id]
            assert sum(share.gross for share in mine) == order.total
            for share in mine:
                assert 0 <= share.refunded <= share.gross
                assert 0 <= share.returned <= share.commission <= share.gross
                assert share.commission == 0 or share.vendor_id != HOUSE
                if share.refunded == share.gross:
                    assert share.returned == share.commission
