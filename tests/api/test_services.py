"""Services that share the API: each path is served by the one that it belongs to."""

from pathlib import Path

import pytest

from cartwheel.entrypoints.api import create_app
from cartwheel.entrypoints.services import ALL, parse, service_of
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble

EVERYWHERE = {"/api/health", "/api/ready"}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop that is only looked at."""
    return assemble(Settings(data=tmp_path))


def _paths(shop: Shop, *services: str) -> dict[str, set[str]]:
    paths = create_app(shop, services or ALL).openapi()["paths"]
    return {path: set(operations) for path, operations in paths.items()}


def test_every_operation_is_served_where_its_path_leads(shop: Shop) -> None:
    served = {name: _paths(shop, name) for name in ALL}
    for path, methods in _paths(shop).items():
        assert served[service_of(path)].get(path) == methods, path


def test_a_service_leaves_the_rest_to_the_others(shop: Shop) -> None:
    for name in ALL - {"desk"}:  # whose users, orders and products are those of the other services
        own = [path for path in _paths(shop, name) if service_of(path) == name]
        assert own
    assert all(service_of(path) == "search" for path in set(_paths(shop, "search")) - EVERYWHERE)
    assert "/api/products" not in _paths(shop, "orders")


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/products/trending", "products"),
        ("/api/vendor/products", "desk"),
        ("/.well-known/jwks.json", "users"),
        ("/sandbox/authenticate/pi_1", "payments"),
        ("/media/abc.webp", "desk"),
        ("/mailbox", "desk"),
        ("/api/productsx", "desk"),
        ("/", "desk"),
    ],
)
def test_paths_belong_to_services(path: str, service: str) -> None:
    assert service_of(path) == service


def test_services_are_named_in_a_list() -> None:
    assert parse("") == ALL
    assert parse("users, orders") == {"users", "orders"}
    with pytest.raises(ValueError, match="There is no service chat"):
        parse("users,chat")
