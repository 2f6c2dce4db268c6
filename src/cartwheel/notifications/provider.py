"""The port through which mail leaves the shop."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime, formataddr, parseaddr

from cartwheel.kernel.errors import Invalid, Unavailable
from cartwheel.notifications.model import Mail


class MailRefused(Invalid):
    """The address or the mail was refused for good (SMTP 5xx)."""

    code = "mail_refused"


class AddressRefused(MailRefused):
    """There is nobody at that address (SMTP 5xx for the recipient): it is marked as bounced."""


class MailDelayed(Unavailable):
    """The mail was not taken now (SMTP 4xx, no connection): try again later."""

    code = "mail_delayed"


class Mailer(ABC):
    """Sends one mail. A repeated mail has the same ``Message-ID``, by which mail systems drop duplicates."""

    @abstractmethod
    async def send(self, mail: Mail) -> None:
        """Hands the mail over. Raises ``MailRefused``, or as such ``AddressRefused``, or ``MailDelayed``."""

    @abstractmethod
    async def ready(self) -> None:
        """Returns when mail would be taken now, without sending any. Raises what ``send`` does."""

    async def close(self) -> None:
        """Closes connections, where any are kept open."""
        return

    async def forget(self, mail_ids: Sequence[str]) -> None:
        """Drops what it has kept of these mails; most keep nothing."""
        del mail_ids

    async def sweep(self, before: datetime) -> int:
        """Drops what it has kept since before then, and counts it; most keep nothing."""
        del before
        return 0


class _Plain(Compat32):
    """Headers that fit a line go out as they are: looking for where to fold them is what takes longest."""

    def fold_binary(self, name: str, value: str) -> bytes:
        line = f"{name}: {value}"
        if len(line) > _LINE or not line.isascii() or not line.isprintable():
            return super().fold_binary(name, value)
        return f"{line}{self.linesep}".encode()


_PLAIN = _Plain()
_LINE = 76


def message(mail: Mail, sender: str) -> MIMEMultipart:
    """The mail as an RFC 5322 message, text first, HTML beside it.

    Built from the older MIME classes: the newer ``EmailMessage`` parses each header it is given, and takes
    four times as long. The boundary is given because looking for one takes as long as the rest: no mail
    holds its own id.
    """
    made = MIMEMultipart("alternative", boundary=f"={mail.mail_id}=", policy=_PLAIN)
    made["From"] = formataddr(parseaddr(sender))
    made["To"] = _line("To", mail.to)
    made["Subject"] = _line("Subject", mail.subject)
    made["Date"] = format_datetime(mail.created_at)
    made["Message-ID"] = f"<{mail.mail_id}@cartwheel>"
    made["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url:  # one click in the mail program, by a POST (RFC 8058)
        made["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.attach(MIMEText(mail.text, "plain"))
    made.attach(MIMEText(mail.html, "html"))
    return made


def _line(name: str, text: str) -> str:
    """A header's value on one line: these classes would let a line break begin another header."""
    line = " ".join(text.split())
    return line if line.isascii() else Header(line, "utf-8", header_name=name).encode()
