"""What people do on the pages of their account."""

import re
import time
from zipfile import ZipFile

from playwright.sync_api import Browser, Page, expect

from cartwheel.accounts.crypto import TOTP_SECONDS, totp, totp_bytes
from tests.browser import steps

NEXT_PASSWORD = "Other5Horse"


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return totp(totp_bytes(secret), int(time.time()) // TOTP_SECONDS)


def test_a_profile_is_changed_and_the_shop_speaks_its_language(page: Page) -> None:
    steps.new_account(page)
    page.get_by_label("Name").fill("Rear Admiral Hopper")
    page.get_by_role("main").get_by_label("Language").select_option("de")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Konto")
    page.reload()
    expect(page.get_by_role("main").get_by_label("Name")).to_have_value("Rear Admiral Hopper")


def test_addresses_are_added_changed_and_removed(page: Page) -> None:
    steps.new_account(page)
    page.goto("/account/addresses")
    page.get_by_role("button", name="Add an address").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Save").click()
    name = dialog.get_by_label("Full name")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Please fill this in.")
    name.fill("Grace Hopper")
    dialog.get_by_label("Street and number").fill("1 Navy Yard")
    dialog.get_by_label("City").fill("Boston")
    dialog.get_by_label("Country").select_option("US")
    dialog.get_by_role("button", name="Save").click()
    entry = page.get_by_role("listitem").filter(has_text="1 Navy Yard")
    expect(entry).to_be_visible()
    page.get_by_role("button", name="Change 1 Navy Yard").click()
    dialog.get_by_label("Street and number").fill("2 Navy Yard")
    dialog.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Remove 2 Navy Yard").click()
    steps.heading(page, "No addresses yet")


def test_a_second_step_is_set_up_and_asked_for(page: Page) -> None:
    email = steps.new_account(page)
    page.goto("/account/security")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    secret = page.get_by_test_id("totp-secret").inner_text()
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    page.get_by_label("Code from the app").fill(code_of(secret))
    page.get_by_role("button", name="Turn on").click()
    steps.heading(page, "Your recovery codes")
    recovery = page.get_by_role("list", name="Your recovery codes").get_by_role("listitem")
    code = recovery.first.inner_text()
    page.get_by_role("button", name="I have kept them").click()
    steps.sign_out(page)
    page.goto("/signin")
    steps.fill_in_sign_in(page, email, steps.PASSWORD)
    page.get_by_label("Code from your authenticator app").fill(code)
    page.get_by_role("button", name="Check code").click()
    expect(page.get_by_role("button", name=re.compile("^Account menu"))).to_be_visible()
    page.goto("/account/security")
    page.get_by_role("button", name="Turn off").click()
    page.get_by_role("dialog").get_by_label("Password").fill(steps.PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("button", name="Set up")).to_be_visible()


def test_another_device_is_signed_out(page: Page, browser: Browser, shop_url: str) -> None:
    email = steps.new_account(page)
    elsewhere = browser.new_context(base_url=shop_url, locale="en-US")
    other = elsewhere.new_page()
    steps.sign_in(other, email, steps.PASSWORD)
    page.goto("/account/security")
    expect(page.get_by_text("This one")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Sign out Chrome")).click()
    expect(page.get_by_role("button", name=re.compile("^Sign out Chrome"))).to_have_count(0)
    other.goto("/account")
    expect(other.get_by_role("heading", name="Welcome back")).to_be_visible()
    steps.fill_in_sign_in(other, email, steps.PASSWORD)
    steps.heading(other, "Your account")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_text("You are signed out on all devices.")).to_be_visible()
    steps.heading(page, "Welcome back")
    other.reload()
    steps.heading(other, "Welcome back")
    elsewhere.close()


def test_the_password_and_the_address_are_changed(page: Page) -> None:
    email = steps.new_account(page)
    page.goto("/account/security")
    page.get_by_label("Present password").fill(steps.PASSWORD)
    page.get_by_label("New password").fill(NEXT_PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    page.goto("/account")
    page.get_by_label("New e-mail address").fill(f"new-{email}")
    page.get_by_label("Present password").fill(NEXT_PASSWORD)
    page.get_by_role("button", name="Change address").click()
    page.get_by_label("Code from the mail").fill(steps.mailed_code(page, f"new-{email}"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Your e-mail address is changed.")).to_be_visible()
    expect(page.get_by_text(f"You sign in with new-{email}.")).to_be_visible()


def test_all_that_is_known_is_downloaded(page: Page) -> None:
    email = steps.new_account(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    assert download.value.suggested_filename == "cartwheel.zip"
    with ZipFile(download.value.path()) as zipped:
        assert any(email in zipped.read(name).decode() for name in zipped.namelist())


def test_an_account_is_deleted(page: Page) -> None:
    email = steps.new_account(page)
    page.get_by_role("button", name="Delete my account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("Wrong4Horse")
    dialog.get_by_role("button", name="Delete for good").click()
    expect(dialog.get_by_role("alert")).to_have_text("The password is wrong.")
    dialog.get_by_label("Password").fill(steps.PASSWORD)
    dialog.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Your account is deleted. Farewell!")).to_be_visible()
    page.goto("/signin")
    steps.fill_in_sign_in(page, email, steps.PASSWORD)
    expect(page.get_by_role("alert")).to_have_text("E-mail address or password is wrong.")
