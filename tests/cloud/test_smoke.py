"""The purchase that follows a deployment, against a real shop."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cartwheel.cloud.smoke import ShopBroken, purchase
from tests.support.processes import ShopProcess, free_port, settings_of, wait_until_ready


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[ShopProcess, str]]:
    port = free_port()
    process = ShopProcess(["serve"], settings_of(tmp_path, port, CARTWHEEL_DEMO="false"))
    process.start()
    try:
        wait_until_ready(port)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()


def test_something_is_bought_where_something_is_for_sale(
    shop: tuple[ShopProcess, str], tmp_path: Path
) -> None:
    process, address = shop
    said: list[str] = []
    assert purchase(address, said.append) is None  # nothing is there yet
    catalogue = tmp_path / "goods.yaml"
    catalogue.write_text("- id: mug\n  name: Mug\n  price: 12.50\n  current_stock: 3\n")
    bring = ShopProcess(["import", str(catalogue)], process.env)
    bring.start()
    assert bring.process is not None
    assert bring.process.wait(60) == 0
    order = purchase(address, said.append)
    assert order is not None
    assert said[-1] == f"The order {order} is paid and confirmed."


def test_a_shop_that_does_not_answer_is_broken() -> None:
    with pytest.raises(ShopBroken, match="GET /api/health"):
        purchase(f"http://127.0.0.1:{free_port()}", print)
    with pytest.raises(ShopBroken, match="no address"):
        purchase("file:///etc/passwd", print)
