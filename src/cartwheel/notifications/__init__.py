"""Mail to customers and vendors: what the events of other domains mean to people."""

from cartwheel.notifications.model import Mail, MailStatus
from cartwheel.notifications.provider import MailDelayed, Mailer, MailRefused
from cartwheel.notifications.service import Notifications
from cartwheel.notifications.tables import TABLES

__all__ = ["TABLES", "Mail", "MailDelayed", "MailRefused", "MailStatus", "Mailer", "Notifications"]
