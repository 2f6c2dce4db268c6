"""Events become mails: written down once per event and recipient, then sent until they are on their way."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any

import structlog

from cartwheel.audit import SYSTEM, audited
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.pages import Page, every_page
from cartwheel.kernel.signing import Signer
from cartwheel.kernel.telemetry import timed
from cartwheel.messaging import Event
from cartwheel.notifications import tables
from cartwheel.notifications.kinds import KINDS, kind_of
from cartwheel.notifications.model import (
    WANTED_AT_FIRST,
    Choice,
    InvalidUnsubscribeLink,
    Mail,
    MailStatus,
    NoSuchSuppression,
    Reason,
    Suppression,
    Topic,
)
from cartwheel.notifications.provider import AddressRefused, MailDelayed, Mailer, MailRefused
from cartwheel.notifications.rendering import Letter, Letters
from cartwheel.notifications.tables import CHOICES, KEPT, MAILS, SENDING, SUPPRESSIONS
from cartwheel.storage import Change, Conflict, Store

log = structlog.get_logger()

FORGOTTEN_AT_ONCE = 100

_EXPORTED = {"template", "to", "subject", "text", "status", "created_at"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be: its kind, to whom, and what the template needs.

    Optional kinds go to users only, and need ``user_id``. Of what is not ``kept``, only the fact that it was
    sent is kept: nobody is left whom it could be about.
    """

    template: str
    to: str
    context: Mapping[str, Any]
    locale: str | None = None
    user_id: str | None = None
    kept: bool = True


Drafter = Callable[[Event], Awaitable[list[Draft]]]


