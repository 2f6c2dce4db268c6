"""Money: exact in yen (no decimals), dollars (two) and Kuwaiti dinars (three); splitting loses nothing."""

import json
from decimal import Decimal

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cartwheel.kernel.money import (
    MAX_MINOR,
    InvalidAmount,
    Money,
    exponent,
    json_number,
    round_half_up,
    split,
    to_major,
    to_minor,
)

CURRENCIES = {"JPY": 0, "USD": 2, "KWD": 3}
currencies = st.sampled_from(list(CURRENCIES))
minors = st.integers(-MAX_MINOR, MAX_MINOR)
weights = st.lists(st.integers(0, 10**12), min_size=1, max_size=30)


@pytest.mark.parametrize(("currency", "places"), CURRENCIES.items())
def test_decimal_places(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize("currency", ["", "usd", "XXY", "DOLLAR", "US\0"])
def test_an_unknown_currency(currency: str) -> None:
    with pytest.raises(InvalidAmount):
        exponent(currency)


@given(minors, currencies)
def test_major_and_back(minor: int, currency: str) -> None:
    major = to_major(minor, currency)
    assert to_minor(major, currency) == to_minor(str(major), currency) == minor
    assert -major.as_tuple().exponent == CURRENCIES[currency]  # type: ignore[operator]


@given(minors, currencies)
def test_json_and_back(minor: int, currency: str) -> None:
    """Whichever way a client and the server write and read the number."""
    number = json_number(minor, currency)
    for text in (json.dumps(number), orjson.dumps(number).decode()):
        assert to_minor(json.loads(text, parse_float=Decimal), currency) == minor
        assert to_minor(str(json.loads(text)), currency) == minor


@pytest.mark.parametrize("amount", [19.99, 1.0, True, float("nan")])
def test_a_float_is_refused_even_where_it_is_whole(amount: float) -> None:
    with pytest.raises(InvalidAmount):
        to_minor(amount, "USD")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "ten", "1,5", "0x10", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(InvalidAmount):
        to_minor(text, "USD")


@pytest.mark.parametrize("amount", ["1e400", 10**400, MAX_MINOR + 1, Decimal(MAX_MINOR) / 10])
def test_what_is_too_much(amount: Decimal | int | str) -> None:
    with pytest.raises(InvalidAmount):
        to_minor(amount, "USD")


@pytest.mark.parametrize("amount", ["0.001", "19.999", "1e-1000000", Decimal("0.01") + Decimal("1e-27")])
def test_what_has_too_many_decimals(amount: Decimal | str) -> None:
    with pytest.raises(InvalidAmount):
        to_minor(amount, "USD")


@pytest.mark.parametrize("amount", ["1.0000000000000000000000000000001", "1e1000000"])
def test_limits_hold_beyond_the_precision_of_decimals(amount: str) -> None:
    with pytest.raises(InvalidAmount):
        to_minor(amount, "USD")


_AMOUNTS = [("1e2", 10_000), ("1.990000", 199), ("-0", 0), ("+5", 500), (7, 700), ("1." + "0" * 9000, 100)]


@pytest.mark.parametrize(("amount", "minor"), _AMOUNTS)
def test_other_ways_to_write_an_amount(amount: str | int, minor: int) -> None:
    assert to_minor(amount, "USD") == minor


@given(st.decimals(-(10**9), 10**9, places=6))
def test_halves_go_away_from_zero(value: Decimal) -> None:
    rounded = round_half_up(value)
    assert abs(rounded - value) <= Decimal("0.5")
    assert round_half_up(-value) == -rounded
    if abs(rounded - value) == Decimal("0.5"):
        assert abs(rounded) > abs(value)


@given(minors, weights)
def test_parts_sum_to_the_whole(total: int, shares: list[int]) -> None:
    parts = split(total, shares)
    assert len(parts) == len(shares)
    assert sum(parts) == total


@given(minors, weights)
def test_no_part_is_a_unit_off(total: int, shares: list[int]) -> None:
    assume(any(shares))
    for part, share in zip(split(total, shares), shares, strict=True):
        assert abs(part * sum(shares) - total * share) < sum(shares)
        assert part * total >= 0
        if share == 0:
            assert part == 0


@given(st.integers(0, MAX_MINOR), weights)
def test_a_refund_splits_as_the_charge_did(total: int, shares: list[int]) -> None:
    assert split(-total, shares) == [-part for part in split(total, shares)]


def test_ties_go_to_the_earlier_part() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(2, [0, 0, 0]) == [1, 1, 0]
    assert split(0, [5]) == [0]


@pytest.mark.parametrize("shares", [[], [1, -1]])
def test_impossible_shares(shares: list[int]) -> None:
    with pytest.raises(InvalidAmount):
        split(1, shares)


class TestMoney:
    @given(minors, minors, currencies)
    def test_it_adds_up(self, first: int, second: int, currency: str) -> None:
        total = Money(first, currency) + Money(second, currency)
        assert total.minor == first + second
        assert total - Money(second, currency) == Money(first, currency)

    @given(minors, currencies)
    def test_it_is_made_from_major_units(self, minor: int, currency: str) -> None:
        assert Money.of(Money(minor, currency).major, currency) == Money(minor, currency)

    @given(st.integers(0, 10**12), weights, currencies)
    def test_parts_sum_to_the_whole(self, minor: int, shares: list[int], currency: str) -> None:
        parts = Money(minor, currency).split(shares)
        assert sum(parts, Money(0, currency)) == Money(minor, currency)

    def test_it_is_rounded_once(self) -> None:
        assert Money(333, "USD").times(Decimal("0.5")) == Money(167, "USD")
        assert Money(-333, "USD").times(Decimal("0.5")) == Money(-167, "USD")
        assert Money(1999, "USD").times(3) == Money(5997, "USD")

    def test_currencies_do_not_mix(self) -> None:
        for work in (Money.__add__, Money.__sub__):
            with pytest.raises(InvalidAmount, match="USD and EUR do not mix"):
                work(Money(1, "USD"), Money(1, "EUR"))

    @pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1), None])
    def test_it_holds_whole_units(self, minor: object) -> None:
        with pytest.raises(InvalidAmount):
            Money(minor, "USD")  # type: ignore[arg-type]

    @pytest.mark.parametrize("factor", [1.5, True])
    def test_it_is_not_multiplied_by_floats(self, factor: float) -> None:
        with pytest.raises(InvalidAmount):
            Money(1, "USD").times(factor)  # type: ignore[arg-type]
