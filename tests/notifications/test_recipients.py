"""Who is written to: marked addresses, what people have turned off, and what is left when they have gone."""

import asyncio
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cartwheel.accounts import NewAccount
from cartwheel.kernel.clock import ManualClock
from cartwheel.notifications import Mail, MailStatus, Reason, Topic
from cartwheel.notifications.provider import AddressRefused, MailRefused
from cartwheel.notifications.service import Draft
from cartwheel.notifications.tables import MAILS, SUPPRESSIONS, begun
from cartwheel.orders import Parcel
from cartwheel.shop import Shop
from tests.notifications.test_mails import DRAFT, Postman, an_event, with_postman
from tests.support.shops import PASSWORD, Customer, client, settle, signed_in, stocked

REMINDER = Draft(
    "cart_reminder",
    "ann@example.com",
    {"name": "Ann", "lines": [("1 Mug", "$12.00")], "total": "$12.00"},
    user_id="ann",
)


async def statuses(shop: Shop) -> dict[str, MailStatus]:
    return {mail.template: mail.status async for mail in shop.store.scan(MAILS)}


async def test_a_refused_address_is_marked_and_gets_nothing_more(shop: Shop) -> None:
    async def nobody() -> None:
        raise AddressRefused("The mail server answered 550: no such user")

    postman = Postman(nobody)
    notifications = with_postman(shop, postman)
    await notifications.notify(an_event(shop), [DRAFT])
    mark = await notifications.suppression(" Ann@Example.com ")
    assert mark is not None
    assert (mark.reason, mark.address) == (Reason.BOUNCED, "ann@example.com")
    assert "550" in mark.detail
    postman.refuse = None
    event = an_event(shop)
    await notifications.notify(event, [DRAFT])
    await notifications.notify(event, [DRAFT])
    assert postman.sent == []
    skipped = await notifications.mail(f"{event.event_id}.0")
    assert skipped is not None
    assert (skipped.status, skipped.error) == (MailStatus.SKIPPED, "The address is marked: bounced.")
    await notifications.clear(mark.address_key)
    await notifications.notify(an_event(shop), [DRAFT])
    assert len(postman.sent) == 1


async def test_a_refused_mail_says_nothing_about_its_address(shop: Shop) -> None:
    async def spam() -> None:
        raise MailRefused("554 looks like spam")

    notifications = with_postman(shop, Postman(spam))
    await notifications.notify(an_event(shop), [DRAFT])
    assert await notifications.suppression("ann@example.com") is None


async def test_who_complains_gets_what_has_to_be(shop: Shop) -> None:
    postman = Postman()
    notifications = with_postman(shop, postman)
    await notifications.choose("ann", {Topic.CART: True})
    await notifications.suppress("ANN@example.com", Reason.COMPLAINED, "abuse")
    await notifications.notify(an_event(shop), [DRAFT, REMINDER])
    assert [mail.template for mail in postman.sent] == ["verification"]


async def test_a_complaint_does_not_lift_a_bounce(shop: Shop) -> None:
    marks = [Reason.COMPLAINED, Reason.BOUNCED, Reason.COMPLAINED, Reason.BOUNCED]
    await asyncio.gather(*(shop.notifications.suppress("ann@example.com", reason) for reason in marks))
    mark = await shop.notifications.suppression("ann@example.com")
    assert mark is not None
    assert mark.reason is Reason.BOUNCED


