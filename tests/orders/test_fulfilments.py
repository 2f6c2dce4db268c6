"""One part of an order for each vendor: the parts make the whole, exactly."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cartwheel.kernel.clock import ManualClock
from cartwheel.orders import FulfilmentStatus, OrderStatus, fulfilments_of
from cartwheel.orders.model import FULFILMENT_TRANSITIONS, TRANSITIONS
from tests.vendors.books import order_of

CLOCK = ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 10**9), min_size=1), st.integers(0, 10**9))
def test_parts_sum_to_the_order(sales: dict[str, int], shipping: int) -> None:
    order = order_of("o-1", sales, shipping, CLOCK)
    parts = fulfilments_of(order)
    assert sum(part.total for part in parts) == order.total
    assert {part.vendor_id: part.goods for part in parts} == sales
    assert min(part.shipping for part in parts) >= 0
    assert {part.listed_for for part in parts} == {None}


def test_sending_is_shared_by_value() -> None:
    parts = fulfilments_of(order_of("o-1", {"a": 100, "b": 100, "c": 100}, 100, CLOCK))
    assert [part.shipping for part in parts] == [34, 33, 33]
    free = fulfilments_of(order_of("o-1", {"a": 0, "b": 0}, 5, CLOCK))
    assert [part.shipping for part in free] == [3, 2]


def test_every_status_has_its_way_on() -> None:
    assert set(TRANSITIONS) == set(OrderStatus)
    assert set(FULFILMENT_TRANSITIONS) == set(FulfilmentStatus)
