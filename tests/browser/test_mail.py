"""What mails look like at the admin desk, and what people choose to get."""

import httpx
from playwright.sync_api import Page, expect

from cartwheel.kernel.signing import Signer
from tests.browser import seed, steps


def token_of(shop_url: str, email: str) -> str:
    """What the link in a reminder of a cart to that user holds."""
    with httpx.Client(base_url=f"{shop_url}/api") as client:
        body = {"email": email, "password": steps.PASSWORD, "refresh": "body"}
        token = client.post("/auth/signin", json=body).raise_for_status().json()["accessToken"]
        me = client.get("/users/me", headers={"Authorization": f"Bearer {token}"}).raise_for_status().json()
    return Signer(seed.SECRET.encode(), "mail").sign(f"cart:{me['userId']}")


def test_an_admin_looks_at_mails_in_both_languages(page: Page) -> None:
    steps.sign_in(page, *seed.ADMIN)
    page.goto("/admin/mail")
    page.get_by_role("navigation", name="Kinds of mail").get_by_role("link", name="Shipped").click()
    steps.heading(page, "Your order K7Q2-M4XD is on its way")
    frame = page.frame_locator("iframe[title='The mail']")
    expect(frame.get_by_text("Postal Service has a part of your order")).to_be_visible()
    expect(page.get_by_label("As text")).to_contain_text("Tracking number: RR123456789XX")
    page.get_by_role("group", name="Language of the mail").get_by_role("button", name="Deutsch").click()
    steps.heading(page, "Ihre Bestellung K7Q2-M4XD ist unterwegs")
    expect(frame.get_by_text("Sendungsnummer")).to_be_visible()
    assert page.locator("iframe").get_attribute("sandbox") == ""
    page.reload()
    steps.heading(page, "Ihre Bestellung K7Q2-M4XD ist unterwegs")


def test_an_admin_clears_an_address_that_bounced(page: Page) -> None:
    steps.sign_in(page, *seed.ADMIN)
    page.goto("/admin/mail/addresses")
    row = page.get_by_role("listitem").filter(has_text=seed.GONE)
    expect(row).to_contain_text("550: no such user")
    row.get_by_role("button", name="Clear").click()
    page.get_by_role("dialog").get_by_role("button", name="Clear").click()
    expect(page.get_by_text("The address is clear.")).to_be_visible()
    expect(row).to_have_count(0)


def test_a_customer_chooses_mails_and_unsubscribes_by_the_link(page: Page, shop_url: str) -> None:
    email = steps.new_account(page)
    page.goto("/account")
    reminders = page.get_by_label("Reminders of a cart that you left")
    expect(reminders).not_to_be_checked()
    expect(page.get_by_label("What runs out, once a day")).to_have_count(0)
    reminders.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(reminders).to_be_checked()
    token = token_of(shop_url, email)
    page.goto(f"/unsubscribe?token={token}")
    steps.heading(page, "Unsubscribe?")
    asked = httpx.get(f"{shop_url}/api/mail/subscription", params={"token": token}).json()
    assert asked == {"topic": "cart", "wanted": True}
    page.get_by_role("button", name="Unsubscribe").click()
    steps.heading(page, "You are unsubscribed")
    page.get_by_role("link", name="Choose your mails").click()
    expect(reminders).not_to_be_checked()
