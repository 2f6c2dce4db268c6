"""Identifiers: what they look like, and in which order they come."""

import time
from uuid import UUID

import pytest

from cartwheel.kernel.ids import sortable_id


def test_the_order_of_sortable_ids_is_that_of_their_making() -> None:
    made = [sortable_id() for _ in range(1000)]
    # where two are made within the same quarter of a microsecond, chance decides
    times = [one[:18] for one in made]
    assert times == sorted(times)
    assert len(set(made)) == 1000
    assert len(set(times)) > 500


@pytest.mark.parametrize(
    ("nanoseconds", "begin"),
    [
        (0, "00000000-0000-7000-"),
        (999_999, "00000000-0000-7fff-"),
        (1_000_000, "00000000-0001-7000-"),
        (1_700_000_000_123_500_000, "018bcfe5-687b-7800-"),
    ],
)
def test_a_sortable_id_tells_when_it_was_made(
    nanoseconds: int, begin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: nanoseconds)
    made = UUID(sortable_id())
    assert str(made).startswith(begin)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
