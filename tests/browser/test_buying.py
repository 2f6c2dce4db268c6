"""From a product to an order, in a real browser."""

import re

import httpx
from playwright.sync_api import Page, Route, expect

from tests.browser import steps


def test_a_guest_buys(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="See everything").click()
    steps.heading(page, "All products")  # the page before may show the mug twice
    page.get_by_role("main").get_by_role("link", name="Kiln Stoneware Mug").click()
    page.get_by_role("radio", name="Slate").check()
    page.get_by_role("button", name="One more").click()
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("button", name="View cart").click()
    expect(page.get_by_text("Glaze Slate")).to_be_visible()
    expect(page.get_by_test_id("cart-total")).to_have_text("$44.00")
    page.get_by_role("link", name="Check out").click()
    steps.fill_in_address(page)
    page.get_by_role("radio", name=re.compile("Express")).check()
    steps.choose_delivery(page)
    steps.pay_with(page, steps.GOOD)
    steps.heading(page, "Thank you!")
    expect(page.get_by_role("link", name=re.compile("^Cart, 0"))).to_be_visible()
    page.get_by_role("link", name="View order").click()
    steps.heading(page, "How it is going")
    expect(page.get_by_text("$53.99")).to_be_visible()
    page.reload()  # a guest's order opens again: its token is in the entry of the history
    steps.heading(page, "How it is going")


def test_a_declined_card_costs_nothing_and_another_one_works(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    steps.pay_with(page, steps.DECLINED)
    steps.heading(page, "The payment did not go through")
    expect(page.get_by_text("Your bank declined the card.")).to_be_visible()
    page.get_by_role("link", name="Try another card").click()
    expect(page.get_by_text("12 St James's Square")).to_be_visible()  # nothing has to be typed again
    steps.pay_with(page, steps.GOOD)
    steps.heading(page, "Thank you!")


def test_the_bank_asks_and_the_page_goes_on_by_itself(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    steps.pay_with(page, steps.SECURE)
    steps.heading(page, "Your bank wants a word")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Go to the bank").click()
    popup.value.get_by_role("button", name="Confirm").click()
    steps.heading(page, "Thank you!")


def test_a_refusal_at_the_bank_costs_nothing(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    steps.pay_with(page, steps.SECURE)
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Go to the bank").click()
    popup.value.get_by_role("button", name="Refuse").click()
    steps.heading(page, "The payment did not go through")


def test_an_order_can_be_cancelled_and_bought_again(page: Page) -> None:
    steps.have_ordered(page)
    page.get_by_role("button", name="Cancel order").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_text("The order is cancelled.")).to_be_visible()
    page.get_by_role("button", name="Buy again").click()
    steps.heading(page, "Your cart")
    expect(page.get_by_role("heading", name="Ember Beeswax Candle")).to_be_visible()


def test_what_is_removed_from_the_cart_comes_back(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/cart")
    page.get_by_role("button", name="Remove Ember Beeswax Candle").click()
    steps.heading(page, "Your cart is empty")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Ember Beeswax Candle")).to_be_visible()


def test_a_lost_answer_orders_once(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    lost = LostAnswers(page, count=1)
    steps.pay_with(page, steps.GOOD)
    steps.heading(page, "Thank you!")  # it has asked again, by itself
    assert len(lost.keys) == 2
    assert len(set(lost.keys)) == 1


def test_an_order_whose_answer_never_came_is_found_again(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    lost = LostAnswers(page, count=3)
    steps.pay_with(page, steps.GOOD)
    expect(page.get_by_text("The shop cannot be reached at the moment.")).to_be_visible()
    page.reload()
    steps.heading(page, "Did it go through?")
    page.get_by_role("button", name="Ask again").click()
    steps.heading(page, "Thank you!")
    assert len(lost.keys) == 4
    assert len(set(lost.keys)) == 1


class LostAnswers:
    """Orders arrive; their first ``count`` answers do not. Keeps the idempotency keys."""

    def __init__(self, page: Page, count: int) -> None:
        self.keys: list[str] = []
        self._count = count
        page.route("**/api/orders", self._take)

    def _take(self, route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        self.keys.append(route.request.headers["idempotency-key"])
        if len(self.keys) <= self._count:
            route.fetch()
            route.abort()
        else:
            route.continue_()


def test_a_changed_price_is_told_and_accepted(page: Page, vendor: httpx.Client) -> None:
    product = steps.new_product(vendor)
    steps.have_in_cart(page, product["slug"])
    vendor.put(f"/products/{product['productId']}", json={"price": "25.00"}).raise_for_status()
    page.goto("/cart")
    told = page.get_by_text(f"{product['name']}: the price went from $20.00 to $25.00.")
    expect(told).to_be_visible()
    expect(page.get_by_test_id("cart-total")).to_have_text("$25.00")
    page.get_by_role("button", name=f"Got it {product['name']}").click()
    expect(told).to_be_hidden()
    page.reload()
    expect(page.get_by_test_id("cart-total")).to_have_text("$25.00")
    expect(told).to_be_hidden()


def test_what_is_sold_out_meanwhile_is_told(page: Page, vendor: httpx.Client) -> None:
    product = steps.new_product(vendor, stock=2)
    steps.have_in_cart(page, product["slug"])
    steps.sell_out(vendor, product["productId"])
    page.goto(f"/products/{product['slug']}")
    expect(page.get_by_role("button", name="Sold out")).to_be_disabled()
    page.goto("/cart")
    expect(page.get_by_role("status", name="Something has changed")).to_contain_text(product["name"])


def test_the_pictures_of_a_product_open_as_large_as_the_screen(page: Page) -> None:
    page.goto("/products/kiln-stoneware-mug")
    opener = page.get_by_role("button", name="Enlarge picture of Kiln Stoneware Mug")
    opener.click()
    dialog = page.get_by_role("dialog", name="Kiln Stoneware Mug")
    expect(dialog.get_by_role("status")).to_have_text("Picture 1 of 3")
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("status")).to_have_text("Picture 2 of 3")
    dialog.get_by_role("button", name="Next picture").click()
    expect(dialog.get_by_role("status")).to_have_text("Picture 3 of 3")
    picture = dialog.get_by_role("button", name="Look closer")
    small = picture.bounding_box()
    picture.click()
    large = dialog.get_by_role("button", name="See the whole picture").bounding_box()
    assert small
    assert large
    assert large["width"] > 2 * small["width"]
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_an_order_shows_how_far_each_parcel_is(page: Page, admin: httpx.Client) -> None:
    address = f"/orders/{steps.have_ordered(page)}/shipments"
    admin.post(address, json={"carrier": "Post", "tracking": "RR123"}).raise_for_status()
    page.reload()
    expect(page.get_by_role("region", name="Tracking")).to_contain_text("RR123")
    expect(page.get_by_role("button", name="Cancel order")).to_be_hidden()
    expect(page.get_by_text("On its way").first).to_be_visible()
