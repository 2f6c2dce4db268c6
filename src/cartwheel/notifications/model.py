"""A mail, from the moment that it is due until it is on its way."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class MailStatus(StrEnum):
    """Where a mail stands."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    REFUSED = "REFUSED"


class Mail(BaseModel):
    """One mail to one address. ``mail_id`` follows from the event and the recipient: it is written once."""

    model_config = ConfigDict(frozen=True)

    mail_id: str
    event_id: str
    template: str
    to: str
    subject: str
    html: str
    text: str
    status: MailStatus = MailStatus.QUEUED
    error: str | None = None
    taken_until: datetime | None = None
    """While somebody is sending it; another may try afterwards."""
    created_at: datetime
    expires_at: datetime
    shard: str = "0"
