"""Vendors at their desk: from an application to a product with its picture, an order sent, and money."""

import io
import random
import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import seed, steps
from tests.browser.test_accessibility import Axe

PRODUCTS = "/vendor/products"


@pytest.fixture
def desk(page: Page) -> Page:
    """The page, with a vendor signed in."""
    steps.sign_in(page, *seed.VENDOR)
    return page


def photograph(path: Path, size: tuple[int, int] = (3000, 2000)) -> Path:
    """A picture of noise, which no format makes small: larger than the shop takes."""
    noise = random.Random(size[0]).randbytes(size[0] * size[1] * 3)
    Image.frombytes("RGB", size, noise).save(path, quality=92)
    return path


def fill_in(page: Page, name: str, price: str = "24.50") -> None:
    """What a product needs."""
    page.goto(f"{PRODUCTS}/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Category").fill("Home")
    page.get_by_label("Price in USD").fill(price)
    page.get_by_label("In stock").fill("5")


def saved(page: Page, name: str) -> None:
    """Saves, and waits until the shop has said so."""
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"{name} is saved.")).to_be_visible()


def test_a_product_with_its_picture_is_made_and_sells(
    desk: Page, vendor: httpx.Client, admin: httpx.Client, tmp_path: Path
) -> None:
    name = f"Bowl {uuid4().hex[:8]}"
    fill_in(desk, name)
    large = photograph(tmp_path / "bowl.jpg")
    assert large.stat().st_size > 5_000_000  # made smaller here, else the shop would refuse it
    with desk.expect_request(lambda request: request.method == "PUT") as sent:
        desk.locator("input[type=file]").set_input_files(large)
    assert len(sent.value.post_data_buffer or b"") < 5_000_000
    expect(desk.get_by_label("What picture 1 shows")).to_be_visible()
    desk.get_by_label("What picture 1 shows").fill("A bowl, from above")
    saved(desk, name)
    expect(desk.get_by_role("table").get_by_role("link", name=name)).to_be_visible()

    product = vendor.get("/vendor/products", params={"q": name}).json()[0]
    assert (product["price"], product["stock"], product["status"]) == (24.5, 5, "active")
    assert product["images"][0]["alt"] == "A bowl, from above"
    steps.sign_out(desk)
    steps.put_into_cart(desk, product["slug"])
    expect(desk.get_by_role("main").get_by_alt_text("A bowl, from above").first).to_be_visible()
    desk.goto("/checkout")
    steps.fill_in_address(desk)
    steps.choose_delivery(desk)
    steps.pay_with(desk, steps.GOOD)
    steps.heading(desk, "Thank you!")
    desk.get_by_role("link", name="View order").click()
    steps.heading(desk, "How it is going")
    order_id = re.findall("orders/([^/?]+)", desk.url)[0]

    steps.sign_in(desk, *seed.VENDOR)
    desk.goto("/vendor/orders")
    order = desk.get_by_role("article").filter(has_text=name)
    expect(order.get_by_text("12 St James's Square")).to_be_visible()
    order.get_by_role("button", name="It is on its way").click()
    expect(order.get_by_text("Please fill this in.")).to_be_visible()
    order.get_by_label("Carrier").fill("Pigeon Post")
    order.get_by_label("Tracking number").fill("PP-7")
    order.get_by_role("button", name="It is on its way").click()
    expect(desk.get_by_text("The customer hears of it by mail.")).to_be_visible()
    expect(order).to_have_count(0)
    desk.get_by_role("button", name="On their way").click()
    expect(order.get_by_text("PP-7")).to_be_visible()
    mark_as_arrived(desk, order)
    desk.goto("/vendor/money")
    expect(desk.get_by_text("Commission").first).to_be_visible()
    sent = admin.get(f"/orders/{order_id}").json()
    assert (sent["status"], sent["shipments"][0]["tracking"]) == ("DELIVERED", "PP-7")
    assert [part["status"] for part in sent["fulfilments"]] == ["DELIVERED"]


def mark_as_arrived(desk: Page, order: Locator) -> None:
    """Of a part that is on its way, in the list of those."""
    order.get_by_role("button", name="It has arrived").click()
    expect(desk.get_by_text("is marked as delivered")).to_be_visible()
    expect(order).to_have_count(0)
    desk.get_by_role("button", name="All", exact=True).click()
    expect(order.get_by_text("arrived", exact=False)).to_be_visible()


