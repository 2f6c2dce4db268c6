"""Use cases of carts. Each makes a fixed number of storage calls, whatever is in the cart."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from cartwheel.cart import tables
from cartwheel.cart.model import (
    LEFT_AFTER,
    MAX_LINES,
    MAX_QUANTITY,
    Cart,
    CartFull,
    CartHeader,
    CartLine,
    ChooseVariant,
    NotEnoughStock,
    NotForSale,
    merged_quantity,
    priced,
)
from cartwheel.cart.tables import CARTS, LINES
from cartwheel.catalog import Catalog, Product, Variant
from cartwheel.inventory import Inventory
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import Invalid
from cartwheel.messaging import emit
from cartwheel.storage import Change, Conflict, Delete, Put, Store, eq

_ATTEMPTS = 10

LEFT_BATCH = 50


class InvalidQuantity(Invalid):
    """Not a number of units that a cart can hold."""

    code = "invalid_quantity"


class CartBusy(CartFull):
    """Too many rival changes of one cart at once."""

    code = "cart_busy"


class Carts:
    """Carts by id; who may see which is decided by the routes, which hold the signed token or the user."""

    def __init__(
        self, store: Store, clock: Clock, catalog: Catalog, inventory: Inventory, currency: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._catalog = catalog
        self._inventory = inventory
        self._currency = currency

    async def get(self, cart_id: str) -> Cart:
        """The cart at today's prices and stock; an unknown one is empty. Four storage calls."""
        header, lines = await self._load(cart_id)
        return await self._priced(header or _empty(cart_id, self._clock), lines)

    async def set(self, cart_id: str, product_id: str, variant_id: str | None, quantity: int) -> Cart:
        """Sets the quantity of a variant; 0 takes it out. Five storage calls.

        Raises ``NotForSale``, ``ChooseVariant``, ``NotEnoughStock``, ``CartFull`` and ``InvalidQuantity``.
        """
        return await self._put(cart_id, product_id, variant_id, quantity, add=False)

    async def add(self, cart_id: str, product_id: str, variant_id: str | None, quantity: int) -> Cart:
        """Adds to the quantity of a variant. Five storage calls; raises what ``set`` raises."""
        return await self._put(cart_id, product_id, variant_id, quantity, add=True)

    async def remove(self, cart_id: str, product_id: str, variant_id: str | None) -> Cart:
        """Takes out a variant, or all variants of a product. What is not there is out already."""
        for _ in range(_ATTEMPTS):
            header, lines = await self._load(cart_id)
            gone = [
                line
                for line in lines
                if line.product_id == product_id and variant_id in (None, line.variant_id)
            ]
            if header is not None and gone:
                out = tables.removed(cart_id, [line.variant_id for line in gone])
                try:
                    await self._store.write(tables.touched(header, cart_id, self._clock()), *out)
                except Conflict:
                    continue
            left = [line for line in lines if line not in gone]
            header = header or _empty(cart_id, self._clock)
            return await self._priced(_next(header) if gone else header, left)
        raise CartBusy("The cart is being changed elsewhere. Try again.")

    async def clear(self, cart_id: str) -> Cart:
        """Takes everything out."""
        for _ in range(_ATTEMPTS):
            header, lines = await self._load(cart_id)
            if header is None or not lines:
                return await self._priced(header or _empty(cart_id, self._clock), [])
            out = tables.removed(cart_id, [line.variant_id for line in lines])
            try:
                await self._store.write(tables.touched(header, cart_id, self._clock()), *out)
            except Conflict:
                continue
            return await self._priced(_next(header), [])
        raise CartBusy("The cart is being changed elsewhere. Try again.")

    async def merge(self, guest_cart: str, user_cart: str) -> Cart:
        """Moves a guest's lines into a user's cart (see ``merged_quantity``) and ends the guest's cart.

        Both happen in one write, so that a repetition finds an empty guest cart and changes nothing.
        """
        for _ in range(_ATTEMPTS):
            guest, theirs = await self._load(guest_cart)
            user, mine = await self._load(user_cart)
            if guest is None or not theirs:
                return await self._priced(user or _empty(user_cart, self._clock), mine)
            stock = await self._inventory.stock([line.variant_id for line in theirs])
            available = {variant_id: row.available for variant_id, row in stock.items()}
            merged = self._merged(user_cart, {line.variant_id: line for line in mine}, theirs, available)
            changes: list[Change] = [
                tables.touched(user, user_cart, self._clock()),
                Delete(CARTS, (guest_cart,), (eq("version", guest.version),)),
                *tables.removed(guest_cart, [line.variant_id for line in theirs]),
                *(Put(LINES, line) for line in merged.values()),
            ]
            try:
                await self._store.write(*changes)
            except Conflict:
                continue
            return await self.get(user_cart)
        raise CartBusy("The cart is being changed elsewhere. Try again.")

    def _merged(
        self, cart_id: str, mine: Mapping[str, CartLine], theirs: list[CartLine], available: Mapping[str, int]
    ) -> dict[str, CartLine]:
        merged: dict[str, CartLine] = {}
        for line in theirs:
            own = mine.get(line.variant_id)
            if own is None and len(mine.keys() | merged.keys()) >= MAX_LINES:
                continue
            left = available.get(line.variant_id, 0)
            quantity = merged_quantity(own.quantity if own else 0, line.quantity, left)
            if quantity > 0:
                base = own or line.model_copy(update={"cart_id": cart_id, "expires_at": None})
                merged[line.variant_id] = base.model_copy(update={"quantity": quantity})
        return merged

    async def export(self, cart_id: str) -> list[dict[str, Any]]:
        """What lies in a cart, as plain JSON."""
        _, lines = await self._load(cart_id)
        return [line.model_dump(mode="json", exclude={"cart_id", "expires_at"}) for line in lines]

    async def forget(self, cart_id: str) -> None:
        """Removes a cart and what lies in it. Repeatable."""
        for _ in range(_ATTEMPTS):
            header, lines = await self._load(cart_id)
            if header is None:
                return
            gone = Delete(CARTS, (cart_id,), (eq("version", header.version),))
            with suppress(Conflict):  # touched meanwhile: look again
                await self._store.write(gone, *tables.removed(cart_id, [line.variant_id for line in lines]))

    async def left(self) -> int:
        """Tells of users' carts that were left a day ago, each version once: an event ``CartLeft``.

        Answers how many. Repeatable, and safe beside whoever shops in them.
        """
        count, before = 0, self._clock() - LEFT_AFTER
        while headers := (await self._store.query(tables.left(before, LEFT_BATCH))).items:
            for header in headers:
                told = {"cartId": header.cart_id, "version": header.version}
                event = emit(self._clock, "CartLeft", header.cart_id.removeprefix("user-"), told)
                with suppress(Conflict):  # touched, or told by another worker
                    await self._store.write(tables.told(header), event)
                    count += 1
            await asyncio.sleep(0)  # an embedded store never yields
        return count

    async def _put(
        self, cart_id: str, product_id: str, variant_id: str | None, quantity: int, *, add: bool
    ) -> Cart:
        if not 0 <= quantity <= MAX_QUANTITY or (add and quantity == 0):
            raise InvalidQuantity(f"A cart holds up to {MAX_QUANTITY} of each.", quantity=quantity)
        if quantity == 0:
            return await self.remove(cart_id, product_id, variant_id)
        for attempt in range(_ATTEMPTS):
            header, lines = await self._load(cart_id)
            products = await self._catalog.products([*{line.product_id for line in lines} | {product_id}])
            variant = self._chosen(products.get(product_id), variant_id)
            wanted = {line.variant_id: line for line in lines}
            before = wanted.get(variant.variant_id)
            total = quantity + (before.quantity if before and add else 0)
            stock = await self._inventory.stock([*wanted.keys() | {variant.variant_id}])
            row = stock.get(variant.variant_id)
            _check(total, row.available if row else 0, len(wanted.keys() | {variant.variant_id}))
            now = self._clock()
            wanted[variant.variant_id] = line = CartLine(
                cart_id=cart_id,
                variant_id=variant.variant_id,
                product_id=product_id,
                quantity=total,
                price_seen=variant.price,
                added_at=before.added_at if before else now,
                expires_at=tables.expiry(cart_id, now),
            )
            try:
                await self._store.write(tables.touched(header, cart_id, now), Put(LINES, line))
            except Conflict:
                await asyncio.sleep(0.005 * attempt)
                continue
            header = _next(header or _empty(cart_id, self._clock))
            return priced(header, list(wanted.values()), products, stock, self._currency)
        raise CartBusy("The cart is being changed elsewhere. Try again.")

    def _chosen(self, product: Product | None, variant_id: str | None) -> Variant:
        if product is None or not product.for_sale:
            raise NotForSale
        if variant_id is None and len(product.variants) > 1:
            raise ChooseVariant("The product comes in variants: choose one.", productId=product.product_id)
        variant = product.variant(variant_id) if variant_id else product.variants[0]
        if variant is None:
            raise NotForSale
        return variant

    async def _load(self, cart_id: str) -> tuple[CartHeader | None, list[CartLine]]:
        header = await self._store.get(CARTS, cart_id)
        lines = (await self._store.query(tables.lines_of(cart_id))).items
        return header, list(lines)

    async def _priced(self, header: CartHeader, lines: list[CartLine]) -> Cart:
        if not lines:
            return priced(header, [], {}, {}, self._currency)
        products = await self._catalog.products([*{line.product_id for line in lines}])
        stock = await self._inventory.stock([line.variant_id for line in lines])
        return priced(header, lines, products, stock, self._currency)


def _check(quantity: int, available: int, lines: int) -> None:
    if quantity > MAX_QUANTITY:
        raise InvalidQuantity(f"A cart holds up to {MAX_QUANTITY} of each.", quantity=quantity)
    if quantity > available:
        raise NotEnoughStock(f"Only {available} left.", available=available, quantity=quantity)
    if lines > MAX_LINES:
        raise CartFull(f"A cart holds up to {MAX_LINES} different things.")


def _empty(cart_id: str, clock: Clock) -> CartHeader:
    return CartHeader(cart_id=cart_id, version=0, updated_at=clock())


def _next(header: CartHeader) -> CartHeader:
    return header.model_copy(update={"version": header.version + 1})
