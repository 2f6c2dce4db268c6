"""What customers do, in their words; tests say why."""

import re
from html import unescape
from uuid import uuid4

from playwright.sync_api import Page, expect

CUSTOMER = ("customer@livekart.com", "Customer123!")
GOOD, DECLINED, SECURE = "Goes through", "Is declined", "Asks the bank"


def put_into_cart(page: Page, slug: str = "ember-candle") -> None:
    """From the product's page."""
    page.goto(f"/products/{slug}")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("is in your cart.")).to_be_visible()


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


def sign_in(page: Page, email: str = CUSTOMER[0], password: str = CUSTOMER[1]) -> None:
    """On its page."""
    page.goto("/signin")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name=re.compile("^Account menu"))).to_be_visible()


def new_account(page: Page) -> str:
    """Signs up and confirms with the mailed code; answers the e-mail address."""
    email = f"{uuid4().hex[:12]}@example.com"
    page.goto("/signup")
    page.get_by_label("Name").fill("Grace Hopper")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("Correct4Horse")
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Code from the mail").fill(mailed_code(page, email))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Welcome to Cartwheel!")).to_be_visible()
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
