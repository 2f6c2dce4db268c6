"""Mail to customers and vendors: what the events of other domains mean to people."""

from cartwheel.notifications.kinds import KINDS
from cartwheel.notifications.model import Mail, MailStatus, NoSuchKind, Reason, Topic
from cartwheel.notifications.provider import AddressRefused, MailDelayed, Mailer, MailRefused
from cartwheel.notifications.rendering import LANGUAGES, Letters
from cartwheel.notifications.service import Notifications
from cartwheel.notifications.tables import TABLES

__all__ = [
    "KINDS",
    "LANGUAGES",
    "TABLES",
    "AddressRefused",
    "Letters",
    "Mail",
    "MailDelayed",
    "MailRefused",
    "MailStatus",
    "Mailer",
    "NoSuchKind",
    "Notifications",
    "Reason",
    "Topic",
]
