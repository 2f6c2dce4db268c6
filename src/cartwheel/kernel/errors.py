"""What can go wrong, by kind.

A domain subclasses the kind that fits, gives it a ``code`` (snake case, stable: clients switch on it) and
one finished sentence. The HTTP status that belongs to a kind is decided in one place, ``edge/errors.py``.
"""

from typing import ClassVar


class CartwheelError(Exception):
    """Base of every error that a caller may see. ``details`` holds the offending ids, never secrets."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Invalid(CartwheelError):
    """The request can never be right as it stands."""

    code = "invalid"


class Unauthenticated(CartwheelError):
    """Nobody, or nobody that can be believed, is calling."""

    code = "unauthenticated"


class Denied(CartwheelError):
    """The caller is known and may not do this."""

    code = "forbidden"


class NotFound(CartwheelError):
    """There is no such thing, or it is not the caller's: both look the same."""

    code = "not_found"


class Clash(CartwheelError):
    """The request is right in itself, but not in the present state of things."""

    code = "conflict"


class TooMany(CartwheelError):
    """Asked too often. ``details['retry_after']`` gives whole seconds."""

    code = "too_many_requests"


class Unprocessable(CartwheelError):
    """Well-formed, and still not what was agreed before (an idempotency key used for another body)."""

    code = "unprocessable"


class Unavailable(CartwheelError):
    """A part that the request needs does not answer; trying again later may work."""

    code = "unavailable"
