"""Mail over SMTP, against a real server that can also say no."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from cartwheel.notifications import AddressRefused, Mail, MailDelayed, MailRefused
from cartwheel.notifications.smtp import Smtp

if TYPE_CHECKING:
    from email.message import EmailMessage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Inbox:
    """What arrived; ``answers`` are given to RCPT and DATA in turn instead of taking the mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.rcpt: str | None = None
        self.data: str | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and parameters
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data:
            return self.data
        assert isinstance(envelope.content, bytes)
        message: Any = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(message)
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def url(inbox: Inbox) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, loop=loop), "127.0.0.1", 0)
    yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def a_mail() -> Mail:
    return Mail(
        mail_id="m-1",
        event_id="e-1",
        template="verification",
        to="ann@example.com",
        subject="Grüße 🛒",
        html="<p>Grüße</p>",
        text="Grüße שלום\n",
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )


async def test_a_mail_arrives_whole(inbox: Inbox, url: str) -> None:
    await Smtp(url, "Shop <shop@example.com>").send(a_mail())
    (mail,) = inbox.mails
    assert (mail["Subject"], mail["To"], mail["From"]) == (
        "Grüße 🛒",
        "ann@example.com",
        "Shop <shop@example.com>",
    )
    assert mail["Message-ID"] == "<m-1@cartwheel>"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == "Grüße שלום"
    assert "<p>Grüße</p>" in html.get_content()


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "raised"),
    [("550 no such user", MailRefused), ("451 come back later", MailDelayed), ("421 closing", MailDelayed)],
)
async def test_what_the_server_answers(
    inbox: Inbox, url: str, stage: str, answer: str, raised: type[Exception]
) -> None:
    setattr(inbox, stage, answer)
    with pytest.raises(raised):
        await Smtp(url, "Shop <shop@example.com>").send(a_mail())
    assert inbox.mails == []


async def test_only_a_refused_recipient_is_nobody(inbox: Inbox, url: str) -> None:
    inbox.rcpt = "550 no such user"
    with pytest.raises(AddressRefused, match="550"):
        await Smtp(url, "Shop <shop@example.com>").send(a_mail())
    inbox.rcpt, inbox.data = None, "554 looks like spam"
    with pytest.raises(MailRefused) as refused:
        await Smtp(url, "Shop <shop@example.com>").send(a_mail())
    assert not isinstance(refused.value, AddressRefused)


async def test_nobody_answers() -> None:
    with pytest.raises(MailDelayed):
        await Smtp("smtp://127.0.0.1:1", "Shop <shop@example.com>").send(a_mail())


async def test_readiness_is_asked_without_sending(url: str, inbox: Inbox) -> None:
    await Smtp(url, "shop@example.com").ready()
    assert inbox.mails == []
    with pytest.raises(MailDelayed):
        await Smtp("smtp://127.0.0.1:9", "shop@example.com").ready()
