"""A shop full of other people's things: what the tests of the API try to get at."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from cartwheel.accounts import Group
from cartwheel.adapters import tables
from cartwheel.catalog import Draft, ProductStatus, VariantDraft
from cartwheel.imports.model import Wishes
from cartwheel.kernel.clock import ManualClock
from cartwheel.kernel.signing import Signer
from cartwheel.messaging import Event
from cartwheel.messaging.table_queue import DEAD_LETTERS, StoredDeadLetter
from cartwheel.notifications import Reason
from cartwheel.payments.sandbox.provider import INTENTS
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from cartwheel.storage import Put
from cartwheel.vendors import PayoutDetails, ShopFront, VendorStatus
from tests.media.samples import picture
from tests.support.shops import Customer, client, running_shop, settle, signed_in, stocked

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADDRESS = {"name": "Ann", "line1": "1 High St", "city": "Leeds", "postalCode": "LS1", "country": "GB"}

PEOPLE: dict[str, Group] = {
    "ann": "customers",
    "bob": "customers",
    "vera": "vendors",
    "victor": "vendors",
    "applicant": "customers",
    "declined": "customers",
    "admin": "admins",
}

Dump = dict[str, list[dict[str, Any]]]


@dataclass
class Known:
    """What was made: ids of things by name, and the headers that let somebody in.

    Ann and a guest have bought of Vera, who also has a draft and a shirt in two sizes. Bob and Victor are a
    customer and a vendor like them; Victor sells the cup.
    """

    things: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=lambda: {"anonymous": {}})


@dataclass
class World:
    """The running shop, and what is known of it."""

    shop: Shop
    clock: ManualClock
    http: httpx.AsyncClient
    things: dict[str, str]
    headers: dict[str, dict[str, str]]
    watch: sqlite3.Connection
    """To the same database; sees whether another connection has written."""
    _dumped: tuple[object, Dump] | None = field(default=None, init=False)

    async def dump(self) -> Dump:
        """Every row of every table; looked up again when something was written, or time has gone by."""
        state = (self.watch.execute("PRAGMA data_version").fetchone(), self.clock())
        if self._dumped is None or self._dumped[0] != state:
            self._dumped = (
                state,
                {
                    table.name: sorted(
                        [row.model_dump() async for row in self.shop.store.scan(table)], key=repr
                    )
                    for table in tables()
                },
            )
        return self._dumped[1]


@asynccontextmanager
async def opened(known: Known, made_in: Path, folder: Path) -> AsyncIterator[World]:
    """A copy of the shop that ``make`` left in ``made_in``: making one takes seconds."""
    shutil.copytree(made_in, folder)
    settings = Settings.model_validate({"data": folder, "throttle": 100_000})
    clock = ManualClock(NOW)
    shop = assemble(settings, clock)
    try:
        async with client(shop) as http:
            with closing(sqlite3.connect(folder / "shop.db")) as watch:
                yield World(shop, clock, http, dict(known.things), dict(known.headers), watch)
    finally:
        await shop.close()


async def make(folder: Path) -> Known:
    """Makes all of it, on SQLite in a file of that folder."""
    known = Known()
    async with running_shop(folder, "", ManualClock(NOW)) as shop, client(shop) as http:
        people: dict[str, Customer] = {"guest": Customer(http)}
        for name, group in PEOPLE.items():
            people[name], known.things[name] = await signed_in(shop, http, f"{name}@example.com", (group,))
        await _open_shops(shop, known.things)
        await _fill_shelves(shop, known.things)
        await _buy(shop, people, known.things)
        await _leave_traces(http, people, known.things)
        await settle(shop)
        await shop.accounting.pay("batch-of-vera", "USD", known.things["admin"])
        await _leave_work(shop, known.things)
        await settle(shop)
    known.headers |= {name: customer.headers for name, customer in people.items()}
    known.headers["guest"]["X-Order-Token"] = people["guest"].order_token
    return known


async def _leave_work(shop: Shop, things: dict[str, str]) -> None:
    """A mail that could not be sent, and a file that was brought in."""
    event = Event(type="OrderPlaced", subject=things["order"], at=NOW)
    letter = StoredDeadLetter(
        queue="email", message_id=event.event_id, event=event, died_at=NOW, reason="MailDelayed()"
    )
    await shop.store.write(Put(DEAD_LETTERS, letter))

    async def file() -> AsyncIterator[bytes]:
        yield b"Handle,Title,Variant Price\r\nlamp,Lamp,?\r\n"

    made = await shop.imports.receive(file(), Wishes(format="csv"), things["admin"])
    await shop.notifications.suppress("nobody@example.com", Reason.BOUNCED, "550 no such user")
    mark = await shop.notifications.suppression("nobody@example.com")
    assert mark is not None
    things |= {"mail_kind": "order_shipped", "marked": mark.address_key}
    signer = Signer(shop.secret, "mail")
    things["unsubscribe"] = signer.sign(f"cart:{things['ann']}")
    things |= {"queue": "email", "letter": event.event_id, "job": "expired-rows", "import": made.import_id}


async def _open_shops(shop: Shop, things: dict[str, str]) -> None:
    """Vera and Victor sell, one would like to, and one may not."""
    things |= {"bank": "DE02120300000000202051", "batch": "batch-of-vera"}
    details = PayoutDetails(holder="Vera", account=things["bank"])
    for name in ("vera", "victor"):
        await shop.vendors.enrol(things[name], ShopFront(shop_name=f"Shop of {name}"), details)
    for name in ("applicant", "declined"):
        await shop.vendors.apply(things[name], ShopFront(shop_name=f"Shop of {name}"), details)
    await shop.vendors.decide(things["declined"], VendorStatus.DECLINED, "No mugs")


async def _fill_shelves(shop: Shop, things: dict[str, str]) -> None:
    await stocked(shop, "mug", units=50, vendor_id=things["vera"])
    things["upload"] = (await shop.media.begin(things["vera"], "image/png", 5000))[0].upload_id
    await shop.files.write(f"incoming/{things['upload']}", picture("PNG", (60, 40)), "image/png")
    things["media"] = (await shop.media.add(things["vera"], picture(size=(40, 30)))).media_id
    await stocked(shop, "cup", units=50, vendor_id=things["victor"])
    only = VariantDraft(price=900, stock=5)
    draft = Draft(product_id="secret-draft", title="Not yet", status=ProductStatus.DRAFT, only=only)
    sizes = [VariantDraft(options={"size": size}, price=900, stock=5) for size in ("S", "L")]
    shirt = await shop.catalog.create(
        Draft(product_id="shirt", title="Shirt", variants=sizes), things["vera"]
    )
    await shop.catalog.create(draft, things["vera"])
    things |= {"product": "mug", "draft": "secret-draft", "variant": shirt.variants[1].variant_id}


async def _buy(shop: Shop, people: dict[str, Customer], things: dict[str, str]) -> None:
    """Orders of Ann and the guest, and one of Ann's that waits for her bank."""
    for name, who, token in [
        ("last_order", "ann", "tok_visa"),
        ("order", "ann", "tok_visa"),
        ("guest_order", "guest", "tok_visa"),
        ("waiting_order", "ann", "tok_threeDSecure"),
    ]:
        await people[who].put("mug", 2)
        placed = await people[who].order(token)
        assert placed.status_code == 202, placed.text
        things[name] = placed.json()["orderId"]
        await settle(shop)
    intents = {row.reference: row.intent_id async for row in shop.store.scan(INTENTS)}
    things["intent"] = intents[things["waiting_order"]]


async def _leave_traces(http: httpx.AsyncClient, people: dict[str, Customer], things: dict[str, str]) -> None:
    """An address, a refund, and something left in Ann's and the guest's cart."""
    created = await http.post("/api/users/me/addresses", json=ADDRESS, headers=people["ann"].headers)
    things["address"] = created.json()["addressId"]
    sessions = await http.get("/api/users/me/sessions", headers=people["ann"].headers)
    things |= {"session": sessions.json()[0]["sessionId"], "refund": "refund-of-ann"}
    asked = {"amount": 1, "refundId": things["refund"]}
    to = f"/api/orders/{things['order']}/refunds"
    refunded = await http.post(to, json=asked, headers=people["admin"].headers)
    assert refunded.status_code == 201, refunded.text
    await people["ann"].put("mug", 1)
    await people["guest"].put("mug", 3)