class Notifications:
    """``signer`` signs links to unsubscribe, and hashes addresses."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        mailer: Mailer,
        letters: Letters,
        signer: Signer,
        sending: timedelta = SENDING,
    ) -> None:
        """``sending`` is how long a mail is left to whoever sends it: less than a message is hidden.

        Else the message of a worker that was killed comes back too early, three times, and is given up.
        """
        self._store = store
        self._clock = clock
        self._mailer = mailer
        self._letters = letters
        self._signer = signer
        self._sending = sending

    # --- writing and sending --------------------------------------------------------------------------------

    async def notify(self, event: Event, drafts: Sequence[Draft]) -> None:
        """Sends the mails of an event, each once however often this is called.

        What its reader does not want, and what goes to a marked address, is noted and not sent. Raises
        ``MailDelayed`` when one could not be handed over: call again later.
        """
        if not drafts:
            return
        unsent = await self._held(drafts)
        mails = [self._mail(event, draft, number, unsent[number]) for number, draft in enumerate(drafts)]
        try:
            await self._store.write(*(tables.begun(mail) for mail in mails))
        except Conflict:
            log.debug("mails_known", event_id=event.event_id)
            due = [await self._retaken(mail.mail_id) for mail in mails]
        else:
            due = [mail if mail.status is MailStatus.QUEUED else None for mail in mails]
        sent = [
            await self._send(mail, kept=draft.kept) if isinstance(mail, Mail) else mail
            for mail, draft in zip(due, drafts, strict=True)
        ]
        for delayed in sent:
            if delayed is not None:
                raise delayed

    async def mails(self, cursor: str | None, limit: int) -> Page[Mail]:
        """What was sent or is to be sent, the newest first."""
        return await self._store.query(tables.newest(cursor, limit))

    async def mail(self, mail_id: str) -> Mail | None:
        """One mail."""
        return await self._store.get(MAILS, mail_id)

    def preview(self, kind: str, locale: str | None = None) -> Letter:
        """A mail of that kind with sample data. Raises ``NoSuchKind``."""
        known = kind_of(kind)
        language = self._letters.language(locale)
        link = self._page("sample") if known.topic else None
        return self._letters.write(
            kind, known.sample(locale or language, self._letters.currency), language, link
        )

    async def forget(self, address: str) -> int:
        """Empties all mails to an address but those that are still to be sent; answers how many.

        A mark stays, without the address. Repeatable.
        """
        key, count = self._key(address), 0
        with suppress(Conflict):
            await self._store.write(tables.nameless(key))
        async for page in self._mails_to(key):
            for mail in page.items:
                with suppress(Conflict):  # still to be sent
                    await self._store.write(tables.forgotten(mail))
                    count += 1
            await self._mailer.forget([mail.mail_id for mail in page.items])
        return count

    async def export(self, user_id: str, address: str) -> dict[str, Any]:
        """All that is known here of a person, as plain JSON: what is wanted, what was written."""
        mark = await self.suppression(address)
        mails = [
            mail.model_dump(mode="json", include=_EXPORTED)
            async for page in self._mails_to(self._key(address))
            for mail in page.items
        ]
        return {
            "topics": {topic.value: wanted for topic, wanted in (await self.topics(user_id)).items()},
            "marked": mark.model_dump(mode="json", include={"reason", "detail", "at"}) if mark else None,
            "mails": mails,
        }

    def _mails_to(self, key: str) -> AsyncIterator[Page[Mail]]:
        return every_page(lambda cursor: self._store.query(tables.mails_to(key, cursor, FORGOTTEN_AT_ONCE)))

    async def sweep(self) -> int:
        """Has the mailer drop what it has kept for longer than the shop keeps mails; answers how much."""
        return await self._mailer.sweep(self._clock() - KEPT)

    # --- addresses ------------------------------------------------------------------------------------------

    async def suppress(self, address: str, reason: Reason, detail: str = "") -> None:
        """Marks an address: bounced ones get no mail any more, those that complain only what has to be.

        ``detail`` is what the mail system said. Repeatable; a complaint does not lift a bounce.
        """
        mark = Suppression(
            address_key=self._key(address),
            address=address,
            reason=reason,
            detail=detail[:500],
            at=self._clock(),
        )
        try:
            await self._store.write(tables.marked(mark))
        except Conflict:
            if reason is Reason.BOUNCED:
                with suppress(Conflict):  # it is marked so, or was cleared at this moment
                    await self._store.write(tables.marked_worse(mark))
        log.info("address_marked", reason=reason.value)

    async def suppression(self, address: str) -> Suppression | None:
        """The mark on an address, if there is one."""
        return await self._store.get(SUPPRESSIONS, self._key(address))

    async def suppressions(self, cursor: str | None, limit: int) -> Page[Suppression]:
        """All marked addresses, the latest first."""
        return await self._store.query(tables.suppressions(cursor, limit))

    async def clear(self, address_key: str, by: str = SYSTEM) -> None:
        """Takes the mark off an address. Raises ``NoSuchSuppression``."""
        noted = audited(self._clock(), by, "mail.cleared", address_key)
        try:
            await self._store.write(tables.unmarked(address_key), noted)
        except Conflict:
            raise NoSuchSuppression from None

    # --- topics ---------------------------------------------------------------------------------------------

    async def topics(self, user_id: str) -> dict[Topic, bool]:
        """What a user wants to hear of. One storage call."""
        chosen = (await self._store.query(tables.choices_of(user_id))).items
        return {**WANTED_AT_FIRST, **{choice.topic: choice.wanted for choice in chosen}}

    async def choose(self, user_id: str, wanted: Mapping[Topic, bool]) -> dict[Topic, bool]:
        """Turns topics on and off; answers all of them."""
        now = self._clock()
        changes: list[Change] = [
            tables.chosen(Choice(user_id=user_id, topic=topic, wanted=yes, at=now))
            for topic, yes in wanted.items()
        ]
        if changes:
            await self._store.write(*changes)
        return await self.topics(user_id)

    async def forget_choices(self, user_id: str) -> None:
        """Forgets what a user has chosen. Repeatable."""
        known = (await self._store.query(tables.choices_of(user_id))).items
        if known:
            await self._store.write(*tables.unchosen(known))

    async def unsubscribe(self, token: str) -> Topic:
        """Turns off what the link in a mail is about; answers that. Repeatable.

        Raises ``InvalidUnsubscribeLink``.
        """
        topic, user_id = self._opened(token)
        await self.choose(user_id, {topic: False})
        return topic

    async def subscription(self, token: str) -> tuple[Topic, bool]:
        """What a link is about, and whether it is on. Raises ``InvalidUnsubscribeLink``."""
        topic, user_id = self._opened(token)
        return topic, (await self.topics(user_id))[topic]

    def page_of(self, token: str) -> str:
        """The page that asks before it unsubscribes. Raises ``InvalidUnsubscribeLink``."""
        self._opened(token)
        return self._page(token)

    # --- inside ---------------------------------------------------------------------------------------------

    def _key(self, address: str) -> str:
        folded = address.strip().casefold().encode()
        return blake2b(folded, key=self._signer.key, digest_size=20).hexdigest()

    def _page(self, token: str) -> str:
        return f"{self._letters.brand['url']}/unsubscribe?token={token}"

    def _opened(self, token: str) -> tuple[Topic, str]:
        topic, _, user_id = (self._signer.verify(token) or "").partition(":")
        if topic not in set(Topic) or not user_id:
            raise InvalidUnsubscribeLink
        return Topic(topic), user_id

    async def _held(self, drafts: Sequence[Draft]) -> list[str | None]:
        """Why each draft is not to be sent, if it is not. Two storage calls at most."""
        marks = await self._store.get_many(SUPPRESSIONS, [(self._key(draft.to),) for draft in drafts])
        topics = [KINDS[draft.template].topic for draft in drafts]
        asked = [
            (draft.user_id, topic) for draft, topic in zip(drafts, topics, strict=True) if topic is not None
        ]
        found = await self._store.get_many(CHOICES, [key for key in asked if key[0]]) if asked else []
        chosen = {(choice.user_id, choice.topic): choice.wanted for choice in found if choice}
        return [
            _reason_not_to(mark, topic, None if topic is None else chosen.get((draft.user_id or "", topic)))
            for draft, mark, topic in zip(drafts, marks, topics, strict=True)
        ]

    def _mail(self, event: Event, draft: Draft, number: int, unsent: str | None) -> Mail:
        topic, now = KINDS[draft.template].topic, self._clock()
        token = self._signer.sign(f"{topic}:{draft.user_id}") if topic else ""
        letter = self._letters.write(
            draft.template, draft.context, draft.locale, self._page(token) if topic else None
        )
        click = f"{self._letters.brand['url']}/api/mail/unsubscribe?token={token}"
        return Mail(
            mail_id=f"{event.event_id}.{number}",
            event_id=event.event_id,
            template=draft.template,
            to=draft.to,
            to_key=self._key(draft.to),
            locale=letter.language,
            subject=letter.subject,
            html=letter.html,
            text=letter.text,
            unsubscribe_url=click if topic else None,
            status=MailStatus.SKIPPED if unsent else MailStatus.QUEUED,
            error=unsent,
            taken_until=None if unsent else now + self._sending,
            created_at=now,
            expires_at=now + KEPT,
        )

    async def _retaken(self, mail_id: str) -> Mail | MailDelayed | None:
        """A mail that was begun before, to be sent now, unless it has ended or somebody is at it."""
        mail, now = await self._store.get(MAILS, mail_id), self._clock()
        if mail is None or mail.status is not MailStatus.QUEUED:
            return None
        if mail.taken_until is not None and mail.taken_until > now:
            return MailDelayed("Somebody else is sending this mail.")
        try:
            await self._store.write(tables.taken(mail, now + self._sending))
        except Conflict:
            return MailDelayed("Somebody else is sending this mail.")
        return mail

    async def _send(self, mail: Mail, *, kept: bool) -> MailDelayed | None:
        """Sends a mail that is taken; answers why it has to be tried again."""
        try:
            with timed("mail", {"template": mail.template}, {"mail_id": mail.mail_id}):
                await self._mailer.send(mail)
        except MailRefused as error:
            log.warning("mail_refused", mail_id=mail.mail_id, template=mail.template)
            if isinstance(error, AddressRefused):
                await self.suppress(mail.to, Reason.BOUNCED, error.message)
            await self._store.write(tables.ended(mail, MailStatus.REFUSED, error.message, kept=kept))
        except MailDelayed as error:
            await self._store.write(tables.given_back(mail))
            return error
        else:
            await self._store.write(tables.ended(mail, MailStatus.SENT, kept=kept))
        return None


def _reason_not_to(mark: Suppression | None, topic: Topic | None, wanted: bool | None) -> str | None:  # noqa: FBT001 - a stored choice
    if mark is not None and (mark.reason is Reason.BOUNCED or topic is not None):
        return f"The address is marked: {mark.reason}."
    if topic is not None and not (WANTED_AT_FIRST[topic] if wanted is None else wanted):
        return f"Its reader does not want mails about {topic}."
    return None
