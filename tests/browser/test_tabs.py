"""Two tabs of one customer, and the way back."""

import re

from playwright.sync_api import Page, expect

from tests.browser import steps


def test_two_tabs_fill_one_cart(page: Page) -> None:
    other = page.context.new_page()
    other.goto("/cart")
    expect(other.get_by_role("heading", name="Your cart is empty")).to_be_visible()
    steps.put_into_cart(page)
    other.bring_to_front()
    expect(other.get_by_role("heading", name="Ember Beeswax Candle")).to_be_visible()
    steps.put_into_cart(other, "quiet-machines")
    page.bring_to_front()
    expect(page.get_by_role("link", name="Cart, 2 items")).to_be_visible()


def test_a_cart_is_bought_once_though_two_tabs_are_at_the_till(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    other = page.context.new_page()
    other.goto("/checkout")
    steps.fill_in_address(other)
    steps.choose_delivery(other)
    other.get_by_role("radio", name=steps.GOOD).check()
    other.get_by_role("button", name="On to review").click()
    expect(other.get_by_role("button", name=re.compile("^Pay"))).to_be_visible()
    # The other tab does not learn of it: it stays as it was when the customer looked away.
    other.route("**/api/cart", lambda route: route.abort())
    steps.pay_with(page, steps.GOOD)
    steps.heading(page, "Thank you!")
    other.get_by_role("button", name=re.compile("^Pay")).click()
    expect(
        other.get_by_role("alert").or_(other.get_by_role("heading", name="Thank you!")).first
    ).to_be_visible()
    expect(other.get_by_role("heading", name="Thank you!")).to_be_hidden()


def test_signing_out_in_one_tab_signs_out_in_the_other(page: Page) -> None:
    steps.sign_in(page)
    page.goto("/account")
    other = page.context.new_page()
    other.goto("/account")
    expect(other.get_by_role("heading", name="Your account")).to_be_visible()
    steps.sign_out(page)
    expect(other.get_by_role("heading", name="Welcome back")).to_be_visible()


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


def test_more_of_a_list_is_still_there_after_going_back(page: Page) -> None:
    page.goto("/products")
    cards = page.get_by_role("main").get_by_role("article")
    expect(cards.first).to_be_visible()
    first = cards.count()
    page.get_by_role("button", name="Show more").click()
    expect(cards.nth(first)).to_be_visible()
    everything = cards.count()
    assert everything > first
    cards.nth(first).get_by_role("link").click()
    expect(page.get_by_role("button", name="Add to cart")).to_be_visible()
    page.go_back()
    expect(cards).to_have_count(everything)


def test_going_back_from_a_paid_order_does_not_lead_to_the_till(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/cart")
    page.get_by_role("link", name="Check out").click()
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    steps.pay_with(page, steps.GOOD)
    steps.heading(page, "Thank you!")
    page.go_back()
    steps.heading(page, "Your cart is empty")
    page.go_forward()
    steps.heading(page, "Thank you!")
