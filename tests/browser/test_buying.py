"""From a product to an order, in a real browser."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser import steps


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_guest_buys(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="See everything").click()
    page.get_by_role("main").get_by_role("link", name="Kiln Stoneware Mug").click()
    page.get_by_role("radio", name="Slate").check()
    page.get_by_role("button", name="One more").click()
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("button", name="View cart").click()
    expect(page.get_by_text("Glaze Slate")).to_be_visible()
    expect(page.get_by_test_id("cart-total")).to_have_text("$44.00")
    page.get_by_role("link", name="Check out").click()
    steps.fill_in_address(page)
    page.get_by_role("radio", name=re.compile("Express")).check()
    steps.choose_delivery(page)
    steps.pay_with(page, steps.GOOD)
    heading(page, "Thank you!")
    expect(page.get_by_role("link", name=re.compile("^Cart, 0"))).to_be_visible()
    page.get_by_role("link", name="View order").click()
    heading(page, "How it is going")
    expect(page.get_by_text("$53.99")).to_be_visible()
    page.reload()  # a guest's order opens again: its token is in the entry of the history
    heading(page, "How it is going")


def test_a_declined_card_costs_nothing_and_another_one_works(page: Page) -> None:
    steps.put_into_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    steps.pay_with(page, steps.DECLINED)
    heading(page, "The payment did not go through")
    expect(page.get_by_text("Your bank declined the card.")).to_be_visible()
    page.get_by_role("link", name="Try another card").click()
    expect(page.get_by_text("12 St James's Square")).to_be_visible()  # nothing has to be typed again
    steps.pay_with(page, steps.GOOD)
    heading(page, "Thank you!")


def test_the_bank_asks_and_the_page_goes_on_by_itself(page: Page) -> None:
    steps.put_into_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    steps.pay_with(page, steps.SECURE)
    heading(page, "Your bank wants a word")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Go to the bank").click()
    popup.value.get_by_role("button", name="Confirm").click()
    heading(page, "Thank you!")


def test_a_refusal_at_the_bank_costs_nothing(page: Page) -> None:
    steps.put_into_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    steps.pay_with(page, steps.SECURE)
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Go to the bank").click()
    popup.value.get_by_role("button", name="Refuse").click()
    heading(page, "The payment did not go through")


def test_an_order_can_be_cancelled_and_bought_again(page: Page) -> None:
    steps.put_into_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    steps.pay_with(page, steps.GOOD)
    page.get_by_role("link", name="View order").click()
    expect(page.get_by_text("Being packed").first).to_be_visible()
    page.get_by_role("button", name="Cancel order").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_text("The order is cancelled.")).to_be_visible()
    page.get_by_role("button", name="Buy again").click()
    heading(page, "Your cart")
    expect(page.get_by_role("heading", name="Ember Beeswax Candle")).to_be_visible()


def test_what_is_removed_from_the_cart_comes_back(page: Page) -> None:
    steps.put_into_cart(page)
    page.goto("/cart")
    page.get_by_role("button", name="Remove Ember Beeswax Candle").click()
    heading(page, "Your cart is empty")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Ember Beeswax Candle")).to_be_visible()


def test_a_lost_answer_orders_once(page: Page) -> None:
    steps.put_into_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    lost = LostAnswers(page, count=1)
    steps.pay_with(page, steps.GOOD)
    heading(page, "Thank you!")  # it has asked again, by itself
    assert len(lost.keys) == 2
    assert len(set(lost.keys)) == 1


def test_an_order_whose_answer_never_came_is_found_again(page: Page) -> None:
    steps.put_into_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    lost = LostAnswers(page, count=3)
    steps.pay_with(page, steps.GOOD)
    expect(page.get_by_text("The shop cannot be reached at the moment.")).to_be_visible()
    page.reload()
    heading(page, "Did it go through?")
    page.get_by_role("button", name="Ask again").click()
    heading(page, "Thank you!")
    assert len(lost.keys) == 4
    assert len(set(lost.keys)) == 1


class LostAnswers:
    """Orders arrive; their first ``count`` answers do not. Keeps the idempotency keys."""

    def __init__(self, page: Page, count: int) -> None:
        self.keys: list[str] = []
        self._count = count
        page.route("**/api/orders", self._take)

    def _take(self, route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        self.keys.append(route.request.headers["idempotency-key"])
        if len(self.keys) <= self._count:
            route.fetch()
            route.abort()
        else:
            route.continue_()


def test_a_failing_shop_says_so_and_works_again(page: Page) -> None:
    page.route("**/api/products?*", lambda route: route.fulfill(status=500, body="{}"))
    page.goto("/products")
    heading(page, "That did not work")
    page.unroute("**/api/products?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("main").get_by_role("article").first).to_be_visible()


def test_going_back_shows_the_list_where_it_was_left(page: Page) -> None:
    page.goto("/products")
    link = page.get_by_role("main").get_by_role("article").nth(16).get_by_role("link")
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 200
    link.click()
    expect(page.get_by_role("button", name="Add to cart")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(link).to_be_in_viewport()
    assert abs(page.evaluate("scrollY") - before) < 50
