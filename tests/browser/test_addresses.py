"""Each address of the app opens by itself, on phones and on desks."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.seed import ADMIN, VENDOR

TITLES = {
    "/": "Cartwheel: good things come round",
    "/products": "All products · Cartwheel",
    "/products?sort=-price": "All products · Cartwheel",
    "/categories/books": "Books · Cartwheel",
    "/products/quiet-machines": "Quiet Machines · Cartwheel",
    "/sellers/harbour-goods": "Harbour Goods · Cartwheel",
    "/sellers/nobody": "Nobody sells here under this name · Cartwheel",
    "/search": "Search products · Cartwheel",
    "/search?q=stoneware": "Results for “stoneware” · Cartwheel",
    "/cart": "Your cart · Cartwheel",
    "/checkout": "Checkout · Cartwheel",
    "/orders": "Sign in · Cartwheel",
    "/account": "Sign in · Cartwheel",
    "/account/addresses": "Sign in · Cartwheel",
    "/account/security": "Sign in · Cartwheel",
    "/signin": "Sign in · Cartwheel",
    "/signup": "Create account · Cartwheel",
    "/signup/confirm": "Check your mail · Cartwheel",
    "/forgot": "Forgot your password? · Cartwheel",
    "/reset": "Choose a new password · Cartwheel",
    "/unsubscribe?token=made-up": "Unsubscribe? · Cartwheel",
    "/orders/no-such-order": "Your orders · Cartwheel",
    "/checkout/orders/no-such-order": "One moment · Cartwheel",
    "/vendor": "Sign in · Cartwheel",
    "/admin/anything": "Sign in · Cartwheel",
    "/no/such/page": "This page rolled away · Cartwheel",
}

IS_WIDE = "document.documentElement.scrollWidth > innerWidth"
"""Whether the page has to be moved sideways to see all of it."""

SIGNED_IN = {
    "/orders": "Your orders · Cartwheel",
    "/account": "Profile · Cartwheel",
    "/account/addresses": "Addresses · Cartwheel",
    "/account/security": "Sign-in and devices · Cartwheel",
    "/signin": "Cartwheel: good things come round",
    "/admin": "This page rolled away · Cartwheel",
}


def test_each_deep_link_opens_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    for path, title in TITLES.items():
        page.goto(path)
        expect(page).to_have_title(title)
        expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
        assert page.evaluate(IS_WIDE) is False, path


def test_nothing_is_wider_than_a_small_phone_in_german(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/favicon.svg")
    page.evaluate("localStorage.setItem('cartwheel.lang', 'de')")
    steps.have_in_cart(page)
    for path in ["/", "/products", "/products/meadow-linen-shirt", "/cart", "/checkout", "/signup", "/reset"]:
        page.goto(path)
        expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
        assert page.evaluate(IS_WIDE) is False, path


def test_a_deep_link_opens_for_who_is_signed_in(page: Page) -> None:
    steps.sign_in(page)
    for path, title in SIGNED_IN.items():
        page.goto(path)
        expect(page).to_have_title(title)


def test_who_has_to_sign_in_first_gets_where_the_link_led(page: Page) -> None:
    page.goto("/account/addresses")
    steps.heading(page, "Welcome back")
    steps.fill_in_sign_in(page)
    steps.heading(page, "Addresses")


@pytest.mark.parametrize(("person", "path"), [(VENDOR, "/vendor"), (ADMIN, "/admin")])
def test_a_desk_is_reached_by_the_menu_of_those_who_work_there(
    page: Page, person: tuple[str, str], path: str
) -> None:
    steps.sign_in(page, *person)
    page.goto("/cart")
    page.get_by_role("button", name=re.compile("^Account menu")).click()
    page.get_by_role("menuitem", name=re.compile("desk$")).click()
    expect(page).to_have_url(re.compile(f"{path}$"))
    steps.heading(page, f"{path[1:].title()} desk")
