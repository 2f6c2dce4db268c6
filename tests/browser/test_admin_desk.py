"""Administrators at their desk: orders, people, stock, imports, queues and figures."""

import re
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import seed, steps
from tests.browser.test_accessibility import Axe

Json = dict[str, Any]


@pytest.fixture
def desk(page: Page) -> Page:
    """The page, with an administrator signed in."""
    steps.sign_in(page, *seed.ADMIN)
    return page


def bought(shop_url: str, admin: httpx.Client, slug: str = "kiln-stoneware-mug", quantity: int = 2) -> Json:
    """A guest's order that waits to be sent; made beside the browser."""
    with httpx.Client(base_url=f"{shop_url}/api", timeout=30) as guest:
        product = guest.get(f"/products/{slug}").raise_for_status().json()
        line = {
            "productId": product["productId"],
            "variantId": product["variants"][0]["variantId"],
            "quantity": quantity,
        }
        guest.post("/cart", json=line).raise_for_status()
        order = {"paymentToken": "tok_visa", "email": f"{uuid4().hex[:10]}@example.com"}
        placed = guest.post("/orders", json=order).raise_for_status().json()
    until = time.monotonic() + 20
    while (found := admin.get(f"/orders/{placed['orderId']}").json())["status"] == "PENDING":
        assert time.monotonic() < until, "the order stays unpaid"
        time.sleep(0.1)
    made: Json = found
    return made


def row_of(page: Page, listing: str, text: str) -> Locator:
    """The row of a list that says something."""
    return page.get_by_role("list", name=listing).get_by_role("listitem").filter(has_text=text)


def test_an_order_is_found_sent_and_refunded_in_part(desk: Page, shop_url: str, admin: httpx.Client) -> None:
    order = bought(shop_url, admin)
    desk.goto("/admin/orders")
    desk.get_by_label("Customer's e-mail address").fill(order["email"])
    rows = desk.get_by_role("list", name="Orders").get_by_role("listitem")
    expect(rows).to_have_count(1)
    rows.get_by_role("link", name=order["code"]).click()
    steps.heading(desk, f"Order {order['code']}")

    parcels = desk.get_by_role("region", name="Parcels")
    parcels.get_by_role("button", name="It is on its way").click()
    expect(parcels.get_by_text("Please fill this in.")).to_be_visible()
    parcels.get_by_label("Carrier").fill("Pigeon Post")
    parcels.get_by_label("Tracking number").fill("PP-9")
    parcels.get_by_role("button", name="It is on its way").click()
    expect(parcels.get_by_text("PP-9")).to_be_visible()
    expect(parcels.get_by_role("button")).to_have_count(0)

    refunds = desk.get_by_role("region", name="Refunds")
    amount = refunds.get_by_label("Amount")
    amount.fill("999")
    refunds.get_by_role("button", name="Refund $999.00").click()
    expect(refunds.get_by_text("That is more than the $44.00 that are left.")).to_be_visible()
    amount.fill("10.50")
    refunds.get_by_label("Reason").fill("A scratch")
    refunds.get_by_role("button", name="Refund $10.50").click()
    row = refunds.get_by_role("listitem").filter(has_text="A scratch")
    expect(row.get_by_text("$10.50")).to_be_visible()
    expect(desk.get_by_text("Refunded in part")).to_be_visible()
    expect(refunds.get_by_text("$33.50 can be refunded.")).to_be_visible()

    desk.get_by_role("button", name="It has arrived").click()
    expect(desk.get_by_text("Noted: the order has arrived.")).to_be_visible()
    desk.get_by_role("button", name="Close the order").click()
    expect(desk.get_by_text("The order is closed.")).to_be_visible()
    told = admin.get(f"/orders/{order['orderId']}").json()
    assert (told["status"], told["refundedAmount"]) == ("COMPLETED", 10.5)
    assert [parcel["carrier"] for parcel in told["shipments"]] == ["Pigeon Post"]


