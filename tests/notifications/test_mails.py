"""Which mails are written, to whom, how often, and that nothing in them can be injected."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.kernel.signing import Signer
from cartwheel.messaging import Event
from cartwheel.notifications import (
    Letters,
    Mail,
    MailDelayed,
    Mailer,
    MailRefused,
    MailStatus,
    Notifications,
)
from cartwheel.notifications.provider import message
from cartwheel.notifications.service import Draft
from cartwheel.shop import Shop
from tests.support.shops import PASSWORD, Customer, client, running_shop, settle, stocked

LETTERS = Letters({"name": "Test Shop", "url": "http://shop.test"})


class Postman(Mailer):
    """Notes what it was given; ``refuse`` decides what it does about it."""

    def __init__(self, refuse: Callable[[], Awaitable[None]] | None = None) -> None:
        self.sent: list[Mail] = []
        self.refuse = refuse

    async def send(self, mail: Mail) -> None:
        await asyncio.sleep(0)
        if self.refuse:
            await self.refuse()
        self.sent.append(mail)

    async def ready(self) -> None:
        return


def an_event(shop: Shop) -> Event:
    return Event(type="VerificationRequested", subject="user", at=shop.clock())


def with_postman(shop: Shop, postman: Postman) -> Notifications:
    return Notifications(shop.store, shop.clock, postman, LETTERS, Signer(shop.secret, "mail"))


DRAFT = Draft("verification", "ann@example.com", {"name": "Ann", "code": "123456"})


async def test_a_mail_is_sent_once_per_event(shop: Shop) -> None:
    postman = Postman()
    notifications = with_postman(shop, postman)
    event = an_event(shop)

    async def notify() -> None:
        try:
            await notifications.notify(event, [DRAFT, DRAFT])
        except MailDelayed:
            return

    await asyncio.gather(*(notify() for _ in range(6)))
    await notify()
    assert sorted(mail.mail_id for mail in postman.sent) == [f"{event.event_id}.0", f"{event.event_id}.1"]
    assert "123456" in postman.sent[0].subject


async def test_a_delayed_mail_is_sent_later(shop: Shop) -> None:
    async def busy() -> None:
        raise MailDelayed("later")

    postman = Postman(busy)
    notifications = with_postman(shop, postman)
    event = an_event(shop)
    with pytest.raises(MailDelayed):
        await notifications.notify(event, [DRAFT])
    postman.refuse = None
    await notifications.notify(event, [DRAFT])
    assert len(postman.sent) == 1


async def test_a_refused_mail_is_not_tried_again(shop: Shop) -> None:
    async def no() -> None:
        raise MailRefused("550 no such user")

    postman = Postman(no)
    notifications = with_postman(shop, postman)
    event = an_event(shop)
    await notifications.notify(event, [DRAFT])
    postman.refuse = None
    await notifications.notify(event, [DRAFT])
    assert postman.sent == []
    (mail,) = (await notifications.mails(None, 10)).items
    assert (mail.status, mail.error) == (MailStatus.REFUSED, "550 no such user")


async def test_a_mail_taken_by_a_dead_process_is_sent_by_another(shop: Shop, clock: ManualClock) -> None:
    async def die() -> None:
        raise asyncio.CancelledError

    notifications = with_postman(shop, Postman(die))
    event = an_event(shop)
    with pytest.raises(asyncio.CancelledError):
        await notifications.notify(event, [DRAFT])
    postman = Postman()
    other = with_postman(shop, postman)
    with pytest.raises(MailDelayed):
        await other.notify(event, [DRAFT])
    clock.advance(seconds=61)
    await other.notify(event, [DRAFT])
    assert len(postman.sent) == 1


async def test_names_cannot_inject_markup_or_headers(shop: Shop, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\r\nBcc: all@example.com {{ 7 * 7 }}"
    await shop.notifications.notify(
        an_event(shop), [Draft("verification", "a@example.com", {"name": evil, "code": "1"})]
    )
    (path,) = (tmp_path / "mail").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Bcc"] is None
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
    assert "49" not in html.get_content()


def some_mail(**values: str) -> Mail:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    mail = Mail(
        mail_id="m",
        event_id="e",
        template="t",
        to="ann@example.com",
        subject="Hello",
        html="",
        text="",
        created_at=now,
        expires_at=now,
    )
    return mail.model_copy(update=values)


@pytest.mark.parametrize("header", ["to", "subject"])
def test_a_line_break_begins_no_header(header: str) -> None:
    mail = some_mail(**{header: "Hello\r\nBcc: all@example.com"})
    sent = message_from_bytes(message(mail, "Shop <shop@example.com>").as_bytes(), policy=default)
    assert sent["Bcc"] is None


def test_headers_of_any_language_and_length_arrive_whole() -> None:
    mail = some_mail(subject="Grüße " + "und mehr " * 20, unsubscribe_url="https://example.com/" + "x" * 150)
    sent = message_from_bytes(message(mail, "Käsekiste <shop@example.com>").as_bytes(), policy=default)
    assert sent["From"] == "Käsekiste <shop@example.com>"
    assert sent["From"].addresses[0].addr_spec == "shop@example.com"
    assert sent["Subject"] == mail.subject.strip()
    assert sent["List-Unsubscribe"].strip() == f"<{mail.unsubscribe_url}>"
    assert sent["Date"].datetime == mail.created_at


async def test_sign_up_with_the_mailed_code_then_buy(shop: Shop) -> None:
    await stocked(shop)
    async with client(shop) as http:
        account = {"email": "new@example.com", "password": PASSWORD, "name": "Nia"}
        assert (await http.post("/api/auth/signup", json=account)).status_code in (200, 202)
        await settle(shop)
        (mail,) = (await shop.notifications.mails(None, 10)).items
        code = mail.subject.rpartition(" ")[2]
        confirmed = await http.post("/api/auth/confirm", json={"email": account["email"], "code": code})
        assert confirmed.status_code == 200, confirmed.text
        answer = await http.post("/api/auth/signin", json={"email": account["email"], "password": PASSWORD})
        nia = Customer(http, {"Authorization": f"Bearer {answer.json()['accessToken']}"})
        await nia.put("mug")
        assert (await nia.order()).status_code == 202
        await settle(shop)
        mails = (await shop.notifications.mails(None, 10)).items
    assert {mail.template for mail in mails} >= {"verification", "order_placed"}


async def test_the_mailbox_shows_mails(shop: Shop) -> None:
    async with client(shop) as http:
        assert "No mail yet" in (await http.get("/mailbox")).text
        await shop.notifications.notify(an_event(shop), [DRAFT])
        page = await http.get("/mailbox")
        assert "ann@example.com" in page.text
        (mail,) = (await shop.notifications.mails(None, 1)).items
        shown = await http.get(f"/mailbox/{mail.mail_id}")
        assert "123456" in shown.text
        assert (await http.get("/mailbox/none")).status_code == 404


@pytest.fixture
async def in_production(tmp_path: Path, clock: ManualClock) -> AsyncIterator[httpx.AsyncClient]:
    async with running_shop(tmp_path, "", clock, stage="prod", secret="x" * 40) as shop, client(shop) as http:
        yield http


async def test_no_mailbox_in_production(in_production: httpx.AsyncClient) -> None:
    assert (await in_production.get("/mailbox")).status_code == 404
