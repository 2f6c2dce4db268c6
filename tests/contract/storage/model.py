"""What the port promises, in a few lines over a dictionary: the measure for the engines."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cartwheel.storage import Change, Condition, Delete, Put, Update
from tests.contract.storage.tables import Token

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "lt": lambda a, b: a is not None and a < b,
    "le": lambda a, b: a is not None and a <= b,
    "gt": lambda a, b: a is not None and a > b,
    "ge": lambda a, b: a is not None and a >= b,
    "in": lambda a, b: a in b,
}


class Model:
    """The tokens of a store, and the present instant."""

    def __init__(self, now: datetime) -> None:
        self.items: dict[str, Token] = {}
        self.now = now

    def living(self) -> dict[str, Token]:
        items = self.items.items()
        return {key: t for key, t in items if t.expires is None or t.expires > self.now}

    def write(self, changes: list[Change]) -> list[Change]:
        """Makes all changes or none; answers those whose conditions do not hold."""
        failed = [change for change in changes if not self._holds(change)]
        if not failed:
            for change in changes:
                self._make(change)
        return failed

    def _holds(self, change: Change) -> bool:
        found = self.living().get(change.key[0])
        if [c.op for c in change.when] == ["absent"]:
            return found is None
        if found is None:
            return not change.when and not isinstance(change, Update)
        added = change.add if isinstance(change, Update) else {}
        sums = [getattr(found, name) + amount for name, amount in added.items()]
        has_room = all(-(2**63) <= total < 2**63 for total in sums)
        return has_room and all(self._fits(condition, found) for condition in change.when)

    def _fits(self, condition: Condition, found: Token) -> bool:
        if condition.op == "exists":
            return True
        return _COMPARE[condition.op](getattr(found, condition.attribute), condition.value)

    def _make(self, change: Change) -> None:
        key = change.key[0]
        if isinstance(change, Put):
            self.items[key] = change.item
        elif isinstance(change, Delete):
            self.items.pop(key, None)
        elif isinstance(change, Update):
            found = self.items[key]
            sums = {name: getattr(found, name) + amount for name, amount in change.add.items()}
            self.items[key] = found.model_copy(update={**change.set, **sums})
