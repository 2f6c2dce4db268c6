"""The journeys that need nothing but an address: every deployment runs them, unchanged."""

from tests.journeys.test_after_the_sale import (
    sold,
    test_customer_cancels,
    test_refunds_never_exceed_what_was_paid,
    test_staff_routes_are_for_staff,
    test_staff_ships_and_delivers,
)
from tests.journeys.test_carts import (
    test_a_cart_token_cannot_be_made_up,
    test_many_tabs_at_once,
    test_merge_at_sign_in,
    test_set_add_remove_clear,
)
from tests.journeys.test_purchase import (
    test_failed_order_can_be_ordered_again,
    test_one_order_per_cart_version_without_a_key,
    test_order_needs_its_token,
    test_payment_outcomes,
    test_same_request_five_times_at_once,
    test_user_buys_and_sees_own_orders_only,
)

__all__ = [
    "sold",
    "test_a_cart_token_cannot_be_made_up",
    "test_customer_cancels",
    "test_failed_order_can_be_ordered_again",
    "test_many_tabs_at_once",
    "test_merge_at_sign_in",
    "test_one_order_per_cart_version_without_a_key",
    "test_order_needs_its_token",
    "test_payment_outcomes",
    "test_refunds_never_exceed_what_was_paid",
    "test_same_request_five_times_at_once",
    "test_set_add_remove_clear",
    "test_staff_routes_are_for_staff",
    "test_staff_ships_and_delivers",
    "test_user_buys_and_sees_own_orders_only",
]