def test_an_order_is_cancelled_after_asking(desk: Page, shop_url: str, admin: httpx.Client) -> None:
    order = bought(shop_url, admin)
    desk.goto(f"/admin/orders/{order['orderId']}")
    opener = desk.get_by_role("button", name="Cancel the order")
    opener.click()
    dialog = desk.get_by_role("dialog", name=f"Cancel order {order['code']}?")
    dialog.get_by_role("button", name="Not now").click()
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    dialog.get_by_label("Reason").fill("The kiln is broken")
    dialog.get_by_role("button", name="Cancel the order").click()
    expect(desk.get_by_text("The order is cancelled.")).to_be_visible()
    expect(desk.get_by_text("The kiln is broken")).to_be_visible()
    assert admin.get(f"/orders/{order['orderId']}").json()["status"] == "CANCELLED"


def test_somebody_is_found_disabled_and_let_in_again(
    desk: Page, admin: httpx.Client, browser: Browser, shop_url: str
) -> None:
    name = f"Zelda {uuid4().hex[:8]}"
    other = browser.new_context(base_url=shop_url, locale="en-US", reduced_motion="reduce")
    try:
        visitor = other.new_page()
        email = steps.new_account(visitor, name)
        desk.goto("/admin/users")
        desk.get_by_label("Find somebody").fill(name[:9].lower())
        row = row_of(desk, "Users", email)
        expect(row).to_have_count(1)
        row.get_by_role("button", name="Disable").click()
        dialog = desk.get_by_role("dialog")
        dialog.get_by_role("button", name="Disable").click()
        expect(desk.get_by_text(f"{name} is disabled and signed out.")).to_be_visible()
        expect(row.get_by_text("Disabled")).to_be_visible()

        visitor.goto("/account")  # the session has ended
        expect(visitor.get_by_role("heading", name="Welcome back")).to_be_visible()
        steps.fill_in_sign_in(visitor, email, steps.PASSWORD)
        expect(visitor.get_by_text("This account is closed.")).to_be_visible()

        row.get_by_role("button", name="Let in again").click()
        expect(row.get_by_role("button", name="Disable")).to_be_visible()
    finally:
        other.close()
    user = admin.get("/admin/users", params={"email": email}).json()[0]
    entries = admin.get("/audit", params={"subject": user["userId"]}).json()
    assert [entry["action"] for entry in entries] == ["user.enabled", "user.disabled"]
    desk.get_by_role("link", name="What was done").first.click()
    steps.heading(desk, "Audit log")
    expect(desk.get_by_text("disabled an account")).to_be_visible()


def test_nobody_can_lock_themselves_out(desk: Page) -> None:
    desk.goto("/admin/users")
    desk.get_by_label("Find somebody").fill(seed.ADMIN[0])
    row = row_of(desk, "Users", seed.ADMIN[0])
    expect(row.get_by_text("You", exact=True)).to_be_visible()
    expect(row.get_by_role("button")).to_have_count(0)


def test_stock_is_corrected_and_the_movement_is_logged(desk: Page, vendor: httpx.Client) -> None:
    product = steps.new_product(vendor, stock=9)
    desk.goto(f"/admin/products/{product['productId']}")
    steps.heading(desk, product["name"])
    stock = desk.get_by_role("region", name="Stock", exact=True).first
    stock.get_by_label("Change by").fill("nine")
    stock.get_by_role("button", name="Correct", exact=True).click()
    expect(stock.get_by_text("Enter a whole number with its sign")).to_be_visible()
    stock.get_by_label("Change by").fill("-2")
    stock.get_by_label("Reason").select_option("damaged")
    stock.get_by_label("Note").fill("Dropped")
    stock.get_by_role("button", name="Correct", exact=True).click()
    expect(desk.get_by_text("Now 7 are on hand.")).to_be_visible()
    moved = row_of(desk, "What moved the stock", "Damaged")
    expect(moved.get_by_text("Dropped")).to_be_visible()
    expect(moved.get_by_text("-2")).to_be_visible()

    stock.get_by_role("button", name="What was counted").click()
    vendor.patch(f"/products/{product['productId']}/stock", json={"delta": 1}).raise_for_status()
    stock.get_by_label("Units on hand").fill("20")
    stock.get_by_role("button", name="Correct", exact=True).click()
    expect(stock.get_by_text("Units have moved meanwhile.")).to_be_visible()
    rows = vendor.get(f"/products/{product['productId']}/stock").json()
    assert [row["onHand"] for row in rows] == [8]


