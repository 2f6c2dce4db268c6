"""Money: integer minor units with an ISO 4217 currency. Floats are refused everywhere.

Rounding is half-up (away from zero on a tie) and happens once, after multiplying. ``Decimal`` lives only
inside a calculation. Exponents (0 for JPY, 2 for USD, 3 for KWD) come from CLDR through Babel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.core import UnknownLocaleError
from babel.numbers import get_currency_precision, is_currency

from cartwheel.kernel.errors import Invalid

MAX_MINOR = 10**15
"""No amount in a shop is larger; sums of a hundred such lines still fit 64 bits."""

_MAX_DIGITS = 15


class InvalidAmount(Invalid):
    """Not an amount of this currency."""

    code = "invalid_amount"


@lru_cache(maxsize=256)
def exponent(currency: str) -> int:
    """How many decimal places the currency's minor unit has. Raises ``InvalidAmount`` for an unknown code."""
    try:
        known = is_currency(currency)
    except UnknownLocaleError:  # pragma: no cover - Babel without its data
        known = False
    if not known:
        raise InvalidAmount(f"{currency!r} is not an ISO 4217 currency code.", currency=currency)
    return get_currency_precision(currency)


def round_half_up(value: Decimal) -> int:
    """To a whole number of minor units, ties away from zero, the same for both signs."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_minor(amount: Decimal | int | str, currency: str) -> int:
    """Major units to minor units, exactly: 19.99 USD → 1999.

    Raises ``InvalidAmount`` for floats, NaN, infinities, too many decimals and amounts beyond ``MAX_MINOR``.
    """
    if isinstance(amount, bool | float):
        raise InvalidAmount("An amount is a decimal number or text, never a float.", currency=currency)
    try:
        value = Decimal(amount)
    except InvalidOperation:
        raise InvalidAmount(f"{amount!r:.40} is not a number.", currency=currency) from None
    if not value.is_finite() or value.adjusted() > _MAX_DIGITS:
        raise InvalidAmount("The amount is out of range.", currency=currency)
    minor = _exact(value, exponent(currency))
    if minor is None:
        raise InvalidAmount(
            f"{currency} has {exponent(currency)} decimal places; the amount does not fit.", currency=currency
        )
    if abs(minor) > MAX_MINOR:
        raise InvalidAmount("The amount is out of range.", currency=currency)
    return minor


def _exact(value: Decimal, places: int) -> int | None:
    """``value * 10**places`` if that is whole. In integers: Decimal's own arithmetic rounds to 28 digits."""
    sign, digits, power = value.as_tuple()
    shift = int(power) + places
    before_point = max(len(digits) + shift, 0)
    if any(digits[before_point:]):
        return None
    # cut first: the text may have more digits than Python makes an integer of
    whole = int("".join(map(str, digits[:before_point])) + "0" * max(shift, 0) or "0")
    return -whole if sign else whole


def to_major(minor: int, currency: str) -> Decimal:
    """Minor units to major units, with the currency's decimal places: 1990 USD → Decimal('19.90')."""
    return Decimal(minor).scaleb(-exponent(currency))


def json_number(minor: int, currency: str) -> int | float:
    """The amount in major units as JSON writes it. Shortest round-trip text, so exact up to ``MAX_MINOR``.

    The only place where a float is made from money, and nothing is calculated with it.
    """
    return float(to_major(minor, currency)) if exponent(currency) else minor


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Shares ``total`` by ``weights`` with the largest remainder; the parts always sum to ``total``.

    Ties go to the earlier part. All weights zero share equally. Raises ``InvalidAmount`` without weights.
    """
    if not weights or min(weights) < 0:
        raise InvalidAmount("Shares need at least one weight, and none below zero.")
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    sign = -1 if total < 0 else 1
    parts = [abs(total) * weight // whole for weight in weights]
    remainders = [abs(total) * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in order[: abs(total) - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency. Amounts of different currencies do not add."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise InvalidAmount("Money holds whole minor units.", currency=self.currency)
        exponent(self.currency)

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> "Money":
        """From major units: ``Money.of("19.99", "USD")``."""
        return cls(to_minor(amount, currency), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units."""
        return to_major(self.minor, self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def times(self, factor: int | Decimal) -> "Money":
        """Multiplied exactly, then rounded once."""
        if isinstance(factor, bool | float):
            raise InvalidAmount("Money is multiplied by an int or a Decimal.", currency=self.currency)
        return Money(round_half_up(Decimal(self.minor) * factor), self.currency)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Shares by weight that sum to this amount."""
        return [Money(part, self.currency) for part in split(self.minor, weights)]

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise InvalidAmount(f"{self.currency} and {other.currency} do not mix.", currency=self.currency)
        return other.minor
