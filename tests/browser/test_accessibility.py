"""The keyboard is enough, and axe finds nothing serious in either theme."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


def press_until(page: Page, description: str, is_there: Callable[[], bool], key: str = "Tab") -> None:
    """Presses a key until the focus is where it should be."""
    for _ in range(80):
        if is_there():
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {description}")


def go_to(page: Page, role: str, name: str) -> None:
    """Tabs to something that has a role and a name."""
    target = page.get_by_role(role, name=re.compile(name)).locator("visible=true").first  # type: ignore[arg-type]
    expect(target).to_be_visible()
    press_until(page, name, lambda: bool(target.evaluate("it => it === document.activeElement")))


def type_into(page: Page, label: str, text: str) -> None:
    """Tabs to a field and types."""
    field = page.get_by_label(label)
    press_until(page, label, lambda: bool(field.evaluate("it => it === document.activeElement")))
    page.keyboard.type(text)


def test_a_whole_purchase_by_keyboard_only(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    go_to(page, "link", "See everything")
    page.keyboard.press("Enter")
    go_to(page, "link", "Kiln Stoneware Mug")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiln Stoneware Mug")
    go_to(page, "radio", "Oat")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Slate")).to_be_checked()
    go_to(page, "button", "Add to cart")
    page.keyboard.press("Enter")
    go_to(page, "button", "View cart")
    page.keyboard.press("Enter")
    go_to(page, "link", "Check out")
    page.keyboard.press("Enter")
    type_into(page, "E-mail address", "ada@example.com")
    type_into(page, "Full name", "Ada Lovelace")
    type_into(page, "Street and number", "12 St James's Square")
    type_into(page, "City", "London")
    type_into(page, "Country", "United K")
    page.keyboard.press("Enter")
    go_to(page, "button", "On to delivery")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Delivery")).to_be_focused()
    go_to(page, "button", "On to payment")
    page.keyboard.press("Enter")
    go_to(page, "radio", "Goes through")
    page.keyboard.press("Space")
    go_to(page, "button", "On to review")
    page.keyboard.press("Enter")
    go_to(page, "button", "^Pay")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()


def test_the_focus_goes_along_and_the_new_page_is_announced(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="See everything").click()
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator("[aria-live=assertive]")).to_have_text("All products · Cartwheel")


def test_a_dialog_keeps_the_focus_and_gives_it_back(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto("/")
    opener = page.get_by_role("button", name="Open menu")
    opener.click()
    expect(page.get_by_role("dialog", name="Menu")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def serious(page: Page) -> list[str]:
    """What axe finds, if it is serious or critical."""
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text())
    told = page.evaluate("axe.run(document)")
    assert len(told["passes"]) > 10, "axe has not looked"
    return [
        f"{problem['id']}: {node['html'][:150]} ({node['failureSummary'][:300]})"
        for problem in told["violations"]
        if problem["impact"] in ("serious", "critical")
        for node in problem["nodes"]
    ]


PUBLIC = ["/", "/products", "/categories/clothing", "/products/aurora-headphones", "/cart", "/no/such/page"]
ACCOUNT = ["/orders", "/account", "/account/addresses", "/account/security"]
FORMS = ["/signin", "/signup", "/signup/confirm", "/forgot", "/reset"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, shop_url: str, theme: str) -> None:
    context = browser.new_context(
        base_url=shop_url,
        locale="en-US",
        reduced_motion="reduce",
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        problems = serious(page)
        if problems:
            found[name] = problems

    for path in [*PUBLIC, *FORMS]:
        page.goto(path)
        look(path)
    page.goto("/signup")
    page.get_by_role("button", name="Create account").click()
    look("/signup with errors")
    steps.put_into_cart(page, "kiln-stoneware-mug")
    page.goto("/cart")
    look("/cart with a line")
    page.goto("/checkout")
    look("/checkout")
    steps.fill_in_address(page)
    steps.choose_delivery(page)
    look("/checkout, payment")
    steps.pay_with(page, steps.DECLINED)
    expect(page.get_by_role("heading", name="The payment did not go through")).to_be_visible()
    look("declined")
    page.get_by_role("link", name="Try another card").click()
    steps.pay_with(page, steps.GOOD)
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    look("confirmation")
    page.get_by_role("link", name="View order").click()
    expect(page.get_by_role("heading", name="How it is going")).to_be_visible()
    look("order")
    steps.sign_in(page)
    for path in ACCOUNT:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        look(path)
    page.get_by_role("button", name=re.compile("^Account menu")).click()
    look("account menu")
    context.close()
    assert found == {}
