"""The embedded mailer: mails stay in the shop, shown at ``/mailbox`` and written as .eml files."""

import os
from pathlib import Path

from cartwheel.notifications.model import Mail
from cartwheel.notifications.provider import MailDelayed, Mailer, message


class Mailbox(Mailer):
    """Writes ``folder/<mail id>.eml``; the same mail again writes the same file."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender
        folder.mkdir(parents=True, exist_ok=True)

    async def send(self, mail: Mail) -> None:
        whole = self._folder / f"{mail.mail_id}.eml"
        part = whole.with_suffix(".part")
        part.write_bytes(message(mail, self._sender).as_bytes())
        part.replace(whole)

    async def ready(self) -> None:
        if not os.access(self._folder, os.W_OK):
            raise MailDelayed(f"Nothing can be written to {self._folder}.")
