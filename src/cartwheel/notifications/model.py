"""A mail, from the moment that it is due until it is on its way; and what people want to hear of."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.errors import Invalid, NotFound


class NoSuchKind(NotFound):
    """The shop writes no mails of that kind."""

    code = "mail_kind_not_found"

    def __init__(self, kind: str) -> None:
        super().__init__("There is no mail of that kind.", kind=kind)


class NoSuchSuppression(NotFound):
    """The address is not marked."""

    code = "suppression_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such marked address.")


class InvalidUnsubscribeLink(Invalid):
    """The link was not made by this shop, or not whole."""

    code = "invalid_unsubscribe_link"

    def __init__(self) -> None:
        super().__init__("This link is not one of ours. Change what you get on your account page.")


class MailStatus(StrEnum):
    """Where a mail stands. ``SKIPPED``: its address is marked, or its reader does not want it."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    REFUSED = "REFUSED"
    SKIPPED = "SKIPPED"


class Topic(StrEnum):
    """What people may turn on and off. All other mails are a part of what they have asked the shop to do."""

    CART = "cart"
    STOCK = "stock"


WANTED_AT_FIRST = {Topic.CART: False, Topic.STOCK: True}
"""Reminders of a cart need a yes; that goods run out is told until somebody says no."""


class Reason(StrEnum):
    """Why an address is marked: it does not exist, or its owner has called a mail spam."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Mail(BaseModel):
    """One mail to one address. ``mail_id`` follows from the event and the recipient: it is written once."""

    model_config = ConfigDict(frozen=True)

    mail_id: str
    event_id: str
    template: str
    to: str
    to_key: str | None = None
    """A keyed hash of the address, by which its mails are found. Empty once they are forgotten."""
    locale: str | None = None
    subject: str
    html: str
    text: str
    unsubscribe_url: str | None = None
    """Where mail programs send one click; for the kinds that may be left off."""
    status: MailStatus = MailStatus.QUEUED
    error: str | None = None
    taken_until: datetime | None = None
    """While somebody is sending it; another may try afterwards."""
    created_at: datetime
    expires_at: datetime
    shard: str = "0"


class Suppression(BaseModel):
    """An address that is not written to any more: bounced ones never, others only what has to be."""

    model_config = ConfigDict(frozen=True)

    address_key: str
    address: str
    """Empty once its owner was forgotten: the mark stays."""
    reason: Reason
    detail: str = ""
    at: datetime
    shard: str = "0"


class Choice(BaseModel):
    """Whether a user wants mails about a topic."""

    model_config = ConfigDict(frozen=True)

    user_id: str
    topic: Topic
    wanted: bool
    at: datetime
