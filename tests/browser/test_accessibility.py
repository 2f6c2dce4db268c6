"""The keyboard is enough, and axe finds nothing serious in either theme."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

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


class Axe:
    """Looks at pages in both themes and keeps what it finds, if it is serious or critical."""

    def __init__(self, page: Page) -> None:
        self.found: dict[str, list[str]] = {}
        self._page = page
        self._script = AXE.read_text()

    def look(self, name: str) -> None:
        """At the page that is shown, once it is there. The themes differ in colours only."""
        expect(self._page.get_by_role("heading").first).to_be_visible()
        expect(self._page.get_by_role("main").get_by_text("Loading", exact=True)).to_have_count(0)
        self._page.evaluate(self._script)
        self._run(f"{name}, light", "light")
        self._run(f"{name}, dark", "dark", runOnly=["color-contrast"])

    def _run(self, name: str, theme: str, **options: object) -> None:
        self._page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        self._page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        # Without a list of everything that is right, and without loading style sheets again.
        quick = {"resultTypes": ["violations"], "preload": False, "iframes": False}
        told = self._page.evaluate("options => axe.run(document, options)", quick | options)
        assert told["passes"], "axe has not looked"
        problems = [
            f"{problem['id']}: {node['html'][:150]} ({node['failureSummary'][:300]})"
            for problem in told["violations"]
            if problem["impact"] in ("serious", "critical")
            for node in problem["nodes"]
        ]
        if problems:
            self.found[name] = problems


PUBLIC = ["/", "/products", "/categories/clothing", "/products/kiln-stoneware-mug", "/cart", "/no/such/page"]
FORMS = ["/signin", "/signup", "/signup/confirm", "/forgot", "/reset", "/unsubscribe?token=x"]
ACCOUNT = ["/orders", "/account", "/account/addresses", "/account/security"]


def test_axe_finds_nothing_serious_on_public_pages(page: Page) -> None:
    axe = Axe(page)
    for path in [*PUBLIC, *FORMS]:
        page.goto(path)
        axe.look(path)
    page.goto("/signup")
    page.get_by_role("button", name="Create account").click()
    axe.look("/signup with errors")
    page.goto("/products/kiln-stoneware-mug")
    page.get_by_role("button", name="Enlarge").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    axe.look("the pictures of a product")
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto("/")
    page.get_by_role("button", name="Open menu").click()
    expect(page.get_by_role("dialog", name="Menu")).to_be_visible()
    axe.look("menu")
    assert axe.found == {}


def test_axe_finds_nothing_serious_on_the_way_to_an_order(page: Page) -> None:
    axe = Axe(page)
    steps.have_in_cart(page, "kiln-stoneware-mug")
    page.goto("/cart")
    axe.look("/cart with a line")
    page.goto("/checkout")
    axe.look("/checkout")
    page.get_by_role("button", name="On to delivery").click()
    axe.look("/checkout with errors")
    steps.fill_in_address(page)
    axe.look("/checkout, delivery")
    steps.choose_delivery(page)
    axe.look("/checkout, payment")
    page.get_by_role("radio", name=steps.SECURE).check()
    page.get_by_role("button", name="On to review").click()
    axe.look("/checkout, review")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    steps.heading(page, "Your bank wants a word")
    axe.look("bank")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Go to the bank").click()
    popup.value.get_by_role("button", name="Refuse").click()
    steps.heading(page, "The payment did not go through")
    axe.look("declined")
    page.get_by_role("link", name="Try another card").click()
    steps.pay_with(page, steps.GOOD)
    steps.heading(page, "Thank you!")
    axe.look("confirmation")
    page.get_by_role("link", name="View order").click()
    steps.heading(page, "How it is going")
    axe.look("order")
    assert axe.found == {}


def test_axe_finds_nothing_serious_in_an_account(page: Page) -> None:
    axe = Axe(page)
    steps.sign_in(page)
    for path in ACCOUNT:
        page.goto(path)
        axe.look(path)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_test_id("totp-secret")).to_be_visible()
    axe.look("two-step sign-in")
    page.get_by_role("button", name=re.compile("^Account menu")).click()
    axe.look("account menu")
    page.goto("/account/addresses")
    page.get_by_role("button", name="Add an address").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    axe.look("address")
    assert axe.found == {}
