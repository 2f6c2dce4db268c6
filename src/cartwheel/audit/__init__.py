"""Who of the staff did what: rows that are written together with the change that they tell of, and stay.

Every domain joins ``audited(…)`` to the write of a staff action. Nothing changes or removes an entry.
"""

from cartwheel.audit.model import SYSTEM, Entry
from cartwheel.audit.service import AuditLog
from cartwheel.audit.tables import TABLES, audited

__all__ = ["SYSTEM", "TABLES", "AuditLog", "Entry", "audited"]
