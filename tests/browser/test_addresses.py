"""Each address of the app opens by itself, on phones and on desks."""

import pytest
from playwright.sync_api import Page, expect

TITLES = {
    "/": "Cartwheel: good things come round",
    "/products": "All products · Cartwheel",
    "/products?sort=-price": "All products · Cartwheel",
    "/categories/books": "Books · Cartwheel",
    "/products/quiet-machines": "Quiet Machines · Cartwheel",
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
    "/orders/no-such-order": "Your orders · Cartwheel",
    "/search?q=mug": "Results for “mug” · Cartwheel",
    "/no/such/page": "This page rolled away · Cartwheel",
}


@pytest.mark.parametrize("path", TITLES)
def test_a_deep_link_opens(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto(path)
    expect(page).to_have_title(TITLES[path])
    expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than a phone"
