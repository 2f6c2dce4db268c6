"""Placing an order: everything is checked, written down once, and handed to the workflow."""

from datetime import timedelta

from cartwheel.cart import Cart, Carts, unchanged
from cartwheel.checkout import tables
from cartwheel.checkout.model import (
    CartChanged,
    Claim,
    EmailRequired,
    EmptyCart,
    IdempotencyKey,
    KeyReused,
    Placement,
    Progress,
    TotalChanged,
    claim_key,
)
from cartwheel.checkout.tables import CLAIMS, KEYS
from cartwheel.checkout.workflow import LEASE, Workflow, WorkflowDriver
from cartwheel.inventory import OutOfStock
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import new_id, public_code
from cartwheel.kernel.money import json_number
from cartwheel.orders import ORDERS, Order, OrderLine, placed
from cartwheel.pricing import PricedLine, Totals, totals
from cartwheel.shipping import FlatRates
from cartwheel.storage import Conflict, Store


class Checkout:
    """Turns carts into orders, each version of a cart into one."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        carts: Carts,
        rates: FlatRates,
        workflow: Workflow,
        driver: WorkflowDriver,
    ) -> None:
        self._store = store
        self._clock = clock
        self._carts = carts
        self._rates = rates
        self._workflow = workflow
        self._driver = driver

    async def place(
        self, cart_id: str, placement: Placement, user: tuple[str, str] | None, key: str | None
    ) -> Order:
        """Places an order for what is in the cart; ``user`` is id and e-mail of the signed-in customer.

        However often and by however many it is called with the same ``key`` (or for the same version of the
        cart), there is one order, and every call answers it. Raises ``KeyReused`` for another request under a
        used key, ``EmptyCart``, ``CartChanged``, ``TotalChanged``, ``OutOfStock`` and ``EmailRequired``.
        """
        scoped = f"{cart_id}:{key}" if key else None
        if scoped and (known := await self._by_key(scoped, placement)):
            return known
        cart = await self._carts.get(cart_id)
        email = (user[1] if user else None) or placement.email
        if email is None:
            raise EmailRequired("Give the e-mail address that the confirmation goes to.")
        sums = self._agreed(cart, placement)
        order = self._order(cart, placement, sums, (user[0] if user else None, email))
        idempotency = self._key(scoped, placement, order) if scoped else None
        claim = Claim(cart_version=claim_key(cart_id, cart.version), order_id=order.order_id)
        progress = Progress(
            order_id=order.order_id,
            payment_token=placement.payment_token,
            next_at=order.created_at + LEASE,
            deadline=order.created_at + timedelta(seconds=self._workflow.seconds),
        )
        try:
            await self._store.write(
                *placed(order), *tables.begun(progress, claim, idempotency), unchanged(cart_id, cart.version)
            )
        except Conflict:
            return await self._rival(cart, placement, scoped)
        await self._driver.start(progress)
        return order

    async def _by_key(self, scoped: str, placement: Placement) -> Order | None:
        used = await self._store.get(KEYS, scoped)
        if used is None:
            return None
        if used.fingerprint != placement.fingerprint():
            raise KeyReused("The Idempotency-Key was used for another request.")
        return await self._store.get(ORDERS, used.order_id)

    async def _rival(self, cart: Cart, placement: Placement, scoped: str | None) -> Order:
        """Somebody ordered the same a moment ago, or changed the cart."""
        if scoped and (known := await self._by_key(scoped, placement)):
            return known
        claim = await self._store.get(CLAIMS, claim_key(cart.cart_id, cart.version))
        order = await self._store.get(ORDERS, claim.order_id) if claim else None
        if order is None:
            raise CartChanged("The cart was changed while you ordered. Look at it and order again.")
        return order

    def _agreed(self, cart: Cart, placement: Placement) -> Totals:
        """The sums that the customer has seen. Raises when the cart is not what was agreed to."""
        if not cart.items and not cart.changes:
            raise EmptyCart("The cart is empty.")
        gone = [change.line.product_id for change in cart.changes if change.kind == "unavailable"]
        if gone:
            raise CartChanged("Something in the cart is not for sale any more.", productIds=gone)
        for item in cart.items:
            if item.available < item.line.quantity:
                raise OutOfStock(item.variant.variant_id, item.available)
        lines = [
            PricedLine(unit_price=item.variant.price, quantity=item.line.quantity) for item in cart.items
        ]
        method = self._rates.choose(placement.shipping_method)
        sums = totals(lines, self._rates.price(method, cart.total))
        seen = placement.expected_total
        changed = any(change.kind == "price_changed" for change in cart.changes)
        if changed if seen is None else seen != sums.total:
            raise TotalChanged(
                "The total has changed. Look at the cart and order again.",
                total=json_number(sums.total, cart.currency),
                currency=cart.currency,
            )
        return sums

    def _order(
        self, cart: Cart, placement: Placement, sums: Totals, customer: tuple[str | None, str]
    ) -> Order:
        now = self._clock()
        return Order(
            order_id=new_id(),
            code=public_code(),
            user_id=customer[0],
            email=customer[1],
            locale=placement.locale,
            cart_id=cart.cart_id,
            cart_version=cart.version,
            currency=cart.currency,
            lines=[
                OrderLine(
                    product_id=item.product.product_id,
                    variant_id=item.variant.variant_id,
                    vendor_id=item.product.vendor_id,
                    sku=item.variant.sku,
                    name=item.product.title,
                    options=item.variant.options,
                    image_url=item.variant.image_url
                    or (item.product.images[0].url if item.product.images else ""),
                    unit_price=item.variant.price,
                    quantity=item.line.quantity,
                    total=item.total,
                )
                for item in cart.items
            ],
            subtotal=sums.subtotal,
            shipping=sums.shipping,
            total=sums.total,
            shipping_method=self._rates.choose(placement.shipping_method).id,
            shipping_address=placement.address,
            created_at=now,
            updated_at=now,
        )

    def _key(self, scoped: str, placement: Placement, order: Order) -> IdempotencyKey:
        return IdempotencyKey(
            key=scoped,
            fingerprint=placement.fingerprint(),
            order_id=order.order_id,
            expires_at=order.created_at + tables.KEY_LIFE,
        )
