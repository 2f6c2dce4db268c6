"""What customers do, in their words; tests say why."""

import re
import time
from html import unescape
from typing import Any
from uuid import uuid4

import httpx
from playwright.sync_api import Page, expect

from tests.browser.seed import CUSTOMER

PASSWORD = "Correct4Horse"
GOOD, DECLINED, SECURE = "Goes through", "Is declined", "Asks the bank"


def put_into_cart(page: Page, slug: str = "ember-beeswax-candle") -> None:
    """From the product's page."""
    page.goto(f"/products/{slug}")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("is in your cart.")).to_be_visible()


def have_in_cart(page: Page, slug: str = "ember-beeswax-candle") -> None:
    """As a guest, without a click: quicker, where how it gets there is not what is tested."""
    product = page.request.get(f"/api/products/{slug}").json()
    entry = {
        "productId": product["productId"],
        "variantId": product["variants"][0]["variantId"],
        "quantity": 1,
    }
    assert page.request.post("/api/cart/items", data=entry).ok


def fill_in_address(page: Page, email: str | None = "ada@example.com") -> None:
    """On the checkout page; without an e-mail address for those who are signed in."""
    if email:
        page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Full name").fill("Ada Lovelace")
    page.get_by_label("Street and number").fill("12 St James's Square")
    page.get_by_label("Postal code").fill("SW1Y 4LB")
    page.get_by_label("City").fill("London")
    page.get_by_label("Country").select_option("GB")
    page.get_by_role("button", name="On to delivery").click()


def choose_delivery(page: Page) -> None:
    """The one that is proposed."""
    page.get_by_role("button", name="On to payment").click()


def pay_with(page: Page, card: str) -> None:
    """Picks a test card and pays."""
    page.get_by_role("radio", name=card).check()
    page.get_by_role("button", name="On to review").click()
    page.get_by_role("button", name=re.compile("^Pay")).click()


def have_ordered(page: Page, slug: str = "ember-beeswax-candle") -> str:
    """A guest's paid order, without a click; shows its page and answers its id."""
    have_in_cart(page, slug)
    order = {"paymentToken": "tok_visa", "email": "ada@example.com"}
    accepted = page.request.post("/api/orders", data=order).json()
    page.goto(f"/orders/{accepted['orderId']}?token={accepted['guestToken']}")
    expect(page.get_by_text("Being packed")).to_be_visible()
    order_id: str = accepted["orderId"]
    return order_id


def heading(page: Page, name: str) -> None:
    """Waits for a heading, which says where the customer is."""
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def sign_in(page: Page, email: str = CUSTOMER[0], password: str = CUSTOMER[1]) -> None:
    """Without a form: quicker, where that is not what is tested. The next page knows who is there."""
    body = {"email": email, "password": password}
    assert page.request.post("/api/auth/signin", data=body).ok
    page.goto("/favicon.svg")
    page.evaluate("localStorage.setItem('cartwheel.session', '1')")


def sign_out(page: Page) -> None:
    """By the account menu."""
    page.get_by_role("button", name=re.compile("^Account menu")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def fill_in_sign_in(page: Page, email: str = CUSTOMER[0], password: str = CUSTOMER[1]) -> None:
    """Where the form is shown already."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def sign_up(page: Page, name: str = "Grace Hopper") -> str:
    """By the form, with the mailed code; answers the e-mail address."""
    email = f"{uuid4().hex[:12]}@example.com"
    page.goto("/signup")
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Code from the mail").fill(mailed_code(page, email))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Welcome to Cartwheel!")).to_be_visible()
    return email


def new_account(page: Page, name: str = "Grace Hopper") -> str:
    """Without a form; shows the account's page and answers the e-mail address."""
    email = f"{uuid4().hex[:12]}@example.com"
    body = {"email": email, "password": PASSWORD, "name": name}
    assert page.request.post("/api/auth/signup", data=body).ok
    code = mailed_code(page, email)
    assert page.request.post("/api/auth/confirm", data={"email": email, "code": code}).ok
    sign_in(page, email, PASSWORD)
    page.goto("/account")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    return email


def mailed_code(page: Page, email: str) -> str:
    """The code of the latest mail to somebody, from the mailbox page."""
    for _ in range(100):
        rows = page.request.get("/mailbox").text()
        found = re.search(rf"<td>{re.escape(email)}</td><td><a href=\"(/mailbox/[^\"]+)\"", rows)
        if found:
            mail = unescape(page.request.get(found[1]).text())
            code = re.search(r"\b\d{6}\b", mail[mail.index("<pre>") :])
            assert code, "the mail holds no code"
            return code[0]
        page.wait_for_timeout(100)
    raise AssertionError(f"no mail to {email}")


def new_product(vendor: httpx.Client, **fields: object) -> dict[str, Any]:
    """A product of its own for a test that changes it; answers its JSON."""
    body = {"name": f"Thing {uuid4().hex[:8]}", "price": "20.00", "stock": 9, "category": "Home", **fields}
    made: dict[str, Any] = vendor.post("/products", json=body).raise_for_status().json()
    return made


def sell_out(vendor: httpx.Client, product_id: str) -> None:
    """Takes all units away, and waits until the shop says so: answers may be a second old."""
    address = f"/products/{product_id}"
    vendor.patch(f"{address}/stock", json={"onHand": 0}).raise_for_status()
    until = time.monotonic() + 10
    while vendor.get(address).json()["stock"] > 0:
        assert time.monotonic() < until, "the shop still tells of stock"
        time.sleep(0.05)
