"""What the clock brings about: reminders of carts, the daily look at the stock, and what is told of it."""

import asyncio
from typing import Any

import httpx
import pytest

from cartwheel.accounts import NewAccount
from cartwheel.inventory import Line
from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import emit
from cartwheel.notifications import Mail, MailStatus, Topic
from cartwheel.notifications.tables import MAILS
from cartwheel.shop import Shop
from cartwheel.vendors import PayoutDetails, ShopFront
from tests.support.shops import PASSWORD, Customer, settle, signed_in, stocked

pytestmark = pytest.mark.every_engine

Json = dict[str, Any]


async def mails(shop: Shop, kind: str) -> list[Mail]:
    return [mail async for mail in shop.store.scan(MAILS) if mail.template == kind]


async def wanting(
    shop: Shop, http: httpx.AsyncClient, email: str = "ann@example.com"
) -> tuple[Customer, str]:
    """A customer who wants reminders, and the id of the cart."""
    customer, user_id = await signed_in(shop, http, email)
    await shop.notifications.choose(user_id, {Topic.CART: True})
    return customer, f"user-{user_id}"


# --- carts --------------------------------------------------------------------------------------------------


async def test_a_cart_that_was_left_is_reminded_of_once_per_version(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    await stocked(shop, "mug", 50)
    ann, cart_id = await wanting(shop, http)
    await ann.put("mug", 2)
    clock.advance(hours=23)
    assert await shop.carts.left() == 0
    clock.advance(hours=2)
    assert sum(await asyncio.gather(*(shop.carts.left() for _ in range(3)))) == 1
    clock.advance(days=30)
    assert await shop.carts.left() == 0
    await settle(shop)
    (mail,) = await mails(shop, "cart_reminder")
    assert (mail.to, mail.status) == ("ann@example.com", MailStatus.SENT)
    assert "2 × Mug: $24.00" in mail.text  # noqa: RUF001 - as on every bill
    assert mail.unsubscribe_url is not None
    await shop.carts.set(cart_id, "mug", None, 3)
    clock.advance(hours=25)
    assert await shop.carts.left() == 1
    await settle(shop)
    assert len(await mails(shop, "cart_reminder")) == 2


async def test_who_did_not_ask_bought_or_came_back_is_not_reminded(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    await stocked(shop, "mug", 50)
    silent, _ = await signed_in(shop, http, "silent@example.com")
    guest, (buyer, _) = Customer(http), await wanting(shop, http, "buyer@example.com")
    back, cart_id = await wanting(shop, http, "back@example.com")
    for who in (silent, guest, buyer, back):
        await who.put("mug")
    assert (await buyer.order()).status_code == 202
    await settle(shop)
    clock.advance(hours=25)
    assert await shop.carts.left() == 3, "guests' carts are nobody's to remind of"
    await shop.carts.set(cart_id, "mug", None, 2)
    await settle(shop)
    assert await mails(shop, "cart_reminder") == []


# --- stock --------------------------------------------------------------------------------------------------


async def test_the_daily_look_tells_vendors_and_admins(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    details = PayoutDetails(holder="Vera", account="DE02120300000000202051")
    vera = await shop.accounts.create_user(
        NewAccount("vera@example.com", PASSWORD, "Vera", "de"), ("vendors",)
    )
    victor = await shop.accounts.create_user(NewAccount("victor@example.com", PASSWORD), ("vendors",))
    await shop.vendors.enrol(vera.user_id, ShopFront(shop_name="Clay"), details)
    await shop.vendors.enrol(victor.user_id, ShopFront(shop_name="Wool"), details)
    await shop.accounts.create_user(NewAccount("boss@example.com", PASSWORD), ("admins",))
    await stocked(shop, "mug", 3, vendor_id=vera.user_id)
    await stocked(shop, "bowl", 0, vendor_id=vera.user_id)
    await stocked(shop, "plate", 100, vendor_id=vera.user_id)
    await stocked(shop, "scarf", 100, vendor_id=victor.user_id)
    await settle(shop)
    worker = shop.worker()
    await worker.run_due()  # at noon: nothing is due, but from now on it is known when
    assert await mails(shop, "stock_report") == []
    clock.advance(hours=14)
    await worker.run_due()
    await worker.run_due()
    await settle(shop)
    (low,) = await mails(shop, "low_stock")
    assert (low.to, low.locale) == ("vera@example.com", "de")
    assert "Mug: noch 3\nBowl: ausverkauft" in low.text or "Bowl: ausverkauft\nMug: noch 3" in low.text
    (report,) = await mails(shop, "stock_report")
    assert report.to == "boss@example.com"
    assert report.subject == "Stock of 2026-11-22: 2 run out, 1 sold out"
    assert "4 variants" in report.text
    assert "Clay: 2" in report.text
    night, _ = await signed_in(shop, http, "night@example.com", ("admins",))
    jobs = {job["name"]: job for job in (await http.get("/api/jobs", headers=night.headers)).json()}
    assert (jobs["inventory-check"]["at"], jobs["inventory-check"]["last"]["count"]) == ("02:00", 2)
    assert jobs["inventory-check"]["dueAt"].startswith("2026-11-23T02:00:00")


async def test_a_dip_that_ends_by_a_cancellation_is_told_again(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", 8)
    guest = Customer(http)
    ids = []
    for quantity in (5, 5):
        await guest.put("mug", quantity)
        ids.append((await guest.order()).json()["orderId"])
        await settle(shop)
        row = (await shop.inventory.stock(["mug"]))["mug"]
        assert (row.available, row.low_told) == (3, True)
        await shop.orders.cancel(ids[-1], "guest", "")
        await settle(shop)
        row = (await shop.inventory.stock(["mug"]))["mug"]
        assert (row.available, row.low_told, row.low_for) == (8, False, None)


async def test_the_daily_look_puts_lists_right(shop: Shop) -> None:
    await stocked(shop, "mug", 8)
    await shop.inventory.set_low_at("mug", 9)
    assert (await shop.inventory.low("house", None, 10)).items == []
    assert await shop.inventory.check() == 1
    (row,) = (await shop.inventory.low("house", None, 10)).items
    assert (row.variant_id, row.low_told) == ("mug", True)


async def test_promises_whose_time_is_over_are_all_given_back(shop: Shop, clock: ManualClock) -> None:
    await stocked(shop, "mug", 150)
    for number in range(130):
        await shop.inventory.reserve(f"order-{number}", [Line(variant_id="mug", quantity=1)])
    clock.advance(minutes=16)
    assert await shop.inventory.sweep() == 130
    row = (await shop.inventory.stock(["mug"]))["mug"]
    assert (row.available, row.reserved) == (150, 0)


async def test_mails_leave_after_ninety_days(shop: Shop, clock: ManualClock) -> None:
    told = {"email": "ann@example.com", "name": "Ann", "locale": "en", "code": "1"}
    await shop.store.write(emit(clock, "VerificationRequested", "ann", told))
    await settle(shop)
    clock.advance(days=89)
    await shop.operations.run("expired-rows")
    assert len(await mails(shop, "verification")) == 1
    clock.advance(days=1, seconds=1)
    await shop.operations.run("expired-rows")
    assert [mail async for mail in shop.store.scan(MAILS)] == []
