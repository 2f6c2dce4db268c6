"""A shop that is slow, broken or out of reach: clear words, nothing lost, and a way on."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser import steps

SLOW_MS = 1500


def slowly(page: Page) -> None:
    """Lets each answer of the API come late."""

    def delay(route: Route) -> None:
        page.wait_for_timeout(SLOW_MS)
        route.continue_()

    page.route("**/api/**", delay)


def broken(route: Route) -> None:
    """The shop's own trouble."""
    route.fulfill(
        status=500, json={"code": "internal_error", "message": "Oh", "requestId": "r-17", "details": {}}
    )


def test_a_slow_shop_shows_the_shape_of_what_comes(page: Page) -> None:
    slowly(page)
    page.goto("/products", wait_until="commit")
    expect(page.get_by_role("main").get_by_role("status").filter(has_text="Loading").first).to_be_attached()
    expect(page.get_by_role("heading", name="All products")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("article").first).to_be_visible()


def test_a_second_click_on_a_slow_shop_orders_nothing_twice(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    sent: list[str] = []

    def late(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.headers["idempotency-key"])
            page.wait_for_timeout(SLOW_MS)
        route.continue_()

    page.route("**/api/orders", late)
    steps.pay_with(page, steps.GOOD)
    pay = page.get_by_role("button", name=re.compile("^Pay"))
    expect(pay).to_have_attribute("aria-busy", "true")
    pay.click(force=True)
    steps.heading(page, "Thank you!")
    assert len(sent) == 1


def test_a_failing_shop_says_so_and_works_again(page: Page) -> None:
    page.route("**/api/products?*", broken)
    page.goto("/products")
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    expect(page.get_by_role("alert")).to_contain_text("Reference: r-17")
    page.unroute("**/api/products?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("main").get_by_role("article").first).to_be_visible()


def test_what_was_typed_survives_a_failure_and_a_reload(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    page.route("**/api/orders", broken)
    steps.pay_with(page, steps.GOOD)
    expect(page.get_by_role("alert")).to_have_text(re.compile("Something went wrong on our side"))
    page.unroute("**/api/orders")
    page.reload()
    expect(page.get_by_text("12 St James's Square")).to_be_visible()
    steps.choose_delivery(page)
    steps.pay_with(page, steps.GOOD)
    steps.heading(page, "Thank you!")


def test_a_quantity_that_could_not_be_saved_goes_back(page: Page) -> None:
    steps.have_in_cart(page)
    page.goto("/cart")
    group = page.get_by_role("group", name="Quantity of Ember Beeswax Candle")
    page.route(
        "**/api/cart", lambda route: broken(route) if route.request.method == "POST" else route.continue_()
    )
    group.get_by_role("button", name="One more").click()
    expect(page.get_by_text("Something went wrong on our side").first).to_be_visible()
    expect(group).to_contain_text("1")
    page.unroute("**/api/cart")
    group.get_by_role("button", name="One more").click()
    expect(group).to_contain_text("2")
    expect(page.get_by_test_id("cart-total")).to_have_text("$38.00")


def test_somebody_offline_is_told_and_goes_on_afterwards(page: Page) -> None:
    page.goto("/products")
    expect(page.get_by_role("main").get_by_role("article").first).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline. What you see may be out of date.")).to_be_visible()
    page.get_by_role("link", name="Quiet Machines").click()
    # The list has told enough of it to show something.
    expect(page.get_by_role("heading", level=1, name="Quiet Machines")).to_be_visible()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("There is no connection.").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline. What you see may be out of date.")).to_be_hidden()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("Quiet Machines is in your cart.")).to_be_visible()


def test_a_page_that_breaks_leaves_the_rest_of_the_shop_alone(page: Page) -> None:
    page.route("**/api/products/quiet-machines", lambda route: route.fulfill(json={"productId": "broken"}))
    page.on("pageerror", lambda _: None)
    page.goto("/products/quiet-machines")
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    page.get_by_role("link", name="Cartwheel, to the home page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Good things come round.")


def test_a_part_of_the_app_that_cannot_be_loaded_says_so(page: Page) -> None:
    page.goto("/")
    page.route("**/assets/*.js", lambda route: route.abort())
    page.get_by_role("link", name="Cart, 0 items").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    page.unroute("**/assets/*.js")
    page.get_by_role("button", name="Try again").click()
    steps.heading(page, "Your cart is empty")
