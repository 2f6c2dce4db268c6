"""The drawings show what the stacks hold."""

from collections.abc import Callable

from infra.diagrams import page
from infra.shop import ROOT, ShopData
from infra.tests.conftest import Templates

ORDER = {
    "prod": "serverless",
    "containers-prod": "containers",
    "instances-prod": "instances",
}


def test_the_page_is_up_to_date(templates: Callable[[str], Templates], shop: ShopData) -> None:
    """Compared without what only other options than the page's change: none of it is drawn."""
    drawn = {
        topology: {stack: one.to_json() for stack, one in templates(name).items()}
        for name, topology in ORDER.items()
    }
    expected = page(drawn, shop)
    written = (ROOT / "docs" / "reference" / "architecture.md").read_text()
    assert written == expected, "run `make diagrams`"