def test_a_catalogue_is_tried_then_imported_and_its_bad_row_is_told(
    desk: Page, admin: httpx.Client, tmp_path: Path
) -> None:
    word = uuid4().hex[:8]
    file = tmp_path / "catalogue.csv"
    rows = "".join(f"{word}-{n},Bowl {word} {n},{n}.50,7\r\n" for n in range(1, 4))
    file.write_text(
        f"Handle,Title,Variant Price,Variant Inventory Qty\r\n{rows}{word}-bad,Bowl {word} 4,a lot,7\r\n"
    )
    desk.goto("/admin/imports")
    desk.get_by_role("button", name="Try the file").click()
    expect(desk.get_by_text("Choose a file.")).to_be_visible()
    for trial in (True, False):
        desk.goto("/admin/imports")
        desk.get_by_label("File").set_input_files(file)
        desk.get_by_label("Only try: tell what would happen").set_checked(trial)
        desk.get_by_role("button", name="Try the file" if trial else "Import the file").click()
        expect(desk.get_by_role("status").filter(has_text="Done")).to_be_visible()
        expect(desk.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")
        expect(desk.get_by_text("4 records")).to_be_visible()
        bad = row_of(desk, "What did not come in", f"{word}-bad")
        expect(bad.get_by_text("Line 5")).to_be_visible()
        expect(bad.get_by_text("is not a number")).to_be_visible()
        found = admin.get(f"/products/{word}-2")
        assert found.status_code == (404 if trial else 200)
    with desk.expect_download() as saved:
        desk.get_by_role("button", name="As CSV").click()
    assert f"{word}-bad" in Path(saved.value.path()).read_text()
    desk.goto("/admin/imports")
    desk.get_by_label("File").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    desk.get_by_role("button", name="Try the file").click()
    expect(desk.get_by_text("The name must end in .csv, .jsonl or .yaml.")).to_be_visible()


def test_what_was_given_up_is_tried_again(desk: Page) -> None:
    desk.goto("/admin/queues")
    row_of(desk, "Queues", "Writes and sends mails").get_by_role("link", name="email").click()
    steps.heading(desk, "Queue email")
    letter = desk.get_by_role("article").filter(has_text="PasswordChanged")
    expect(letter.get_by_text("The mail server did not take the mail.")).to_be_visible()
    letter.get_by_text("What it tells").click()
    expect(letter).not_to_contain_text(seed.LATE_MAIL)
    letter.get_by_role("button", name="Try again").click()
    expect(desk.get_by_text("It is in its queue again.")).to_be_visible()
    expect(desk.get_by_text("Nothing was given up")).to_be_visible()
    for _ in range(100):
        if seed.LATE_MAIL in desk.request.get("/mailbox").text():
            break
        desk.wait_for_timeout(100)
    else:
        raise AssertionError("the mail is not sent")


def test_a_job_is_run_now(desk: Page, admin: httpx.Client) -> None:
    desk.goto("/admin/jobs")
    job = desk.get_by_role("article", name="expired-rows")
    before = len(admin.get("/jobs/expired-rows/runs").json())
    job.get_by_role("button", name="Run now").click()
    expect(desk.get_by_text("expired-rows is run within a moment.")).to_be_visible()
    until = time.monotonic() + 15
    while len(admin.get("/jobs/expired-rows/runs").json()) == before:
        assert time.monotonic() < until, "nobody runs the job"
        time.sleep(0.2)


def test_an_applicant_is_let_in(desk: Page, admin: httpx.Client, shop_url: str) -> None:
    name = f"Shop {uuid4().hex[:8]}"
    email, password = f"{uuid4().hex[:10]}@example.com", steps.PASSWORD
    with httpx.Client(base_url=f"{shop_url}/api", timeout=30) as applicant:
        applicant.post("/auth/signup", json={"email": email, "password": password}).raise_for_status()
        code = steps.mailed_code(desk, email)
        applicant.post("/auth/confirm", json={"email": email, "code": code}).raise_for_status()
        signed_in = applicant.post(
            "/auth/signin", json={"email": email, "password": password, "refresh": "body"}
        )
        bearer = {"Authorization": f"Bearer {signed_in.json()['accessToken']}"}
        payout = {"holder": "Ann", "account": "DE02120300000000202051"}
        application = {"shopName": name, "description": "Bowls", "payout": payout}
        applicant.post("/vendor", json=application, headers=bearer).raise_for_status()
    desk.goto("/admin/vendors")
    desk.get_by_role("button", name="Asks to sell").click()
    row = row_of(desk, "Vendors", name)
    row.get_by_role("button", name="Approve").click()
    desk.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(desk.get_by_text(f"{name}: decided.")).to_be_visible()
    desk.get_by_role("button", name="Sells").click()
    row.get_by_role("button", name="Change commission").click()
    row.get_by_label(re.compile("^Commission of")).fill("7,5")
    row.get_by_role("button", name="Save").click()
    expect(row.get_by_text("Commission: 7.5 %")).to_be_visible()
    vendors = admin.get("/admin/vendors", params={"status": "APPROVED", "limit": 100}).json()
    assert [vendor["commission"] for vendor in vendors if vendor["shopName"] == name] == [7.5]


def test_figures_are_drawn_and_told_as_a_table(desk: Page, shop_url: str, admin: httpx.Client) -> None:
    order = bought(shop_url, admin, "quiet-machines", 3)
    until = time.monotonic() + 20
    while admin.get("/analytics/summary").json()["figures"]["sales"] < order["totalAmount"]:
        assert time.monotonic() < until, "the order is not counted"
        time.sleep(0.2)
    desk.goto("/admin")
    steps.heading(desk, "Figures")
    expect(desk.locator(".recharts-surface").first).to_be_visible()
    desk.get_by_text("Show as a table").click()
    rows = desk.get_by_role("region", name="Sales", exact=True).get_by_role("row")
    expect(rows).to_have_count(31)
    expect(desk.get_by_role("link", name="Quiet Machines")).to_be_visible()
    desk.get_by_role("button", name="Orders", exact=True).click()
    expect(desk.get_by_role("region", name="Orders", exact=True)).to_be_visible()
    desk.get_by_role("button", name="Own dates").click()
    desk.get_by_label("From", exact=True).fill("2026-01-01")
    desk.get_by_label("To", exact=True).fill("2026-01-02")
    expect(desk.get_by_text("Nothing was sold in this period.")).to_be_visible()
    with desk.expect_download() as saved:
        desk.get_by_role("button", name="As CSV").click()
    assert len(Path(saved.value.path()).read_text().splitlines()) == 3


def test_others_do_not_find_the_desk(page: Page) -> None:
    steps.sign_in(page)
    page.goto("/admin/users")
    expect(page.get_by_role("heading", name="Admin desk")).to_have_count(0)
    assert page.request.get("/api/admin/users").status == 401


PAGES = [
    "/admin",
    "/admin/orders",
    "/admin/products",
    "/admin/products/kiln-stoneware-mug",
    "/admin/imports",
    "/admin/vendors",
    "/admin/payouts",
    "/admin/users",
    "/admin/queues",
    "/admin/queues/search",
    "/admin/jobs",
    "/admin/mail",
    "/admin/mail?kind=low_stock&lang=de",
    "/admin/mail/addresses",
    "/admin/audit",
    "/admin/system",
    "/admin/no-such-page",
]


def test_axe_finds_nothing_serious_at_the_desk(desk: Page, shop_url: str, admin: httpx.Client) -> None:
    axe = Axe(desk)
    order = bought(shop_url, admin)
    for path in [*PAGES, f"/admin/orders/{order['orderId']}"]:
        desk.goto(path)
        expect(desk.get_by_role("heading", level=2).first).to_be_visible()
        expect(desk.get_by_role("status").filter(has_text="Loading")).to_have_count(0)
        axe.look(path)
    desk.get_by_role("button", name="Cancel the order").click()
    expect(desk.get_by_role("dialog")).to_be_visible()
    axe.look("asking")
    assert axe.found == {}


def test_the_desk_fits_a_phone(desk: Page) -> None:
    desk.set_viewport_size({"width": 375, "height": 812})
    for path in PAGES:
        desk.goto(path)
        expect(desk.get_by_role("heading", level=2).first).to_be_visible()
        assert desk.evaluate("document.documentElement.scrollWidth") <= 375, path
