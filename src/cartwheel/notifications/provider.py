"""The port through which mail leaves the shop."""

from abc import ABC, abstractmethod
from email.message import EmailMessage
from email.utils import format_datetime

from cartwheel.kernel.errors import Invalid, Unavailable
from cartwheel.notifications.model import Mail


class MailRefused(Invalid):
    """The address or the mail was refused for good (SMTP 5xx)."""

    code = "mail_refused"


class MailDelayed(Unavailable):
    """The mail was not taken now (SMTP 4xx, no connection): try again later."""

    code = "mail_delayed"


class Mailer(ABC):
    """Sends one mail. A repeated mail has the same ``Message-ID``, by which mail systems drop duplicates."""

    @abstractmethod
    async def send(self, mail: Mail) -> None:
        """Hands the mail over. Raises ``MailRefused`` or ``MailDelayed``."""


def message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as an RFC 5322 message, text first, HTML beside it."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = mail.to
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(mail.created_at)
    made["Message-ID"] = f"<{mail.mail_id}@cartwheel>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    return made