def test_pictures_are_dropped_and_what_is_none_is_told(desk: Page) -> None:
    fill_in(desk, "Dropped")
    small = io.BytesIO()
    Image.new("RGB", (60, 60), "teal").save(small, "PNG")
    files = {
        "good.png": ("image/png", small.getvalue()),
        "bad.png": ("image/png", b"no picture"),
        "a.txt": ("text/plain", b"x"),
    }
    drop = """([zone, files]) => {
        const data = new DataTransfer();
        for (const [name, [type, bytes]] of Object.entries(files))
            data.items.add(new File([new Uint8Array(bytes)], name, { type }));
        zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    zone = desk.get_by_text("Drop pictures here").locator("..").element_handle()
    desk.evaluate(drop, [zone, {name: [kind, list(content)] for name, (kind, content) in files.items()}])
    expect(desk.get_by_label("What picture 1 shows")).to_be_visible()
    expect(desk.get_by_text("This picture cannot be opened.")).to_be_visible()
    expect(desk.get_by_text("This is no JPEG, PNG, WebP or GIF.")).to_be_visible()
    desk.get_by_role("button", name="Take bad.png away").click()
    expect(desk.get_by_text("This picture cannot be opened.")).to_have_count(0)


def test_an_upload_that_fails_is_tried_again(desk: Page, tmp_path: Path) -> None:
    fill_in(desk, "Unlucky")
    picture = photograph(tmp_path / "small.png", (80, 80))
    desk.route("**/api/media/uploads", lambda route: route.abort(), times=1)
    desk.locator("input[type=file]").set_input_files(picture)
    expect(desk.get_by_text("The shop cannot be reached at the moment.")).to_be_visible()
    desk.get_by_role("button", name="Try again").click()
    expect(desk.get_by_label("What picture 1 shows")).to_be_visible()


def test_a_product_in_sizes_and_colours(desk: Page, vendor: httpx.Client) -> None:
    name = f"Scarf {uuid4().hex[:8]}"
    fill_in(desk, name, "30")
    desk.get_by_role("button", name="Add an option").click()
    desk.get_by_role("group", name="Option 1").get_by_label("Option", exact=True).fill("Size")
    desk.get_by_role("group", name="Option 1").get_by_label("Values").fill("S, M, L")
    desk.get_by_role("group", name="L", exact=True).get_by_label("Price in USD").fill("35,00")
    desk.get_by_role("group", name="S", exact=True).get_by_label("In stock").fill("2")
    desk.get_by_role("button", name="Leave out M").click()
    saved(desk, name)
    (product,) = vendor.get("/vendor/products", params={"q": name}).json()
    told = [(v["options"], v["price"], v["stock"]) for v in product["variants"]]
    assert told == [({"Size": "S"}, 30.0, 2), ({"Size": "L"}, 35.0, 0)]

    desk.get_by_role("link", name=name).click()
    desk.get_by_role("group", name="S", exact=True).get_by_label("In stock").fill("9")
    desk.get_by_label("Name", exact=True).fill(f"{name} II")
    desk.get_by_label("Status").select_option("draft")
    saved(desk, f"{name} II")
    (product,) = vendor.get("/vendor/products", params={"q": name}).json()
    assert (product["status"], [v["stock"] for v in product["variants"]]) == ("draft", [9, 0])
    assert vendor.get(f"/products/{product['slug']}", headers={"Authorization": ""}).status_code == 404


def test_nothing_typed_is_lost_when_saving_fails(desk: Page) -> None:
    fill_in(desk, "Held up", "1")

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=503, body='{"code": "unavailable", "message": "later"}')
        else:
            route.continue_()

    desk.route("**/api/products", refuse)
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("The shop is busy at the moment.")).to_be_visible()
    expect(desk.get_by_label("Name", exact=True)).to_have_value("Held up")
    desk.unroute("**/api/products")
    saved(desk, "Held up")


def test_prices_and_stocks_of_many_are_changed_at_once(desk: Page, vendor: httpx.Client) -> None:
    mark = uuid4().hex[:8]
    names = [f"{mark} {letter}" for letter in "AB"]
    made = [steps.new_product(vendor, name=name) for name in names]
    desk.goto(PRODUCTS)
    desk.get_by_label("Find a product").fill(mark)
    expect(desk.get_by_role("table").get_by_role("link")).to_have_count(2)
    desk.get_by_role("button", name="Edit prices and stock").click()
    desk.get_by_label(f"Price of {names[0]}").fill("12,5")
    desk.get_by_label(f"Stock of {names[1]}").fill("many")
    expect(desk.get_by_text("2 changes")).to_be_visible()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Type a price and a whole number of units.")).to_be_visible()
    desk.get_by_label(f"Stock of {names[1]}").fill("3")
    desk.get_by_label(f"Price of {names[1]}").fill("20.00")  # as it was: no change
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("2 variants are changed.")).to_be_visible()
    now = [vendor.get(f"/vendor/products/{product['productId']}").json() for product in made]
    assert [(product["price"], product["stock"]) for product in now] == [(12.5, 9), (20.0, 3)]


def test_what_runs_out_is_filled_up(desk: Page, vendor: httpx.Client) -> None:
    product = steps.new_product(vendor, stock=1)
    desk.goto("/vendor/stock")
    alert = desk.get_by_role("article").filter(has_text=product["name"])
    expect(alert.get_by_text("Only 1 left")).to_be_visible()
    alert.get_by_label("Arrived").fill("40")
    alert.get_by_role("button", name="Add").click()
    expect(desk.get_by_text(f"More of {product['name']} is in stock.")).to_be_visible()
    expect(alert).to_have_count(0)
    assert vendor.get(f"/vendor/products/{product['productId']}").json()["stock"] == 41


def a_logo() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def test_somebody_applies_is_let_in_and_finds_the_desk(page: Page, admin: httpx.Client) -> None:
    steps.new_account(page, "Nora Potter")
    page.get_by_role("contentinfo").get_by_role("link", name="Sell with us").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Please fill this in.")).to_have_count(3)
    shop = f"Nora {uuid4().hex[:6]}"
    page.get_by_label("Name of your shop").fill(shop)
    page.get_by_label("Choose a logo").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": a_logo()}
    )
    expect(page.get_by_role("img", name="Your logo")).to_be_visible()
    page.get_by_label("Account holder").fill("Nora Potter")
    page.get_by_label("IBAN or account number").fill("DE02 1203 0000 0000 2020 51")
    page.get_by_role("button", name="Apply").click()
    steps.heading(page, "We are looking at it")
    waiting = admin.get("/admin/vendors", params={"status": "APPLIED"}).json()
    (nora,) = [vendor for vendor in waiting if vendor["shopName"] == shop]
    path = f"/admin/vendors/{nora['vendorId']}"
    admin.post(f"{path}/decline", json={"reason": "Tell us what you make."}).raise_for_status()
    page.reload()
    expect(page.get_by_text("Tell us what you make.")).to_be_visible()
    expect(page.get_by_label("Name of your shop")).to_have_value(shop)
    page.get_by_label("About you").fill("Bowls.")
    page.get_by_label("Account holder").fill("Nora Potter")
    page.get_by_label("IBAN or account number").fill("DE02 1203 0000 0000 2020 51")
    page.get_by_role("button", name="Apply").click()
    steps.heading(page, "We are looking at it")
    admin.post(f"{path}/approve").raise_for_status()
    page.reload()
    steps.heading(page, "Vendor desk")
    expect(page.get_by_text("Orders to send")).to_be_visible()  # the token was renewed, unseen
    page.get_by_role("link", name="Your shop").click()
    expect(page.get_by_text(re.compile("ending in … 2051"))).to_be_visible()
    page.get_by_role("link", name="See your page in the shop").click()
    steps.heading(page, shop)
    assert page.evaluate("document.querySelector('header img[src^=\"/media/\"]').naturalWidth") == 300


def test_axe_finds_nothing_at_the_desk(desk: Page, vendor: httpx.Client) -> None:
    product = steps.new_product(vendor, stock=1)
    axe = Axe(desk)
    for path in ("", "/orders", "/products", "/products/new", "/stock", "/sales", "/money", "/shop"):
        desk.goto(f"/vendor{path}")
        axe.look(path or "overview")
    desk.goto(f"{PRODUCTS}/{product['productId']}")
    expect(desk.get_by_label("Name", exact=True)).to_have_value(product["name"])
    desk.get_by_role("button", name="Add an option").click()
    axe.look("a product")
    desk.goto(PRODUCTS)
    desk.get_by_role("button", name="Edit prices and stock").click()
    desk.get_by_label(re.compile("^Price of")).first.fill("x")
    axe.look("many products")
    steps.sign_out(desk)
    steps.sign_in(desk)
    desk.goto("/vendor")
    axe.look("an application")
    assert axe.found == {}


@pytest.mark.parametrize("path", ["", "/orders", "/products", "/products/new", "/stock", "/sales", "/money"])
def test_every_page_of_the_desk_fits_a_phone(desk: Page, path: str) -> None:
    desk.set_viewport_size({"width": 375, "height": 812})
    desk.goto(f"/vendor{path}")
    expect(desk.get_by_role("main").get_by_text("Loading", exact=True)).to_have_count(0)
    assert desk.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    desk.set_viewport_size({"width": 1280, "height": 720})