async def test_optional_mails_need_a_yes_and_can_be_turned_off_by_one_click(
    shop: Shop, tmp_path: Path
) -> None:
    async with client(shop) as http:
        ann, user_id = await signed_in(shop, http, "ann@example.com")
        reminder = Draft("cart_reminder", "ann@example.com", REMINDER.context, "de", user_id)
        await shop.notifications.notify(an_event(shop), [reminder])
        assert await statuses(shop) == {"cart_reminder": MailStatus.SKIPPED}
        url = "/api/users/me/mail"
        assert (await http.get(url, headers=ann.headers)).json() == {"cart": False, "stock": True}
        changed = await http.patch(url, json={"cart": True}, headers=ann.headers)
        assert changed.json() == {"cart": True, "stock": True}
        await shop.notifications.notify(an_event(shop), [reminder])
        (path,) = (tmp_path / "mail").glob("*.eml")
        mail = message_from_bytes(path.read_bytes(), policy=default)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        click = urlsplit(mail["List-Unsubscribe"].strip(" <>"))
        token = parse_qs(click.query)["token"][0]
        body = mail.get_body(("plain",))
        assert body is not None
        assert f"{shop.settings.base_url}/unsubscribe?token={token}" in body.get_content()
        # a program that only opens the link is led to the page, and changes nothing
        opened = await http.get(f"{click.path}?{click.query}")
        assert (opened.status_code, opened.headers["location"]) == (
            303,
            f"{shop.settings.base_url}/unsubscribe?token={token}",
        )
        asked = await http.get("/api/mail/subscription", params={"token": token})
        assert asked.json() == {"topic": "cart", "wanted": True}
        form = {"List-Unsubscribe": "One-Click"}
        for _ in range(2):
            done = await http.post(f"{click.path}?{click.query}", data=form)
            assert (done.status_code, done.json()) == (200, {"topic": "cart", "wanted": False})
        assert (await http.get(url, headers=ann.headers)).json() == {"cart": False, "stock": True}
        await shop.notifications.notify(an_event(shop), [reminder])
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


@pytest.mark.parametrize("token", ["", "cart:ann", "cart:ann.AAAA", "other:ann.x", "x" * 301])
async def test_a_made_up_link_unsubscribes_nobody(shop: Shop, token: str) -> None:
    await shop.notifications.choose("ann", {Topic.CART: True})
    async with client(shop) as http:
        for method, path in (("POST", "unsubscribe"), ("GET", "unsubscribe"), ("GET", "subscription")):
            answer = await http.request(method, f"/api/mail/{path}", params={"token": token})
            assert answer.status_code == 422, answer.text
    assert (await shop.notifications.topics("ann"))[Topic.CART] is True


async def test_what_cannot_be_turned_off_has_no_such_header(shop: Shop, tmp_path: Path) -> None:
    await shop.notifications.notify(an_event(shop), [DRAFT])
    (path,) = (tmp_path / "mail").glob("*.eml")
    assert b"List-Unsubscribe" not in path.read_bytes()


# --- languages ----------------------------------------------------------------------------------------------


async def test_users_are_written_to_in_their_language_and_guests_in_that_of_the_order(shop: Shop) -> None:
    await stocked(shop, "mug", 10)
    async with client(shop) as http:
        await shop.accounts.create_user(NewAccount("ute@example.com", PASSWORD, "Ute", "de-AT"))
        signed = await http.post("/api/auth/signin", json={"email": "ute@example.com", "password": PASSWORD})
        ute = Customer(http, {"Authorization": f"Bearer {signed.json()['accessToken']}"})
        german, plain = Customer(http), Customer(http)
        for who, more in ((ute, {}), (german, {"locale": "de"}), (plain, {})):
            await who.put("mug")
            email = {} if who is ute else {"email": f"{'g' if who is german else 'p'}@example.com"}
            placed = await who.order(**more, **email)
            assert placed.status_code == 202, placed.text
            await settle(shop)
    told = {mail.to: (mail.locale, mail.subject.split()[0]) async for mail in shop.store.scan(MAILS)}
    assert told == {
        "ute@example.com": ("de", "Ihre"),
        "g@example.com": ("de", "Ihre"),
        "p@example.com": ("en", "Your"),
    }


async def test_a_failed_payment_and_an_arrived_order_are_told(shop: Shop) -> None:
    await stocked(shop, "mug", 10)
    async with client(shop) as http:
        guest = Customer(http)
        await guest.put("mug")
        await guest.order("tok_chargeDeclined")
        await settle(shop)
        assert set(await statuses(shop)) == {"payment_failed"}
        order_id = (await guest.order()).json()["orderId"]
        await settle(shop)
    await shop.orders.ship(order_id, Parcel(carrier="Post"), "staff")
    await shop.orders.deliver(order_id, "staff")
    await settle(shop)
    assert set(await statuses(shop)) == {"payment_failed", "order_placed", "order_shipped", "order_delivered"}


# --- forgetting ---------------------------------------------------------------------------------------------


