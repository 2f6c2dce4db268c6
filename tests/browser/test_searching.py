"""Finding a product by typing."""

from playwright.sync_api import Page, expect


def test_a_search_is_proposed_and_shows_what_is_found(page: Page) -> None:
    page.goto("/")
    field = page.get_by_role("combobox", name="Search products").locator("visible=true")
    field.press_sequentially("kiln")
    proposed = page.get_by_role("option", name="Kiln Stoneware Mug")
    expect(proposed).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(proposed).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “Kiln Stoneware Mug”")
    expect(page.locator("#main")).to_be_focused()
    page.get_by_role("main").get_by_role("link", name="Kiln Stoneware Mug").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiln Stoneware Mug")


def test_results_follow_what_is_typed_and_going_back_brings_the_words_back(page: Page) -> None:
    page.goto("/search?q=candle")
    field = page.get_by_role("combobox", name="Search products").locator("visible=true")
    expect(field).to_have_value("candle")
    expect(page.get_by_role("link", name="Ember Beeswax Candle")).to_be_visible()
    field.fill("mug")
    expect(page.get_by_role("link", name="Kiln Stoneware Mug")).to_be_visible()
    expect(page.get_by_role("link", name="Ember Beeswax Candle")).to_have_count(0)
    expect(field).to_be_focused()
    page.get_by_role("main").get_by_role("link", name="Kiln Stoneware Mug").click()
    expect(field).to_have_value("")
    page.go_back()
    expect(field).to_have_value("mug")
    page.get_by_role("button", name="Clear search").locator("visible=true").click()
    expect(field).to_have_value("")
    expect(field).to_be_focused()


def test_nothing_found_leads_on(page: Page) -> None:
    page.goto("/search?q=zeppelin")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="All products").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All products")
