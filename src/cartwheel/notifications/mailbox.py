"""The embedded mailer: mails stay in the shop, shown at ``/mailbox`` and written as .eml files."""

import os
from collections.abc import Sequence
from datetime import datetime
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

    async def forget(self, mail_ids: Sequence[str]) -> None:
        for mail_id in mail_ids:
            (self._folder / f"{mail_id}.eml").unlink(missing_ok=True)

    async def sweep(self, before: datetime) -> int:
        old = [path for path in self._folder.glob("*.eml") if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)
