"""Entries of the audit log."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from cartwheel.kernel.ids import sortable_id

SYSTEM = "system"
"""Whoever works at the command line, and the shop itself."""


class Entry(BaseModel):
    """One action. ``before`` and ``after`` name what it changed: ids, numbers and words, no personal data.

    The log outlives the people in it: they are named by their ids, which mean nobody once they are erased.
    """

    model_config = ConfigDict(frozen=True)

    shard: str = "0"
    """One partition for the whole log: staff act a few times a minute, a partition takes 1000 a second."""
    entry_id: str = Field(default_factory=sortable_id)
    at: datetime
    actor: str
    """A user id, or ``SYSTEM``."""
    action: str
    """What was done, as thing and verb: ``user.disabled``."""
    subject: str
    """The id of what it was done to."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
