"""Where mails are kept, which addresses are marked, and who wants what."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cartwheel.notifications.model import Choice, Mail, MailStatus, Reason, Suppression
from cartwheel.storage import Change, Delete, Index, Put, Query, Table, Update, absent, eq, exists, ne

MAILS = Table(
    "mails",
    Mail,
    "mail_id",
    indexes=(Index("by_time", "shard", "created_at"), Index("by_address", "to_key", "created_at")),
    ttl="expires_at",
)
SUPPRESSIONS = Table(
    "mail_suppressions", Suppression, "address_key", indexes=(Index("by_time", "shard", "at"),)
)
CHOICES = Table("mail_choices", Choice, "user_id", "topic")

TABLES = (MAILS, SUPPRESSIONS, CHOICES)

KEPT = timedelta(days=90)
SENDING = timedelta(seconds=60)

_NOTHING = {"to": "", "to_key": None, "subject": "", "html": "", "text": "", "unsubscribe_url": None}


def begun(mail: Mail) -> Change:
    """A mail that its writer sends now; conflicts when it is known already."""
    return Put(MAILS, mail, (absent(),))


def taken(mail: Mail, until: datetime) -> Change:
    """Somebody sends it now; conflicts when somebody else does."""
    when = (eq("status", MailStatus.QUEUED), eq("taken_until", mail.taken_until))
    return Update(MAILS, (mail.mail_id,), set={"taken_until": until}, when=when)


def ended(mail: Mail, status: MailStatus, error: str | None = None, *, kept: bool = True) -> Change:
    """It is on its way, or never will be. What is not ``kept`` leaves only the fact."""
    values = {"status": status, "error": error, "taken_until": None}
    return Update(MAILS, (mail.mail_id,), set=values if kept else {**values, **_NOTHING, "error": None})


def given_back(mail: Mail) -> Change:
    """It could not be sent now."""
    return Update(MAILS, (mail.mail_id,), set={"taken_until": None})


def forgotten(mail: Mail) -> Change:
    """Only the fact that there was a mail stays; conflicts when it is still to be sent."""
    when = (ne("status", MailStatus.QUEUED),)
    return Update(MAILS, (mail.mail_id,), set={**_NOTHING, "error": None}, when=when)


def newest(cursor: str | None, limit: int) -> Query[Mail]:
    """All mails, the newest first."""
    return Query(MAILS, "0", "by_time", descending=True, cursor=cursor, limit=limit)


def mails_to(address_key: str, cursor: str | None, limit: int) -> Query[Mail]:
    """The mails to an address, the oldest first."""
    return Query(MAILS, address_key, "by_address", cursor=cursor, limit=limit)


def marked(suppression: Suppression) -> Change:
    """Marks an address; conflicts when it is marked."""
    return Put(SUPPRESSIONS, suppression, (absent(),))


def marked_worse(suppression: Suppression) -> Change:
    """Makes a complaint a bounce; conflicts when it is one, or not marked any more."""
    values = {"reason": suppression.reason, "detail": suppression.detail, "at": suppression.at}
    when = (eq("reason", Reason.COMPLAINED),)
    return Update(SUPPRESSIONS, (suppression.address_key,), set=values, when=when)


def unmarked(address_key: str) -> Change:
    """Takes the mark away; conflicts when there is none."""
    return Delete(SUPPRESSIONS, (address_key,), (exists(),))


def nameless(address_key: str) -> Change:
    """Keeps the mark without the address; conflicts when there is none."""
    return Update(SUPPRESSIONS, (address_key,), set={"address": "", "detail": ""})


def suppressions(cursor: str | None, limit: int) -> Query[Suppression]:
    """All marked addresses, the latest first."""
    return Query(SUPPRESSIONS, "0", "by_time", descending=True, cursor=cursor, limit=limit)


def chosen(choice: Choice) -> Change:
    """What a user wants from now on."""
    return Put(CHOICES, choice)


def choices_of(user_id: str) -> Query[Choice]:
    """What a user has chosen."""
    return Query(CHOICES, user_id)


def unchosen(choices: Iterable[Choice]) -> list[Change]:
    """Forgets choices."""
    return [Delete(CHOICES, (choice.user_id, choice.topic)) for choice in choices]