async def test_an_erased_account_leaves_no_mail_behind(shop: Shop) -> None:
    async with client(shop) as http:
        ann, user_id = await signed_in(shop, http, "ann@example.com")
        await shop.notifications.notify(an_event(shop), [DRAFT])
        await shop.notifications.choose(user_id, {Topic.CART: True})
        body = {"password": PASSWORD}
        gone = await http.request("DELETE", "/api/users/me", json=body, headers=ann.headers)
        assert gone.status_code in (200, 204), gone.text
        await settle(shop)
    mails = [mail async for mail in shop.store.scan(MAILS)]
    assert {mail.template: mail.status for mail in mails} == {
        "verification": MailStatus.SENT,
        "account_deleted": MailStatus.SENT,
    }
    assert "ann" not in "".join(mail.model_dump_json(exclude={"template"}) for mail in mails).lower()
    assert (await shop.notifications.topics(user_id))[Topic.CART] is False


async def test_a_mark_outlives_the_person_without_the_address(shop: Shop) -> None:
    await shop.notifications.suppress("ann@example.com", Reason.BOUNCED, "550 ann@example.com unknown")
    await shop.privacy.erase("ann@example.com")
    (mark,) = [mark async for mark in shop.store.scan(SUPPRESSIONS)]
    assert "ann" not in mark.model_dump_json()
    await shop.notifications.notify(an_event(shop), [DRAFT])
    assert await statuses(shop) == {"verification": MailStatus.SKIPPED}


async def test_a_mail_that_waits_is_not_emptied(shop: Shop) -> None:
    waiting = Mail(
        mail_id="m",
        event_id="e",
        template="reset",
        to="ann@example.com",
        to_key=shop.notifications._key("ann@example.com"),
        subject="s",
        html="h",
        text="t",
        created_at=shop.clock(),
        expires_at=shop.clock() + timedelta(days=1),
    )
    await shop.store.write(begun(waiting))
    assert await shop.notifications.forget("ann@example.com") == 0
    kept = await shop.notifications.mail("m")
    assert kept is not None
    assert kept.to == "ann@example.com"


async def test_files_of_the_mailbox_go_after_ninety_days(
    shop: Shop, clock: ManualClock, tmp_path: Path
) -> None:
    await shop.notifications.notify(an_event(shop), [DRAFT])
    assert await shop.notifications.sweep() == 0
    clock.advance(days=3650)  # the files' own time is the machine's
    assert await shop.notifications.sweep() == 1
    assert list((tmp_path / "mail").glob("*.eml")) == []


# --- the admin desk -----------------------------------------------------------------------------------------


async def test_admins_look_at_mails_and_clear_addresses(shop: Shop) -> None:
    async with client(shop) as http:
        admin, _ = await signed_in(shop, http, "admin@example.com", ("admins",))
        kinds = (await http.get("/api/mail/kinds", headers=admin.headers)).json()
        assert {"kind": "cart_reminder", "reader": "customer", "topic": "cart"} in kinds
        for kind in kinds:
            path = f"/api/mail/kinds/{kind['kind']}"
            german = (await http.get(path, params={"locale": "de"}, headers=admin.headers)).json()
            english = (await http.get(path, headers=admin.headers)).json()
            assert (german["language"], english["language"]) == ("de", "en")
            assert german["subject"] != english["subject"]
        missing = await http.get("/api/mail/kinds/nope", headers=admin.headers)
        assert missing.status_code == 404
        await shop.notifications.suppress("gone@example.com", Reason.BOUNCED, "550")
        (mark,) = (await http.get("/api/mail/addresses", headers=admin.headers)).json()
        assert (mark["address"], mark["reason"], mark["detail"]) == ("gone@example.com", "bounced", "550")
        url = f"/api/mail/addresses/{mark['addressKey']}"
        assert (await http.delete(url, headers=admin.headers)).status_code == 204
        assert (await http.delete(url, headers=admin.headers)).status_code == 404
        log = (await http.get("/api/audit", headers=admin.headers)).json()
    assert [entry["action"] for entry in log] == ["mail.cleared"]


async def test_strangers_see_no_previews(shop: Shop) -> None:
    async with client(shop) as http:
        vera, _ = await signed_in(shop, http, "vera@example.com", ("vendors",))
        for path in ("kinds", "kinds/reset", "addresses"):
            assert (await http.get(f"/api/mail/{path}")).status_code == 401
            assert (await http.get(f"/api/mail/{path}", headers=vera.headers)).status_code == 403
