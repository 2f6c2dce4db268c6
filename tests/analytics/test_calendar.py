"""Buckets of time: the shop's days, also where clocks are put on or back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwheel.analytics.model import (
    MAX_DAYS,
    Calendar,
    Heat,
    InvalidPeriod,
    Period,
    bucket_time,
    cooled,
    cover,
    day_bucket,
    eras,
    heat,
    hour_bucket,
    steps,
)

BERLIN = Calendar(ZoneInfo("Europe/Berlin"))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_day_is_the_shops_day() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert BERLIN.buckets(late) == ("H2026-11-21T23:00", "D2026-11-22", "M2026-11")
    assert Calendar(ZoneInfo("America/New_York")).day(late) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 21), 24)]
)
def test_a_day_has_as_many_hours_as_its_clocks_say(day: date, hours: int) -> None:
    found = list(BERLIN.hours(Period(day, day)))
    assert len(found) == len(set(found)) == hours
    assert {BERLIN.day(hour) for hour in found} == {day}


def test_hours_begin_where_local_clocks_strike() -> None:
    kolkata = Calendar(ZoneInfo("Asia/Kolkata"))
    assert kolkata.hour(datetime(2026, 11, 21, 12, 40, tzinfo=UTC)).minute == 30
    lord_howe = Calendar(ZoneInfo("Australia/Lord_Howe"))  # puts its clocks on by half an hour
    for day in (date(2026, 4, 5), date(2026, 10, 4)):
        hours = list(lord_howe.hours(Period(day, day)))
        assert hours == sorted(set(hours))
        assert {lord_howe.day(hour) for hour in hours} == {day}


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, MAX_DAYS - 1))
def test_a_period_is_covered_once(first: date, more: int) -> None:
    period = Period(first, first + timedelta(days=more))
    days = []
    for bucket in cover(period):
        start = bucket_time(bucket)
        assert not isinstance(start, datetime)
        if bucket[0] == "D":
            days.append(start)
        else:
            month = [start + timedelta(days=n) for n in range(31)]
            days += [day for day in month if day.month == start.month]
    assert days == [first + timedelta(days=n) for n in range(more + 1)]
    assert len(cover(period)) <= 60 + MAX_DAYS // 28


def test_weeks_and_months_are_cut_at_the_beginning() -> None:
    period = Period(date(2026, 10, 28), date(2026, 11, 10))
    assert steps(period, "week") == [date(2026, 10, 28), date(2026, 11, 2), date(2026, 11, 9)]
    assert steps(period, "month") == [date(2026, 10, 28), date(2026, 11, 1)]
    assert len(steps(period, "day")) == 14


def test_a_period_is_thirty_days_unless_said_otherwise() -> None:
    assert BERLIN.period(None, None, NOW) == Period(date(2026, 10, 23), date(2026, 11, 21))
    assert BERLIN.period(date(2026, 11, 20), None, NOW).days == 2
    assert BERLIN.period(None, date(2026, 1, 30), NOW).first == date(2026, 1, 1)
    assert BERLIN.period(None, None, NOW).before == Period(date(2026, 9, 23), date(2026, 10, 22))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 21), date(2026, 11, 20)),
        (date(2020, 1, 1), date(2026, 1, 1)),
        (date.min, date.min),
        (date.max, date.max),
        (None, date.min),
        (date.max, None),
    ],
)
def test_other_periods_are_refused(first: date | None, last: date | None) -> None:
    with pytest.raises(InvalidPeriod):
        BERLIN.period(first, last, NOW)


def test_interest_halves_in_two_days() -> None:
    early, late = heat("a", {"views": 1}, NOW), heat("a", {"views": 1}, NOW + timedelta(days=2))
    assert early.era == late.era
    assert late.score == pytest.approx(2 * early.score, rel=0.01)
    assert heat("a", {"orders": 1}, NOW).score == pytest.approx(20 * early.score, rel=0.01)


def test_a_new_era_goes_on_where_the_last_one_ended() -> None:
    this, last = eras(NOW)
    until = NOW + timedelta(days=30)

    def row(era: str, product_id: str, score: int) -> Heat:
        return Heat(era=era, product_id=product_id, score=score, expires_at=until)

    ended = [row(last, "old", 128 * 500), row(last, "older", 128 * 100)]
    begun = [row(this, "new", 450), row(this, "older", 1000)]
    assert cooled(begun, ended) == ["older", "old", "new"]


def test_names_of_buckets_sort_by_time() -> None:
    instants = [NOW + timedelta(hours=n * 7) for n in range(100)]
    assert [hour_bucket(at) for at in instants] == sorted(hour_bucket(at) for at in instants)
    assert [day_bucket(at.date()) for at in instants] == sorted(day_bucket(at.date()) for at in instants)
