"""Mail through SES.

SES puts a ``Message-ID`` of its own into every mail, so nothing downstream drops a repeated one; a mail is
sent again only when no answer came. Each carries its ``mail_id`` as the tag ``mail``: the events of the
configuration set (bounces, complaints) name it.
"""

import json
import re
from collections.abc import Iterator
from email.utils import parseaddr

from botocore.exceptions import ClientError

from cartwheel.aws import Address, Service, answered, code_of, config
from cartwheel.notifications.model import Mail, Reason
from cartwheel.notifications.provider import MailDelayed, Mailer, MailRefused, message

_FORM = "ses://region/configuration-set?endpoint=http://host:port"

_REFUSED = {"BadRequestException", "MessageRejected"}
"""This mail will never be taken. All else is for whoever runs the shop to mend: quota, domain, permission."""

_UNTAGGED = re.compile(r"[^A-Za-z0-9_.@-]")


class Ses(Mailer):
    """``url`` is ``ses://region`` or ``ses://region/configuration-set``."""

    def __init__(self, url: str, sender: str) -> None:
        address = Address.of(url, _FORM)
        self._sender = sender
        self._set = {"ConfigurationSetName": address.path} if address.path else {}
        # a mail that was sent again by itself might come twice: the queue tries again
        tuned = config(retries={"mode": "standard", "total_max_attempts": 1})
        self._ses = Service("sesv2", address.client(address.host), tuned)

    async def send(self, mail: Mail) -> None:
        request = {
            "FromEmailAddress": parseaddr(self._sender)[1],
            "Destination": {"ToAddresses": [mail.to]},
            "Content": {"Raw": {"Data": message(mail, self._sender).as_bytes()}},
            "EmailTags": [{"Name": "mail", "Value": _UNTAGGED.sub("-", mail.mail_id)[:256]}],
            **self._set,
        }
        try:
            with answered(MailDelayed):
                client = await self._ses.client()
                await client.send_email(**request)
        except ClientError as error:
            told = f"SES answered {code_of(error)}: {error.response['Error'].get('Message', '')[:200]}"
            raise (MailRefused(told) if code_of(error) in _REFUSED else MailDelayed(told)) from error

    async def ready(self) -> None:
        try:
            with answered(MailDelayed):
                client = await self._ses.client()
                account = await client.get_account()
        except ClientError as error:
            raise MailDelayed(f"SES answered {code_of(error)}.") from error
        if not account.get("SendingEnabled"):
            raise MailDelayed("SES does not let this account send.")

    async def close(self) -> None:
        await self._ses.close()


def returned(told: str) -> Iterator[tuple[str, Reason, str]]:
    """Whom not to write to any more, and what was said: from an event of the configuration set, as JSON.

    A bounce that may pass (a full mailbox) marks nobody.
    """
    event = json.loads(told)
    bounce, complaint = event.get("bounce") or {}, event.get("complaint") or {}
    if bounce.get("bounceType") == "Permanent":
        for recipient in bounce.get("bouncedRecipients", ()):
            yield recipient["emailAddress"], Reason.BOUNCED, recipient.get("diagnosticCode", "")
    for recipient in complaint.get("complainedRecipients", ()):
        yield recipient["emailAddress"], Reason.COMPLAINED, complaint.get("complaintFeedbackType", "")
