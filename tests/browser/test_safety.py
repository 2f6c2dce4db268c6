"""No script but the shop's own, no token where scripts of others could read it, and text stays text."""

import httpx
from playwright.sync_api import Page, expect

from tests.browser import steps

EVIL = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>{{7*7}}'


def test_the_policy_allows_no_inline_script(page: Page) -> None:
    answer = page.goto("/")
    assert answer is not None
    policy = dict(
        directive.strip().split(" ", 1) for directive in answer.headers["content-security-policy"].split(";")
    )
    assert policy["script-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert policy["base-uri"] == "'none'"


def test_an_inline_script_does_not_run(page: Page) -> None:
    told: list[str] = []
    other = page.context.new_page()  # for what the policy refuses here is wanted
    other.on("console", lambda message: told.append(message.text))
    other.goto("/")
    other.evaluate(
        """const it = document.createElement("script");
        it.textContent = "window.owned = 1";
        document.body.append(it);"""
    )
    assert other.evaluate("window.owned") is None
    assert any("Content Security Policy" in text for text in told)


def test_no_token_lies_in_storage(page: Page) -> None:
    page.goto("/signin")
    steps.fill_in_sign_in(page)
    steps.heading(page, "Good things come round.")
    steps.put_into_cart(page)
    page.goto("/checkout")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "eyJ" not in stored
    assert "token" not in stored.lower()
    readable = page.evaluate("document.cookie")
    assert readable == ""  # the cookies that there are, no script can read
    assert page.context.cookies() != []


def test_what_vendors_write_is_shown_and_runs_nothing(page: Page, vendor: httpx.Client) -> None:
    product = steps.new_product(
        vendor,
        name=f"Mug {EVIL}",
        description=EVIL,
        brand=EVIL[:100],
        attributes={"Note": EVIL},
    )
    try:
        page.goto(f"/products/{product['slug']}")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Mug {EVIL}")
        page.goto("/products")
        expect(page.get_by_role("link", name=f"Mug {EVIL}")).to_be_visible()
        steps.put_into_cart(page, product["slug"])
        page.goto("/cart")
        expect(page.get_by_role("heading", name=f"Mug {EVIL}")).to_be_visible()
        assert page.evaluate("window.owned") is None
    finally:
        vendor.delete(f"/products/{product['productId']}").raise_for_status()


def test_what_customers_write_is_shown_and_runs_nothing(page: Page) -> None:
    steps.new_account(page, name=EVIL)
    page.get_by_role("button", name="Account menu of").click()
    expect(page.get_by_role("menu")).to_contain_text(EVIL)
    page.keyboard.press("Escape")
    steps.put_into_cart(page)
    page.goto("/checkout")
    page.get_by_label("Full name").fill(EVIL)
    page.get_by_label("Street and number").fill(EVIL)
    page.get_by_label("City").fill(EVIL[:90])
    page.get_by_label("Country").select_option("GB")
    page.get_by_role("button", name="On to delivery").click()
    expect(page.get_by_role("main")).to_contain_text(EVIL)
    assert page.evaluate("window.owned") is None


def test_a_link_from_elsewhere_does_not_lead_away_after_signing_in(page: Page) -> None:
    page.goto("/signin?next=//evil.example/")
    steps.fill_in_sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Good things come round.")
