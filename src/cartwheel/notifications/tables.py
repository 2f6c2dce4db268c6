"""Where mails are kept."""

from datetime import datetime, timedelta

from cartwheel.notifications.model import Mail, MailStatus
from cartwheel.storage import Change, Index, Put, Query, Table, Update, absent, eq

MAILS = Table("mails", Mail, "mail_id", indexes=(Index("by_time", "shard", "created_at"),), ttl="expires_at")

TABLES = (MAILS,)

KEPT = timedelta(days=90)
SENDING = timedelta(seconds=60)


def begun(mail: Mail) -> Change:
    """A mail that its writer sends now; conflicts when it is known already."""
    return Put(MAILS, mail, (absent(),))


def taken(mail: Mail, now: datetime) -> Change:
    """Somebody sends it now; conflicts when somebody else does."""
    when = (eq("status", MailStatus.QUEUED), eq("taken_until", mail.taken_until))
    return Update(MAILS, (mail.mail_id,), set={"taken_until": now + SENDING}, when=when)


def ended(mail: Mail, status: MailStatus, error: str | None = None) -> Change:
    """It is on its way, or never will be."""
    values = {"status": status, "error": error, "taken_until": None}
    return Update(MAILS, (mail.mail_id,), set=values)


def given_back(mail: Mail) -> Change:
    """It could not be sent now."""
    return Update(MAILS, (mail.mail_id,), set={"taken_until": None})


def newest(cursor: str | None, limit: int) -> Query[Mail]:
    """All mails, the newest first."""
    return Query(MAILS, "0", "by_time", descending=True, cursor=cursor, limit=limit)
