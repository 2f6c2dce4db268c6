"""Events become mails: written down once per event and recipient, then sent until they are on their way."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.pages import Page
from cartwheel.messaging import Event
from cartwheel.notifications import tables
from cartwheel.notifications.model import Mail, MailStatus
from cartwheel.notifications.provider import MailDelayed, Mailer, MailRefused
from cartwheel.notifications.tables import KEPT, MAILS, SENDING
from cartwheel.storage import Conflict, Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be: its template, to whom, and what the template needs."""

    template: str
    to: str
    context: Mapping[str, Any]


Drafter = Callable[[Event], Awaitable[list[Draft]]]


class Notifications:
    """``brand`` is what every template sees: the shop's name and address."""

    def __init__(self, store: Store, clock: Clock, mailer: Mailer, brand: Mapping[str, str]) -> None:
        self._store = store
        self._clock = clock
        self._mailer = mailer
        self._templates = Environment(
            loader=PackageLoader("cartwheel.notifications"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["brand"] = dict(brand)

    async def notify(self, event: Event, drafts: list[Draft]) -> None:
        """Sends the mails of an event, each once however often this is called.

        Raises ``MailDelayed`` when one could not be handed over: call again later.
        """
        mails = [self._mail(event, draft, number) for number, draft in enumerate(drafts)]
        if not mails:
            return
        try:
            await self._store.write(*(tables.begun(mail) for mail in mails))
        except Conflict:
            log.debug("mails_known", event_id=event.event_id)
            sent = [await self._send_known(mail.mail_id) for mail in mails]
        else:
            sent = [await self._send(mail) for mail in mails]
        for delayed in sent:
            if delayed is not None:
                raise delayed

    async def mails(self, cursor: str | None, limit: int) -> Page[Mail]:
        """What was sent or is to be sent, the newest first."""
        return await self._store.query(tables.newest(cursor, limit))

    async def mail(self, mail_id: str) -> Mail | None:
        """One mail."""
        return await self._store.get(MAILS, mail_id)

    def render(self, draft: Draft) -> tuple[str, str, str]:
        """Subject, HTML and text of a draft."""
        context = dict(draft.context)
        text = self._templates.get_template(f"{draft.template}.txt").render(context)
        subject, _, text = text.partition("\n")
        html = self._templates.get_template(f"{draft.template}.html").render(context)
        return subject.strip(), html, text.lstrip("\n")

    def _mail(self, event: Event, draft: Draft, number: int) -> Mail:
        subject, html, text = self.render(draft)
        now = self._clock()
        return Mail(
            mail_id=f"{event.event_id}.{number}",
            event_id=event.event_id,
            template=draft.template,
            to=draft.to,
            subject=subject,
            html=html,
            text=text,
            taken_until=now + SENDING,
            created_at=now,
            expires_at=now + KEPT,
        )

    async def _send_known(self, mail_id: str) -> MailDelayed | None:
        """Sends a mail that was begun before, unless it has ended or somebody is at it."""
        mail, now = await self._store.get(MAILS, mail_id), self._clock()
        if mail is None or mail.status is not MailStatus.QUEUED:
            return None
        if mail.taken_until is not None and mail.taken_until > now:
            return MailDelayed("Somebody else is sending this mail.")
        try:
            await self._store.write(tables.taken(mail, now))
        except Conflict:
            return MailDelayed("Somebody else is sending this mail.")
        return await self._send(mail)

    async def _send(self, mail: Mail) -> MailDelayed | None:
        """Sends a mail that is taken; answers why it has to be tried again."""
        try:
            await self._mailer.send(mail)
        except MailRefused as error:
            log.warning("mail_refused", mail_id=mail.mail_id, template=mail.template, error=error.message)
            await self._store.write(tables.ended(mail, MailStatus.REFUSED, error.message))
        except MailDelayed as error:
            await self._store.write(tables.given_back(mail))
            return error
        else:
            await self._store.write(tables.ended(mail, MailStatus.SENT))
        return None
