"""Mail over SMTP, with STARTTLS where the server offers it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote, urlsplit

import aiosmtplib

from cartwheel.notifications.model import Mail
from cartwheel.notifications.provider import AddressRefused, MailDelayed, Mailer, MailRefused, message

TIMEOUT_SECONDS = 20


class Smtp(Mailer):
    """``smtp://user:password@host:port`` (587 by default) or ``smtps://…`` (465)."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._sender = sender
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def send(self, mail: Mail) -> None:
        async with self._connected() as server:
            await server.send_message(message(mail, self._sender))

    async def ready(self) -> None:
        async with self._connected() as server:
            await server.noop()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A server that has let the shop in. What it refuses is told as the port says."""
        server = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._tls,
            timeout=TIMEOUT_SECONDS,
        )
        try:
            async with server:
                yield server
        except aiosmtplib.SMTPRecipientsRefused as error:
            recipient = error.recipients[0]
            refusal = self._refusal(recipient.code, recipient.message)
            raise AddressRefused(refusal.message) if isinstance(refusal, MailRefused) else refusal from error
        except aiosmtplib.SMTPResponseException as error:
            raise self._refusal(error.code, error.message) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailDelayed(f"The mail server did not take the mail: {type(error).__name__}.") from error

    @staticmethod
    def _refusal(code: int, text: str) -> MailRefused | MailDelayed:
        told = f"The mail server answered {code}: {text[:200]}"
        return MailRefused(told) if 500 <= code < 600 else MailDelayed(told)
