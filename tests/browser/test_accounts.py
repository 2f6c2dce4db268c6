"""Accounts in a real browser."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser import steps


def test_who_signs_up_with_the_mailed_code_buys_and_sees_the_order(page: Page) -> None:
    steps.sign_up(page)
    steps.put_into_cart(page, "quiet-machines")
    page.goto("/checkout")
    steps.fill_in_address(page, email=None)
    steps.choose_delivery(page)
    steps.pay_with(page, steps.GOOD)
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    page.goto("/orders")
    page.get_by_role("link", name=re.compile("^Order ")).click()
    expect(page.get_by_role("link", name="Quiet Machines")).to_be_visible()
    page.goto("/account/addresses")  # remembered from the checkout
    expect(page.get_by_role("listitem").filter(has_text="12 St James's Square")).to_be_visible()


def test_the_cart_of_a_guest_comes_along(page: Page) -> None:
    email = steps.new_account(page)
    steps.put_into_cart(page, "ember-beeswax-candle")
    steps.sign_out(page)
    expect(page.get_by_role("link", name=re.compile("^Cart, 0"))).to_be_visible()
    steps.have_in_cart(page, "ember-beeswax-candle")
    steps.have_in_cart(page, "quiet-machines")
    page.goto("/signin")
    steps.fill_in_sign_in(page, email, steps.PASSWORD)
    steps.heading(page, "Good things come round.")
    page.goto("/cart")
    expect(page.get_by_role("link", name=re.compile("^Cart, 3"))).to_be_visible()
    expect(page.get_by_role("group", name="Quantity of Ember Beeswax Candle")).to_contain_text("2")


def test_a_session_goes_on_after_a_reload_and_after_its_token_is_over(page: Page) -> None:
    steps.sign_in(page)
    page.goto("/account")  # the token was in memory, and is gone now
    expect(page.get_by_label("Name")).to_have_value(re.compile("."))
    answered: list[int] = []

    def over_at_first(route: Route) -> None:
        if answered:
            answered.append(route.fetch().status)
            route.continue_()
        else:
            answered.append(401)
            route.fulfill(status=401, json={"code": "invalid_token", "message": "over"})

    page.route("**/api/users/me/addresses", over_at_first)
    page.get_by_role("main").get_by_role("link", name="Addresses").click()
    expect(page.get_by_role("button", name="Add an address")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("status")).to_have_count(0)  # nothing is loading any more
    assert answered == [401, 200]
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "eyJ" not in stored


def test_what_is_wrong_stands_at_the_field(page: Page) -> None:
    page.goto("/signup")
    page.get_by_label("E-mail address").fill("ada")
    page.get_by_role("button", name="Create account").click()
    field = page.get_by_label("E-mail address")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("This does not look like an e-mail address.")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_label("Password")).to_be_focused()


def test_a_forgotten_password_is_set_anew(page: Page) -> None:
    email = steps.new_account(page)
    steps.sign_out(page)
    page.goto("/forgot")
    before = page.request.get("/mailbox").text().count(email)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send code").click()
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    for _ in range(50):
        if page.request.get("/mailbox").text().count(email) > before:
            break
        page.wait_for_timeout(100)
    page.get_by_label("Code from the mail").fill(steps.mailed_code(page, email))
    page.get_by_label("New password").fill("Other5Horse")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    steps.fill_in_sign_in(page, email, "Other5Horse")
    expect(page.get_by_role("button", name=re.compile("^Account menu"))).to_be_visible()


def test_the_language_can_be_switched_and_is_remembered(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Language").first.select_option("de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gutes kommt ins Rollen.")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gutes kommt ins Rollen.")
    assert page.evaluate("document.documentElement.lang") == "de"
