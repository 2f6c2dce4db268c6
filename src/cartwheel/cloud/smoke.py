"""Whether a deployed shop sells: what a customer does, over HTTP, as a guest."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlsplit

from cartwheel.cloud.tools import CloudError, Tell

SECONDS = 60
"""How long an order may take until it is confirmed."""

TIMEOUT = 30

_ADDRESS = {
    "name": "Smoke Test",
    "line1": "1 Test Street",
    "city": "Testville",
    "postalCode": "12345",
    "country": "US",
}


class ShopBroken(CloudError):
    """The deployed shop does not do what it should."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a shop has answered."""

    status: int
    body: Any


class Customer:
    """A guest of the shop at ``address``, with a cart of its own."""

    def __init__(self, address: str) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise ShopBroken(f"{address} is no address of a shop.")
        self._address = address.rstrip("/")
        self._cart = ""
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401 - JSON
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request. Raises ``ShopBroken`` where nobody answers."""
        request = urllib.request.Request(  # noqa: S310 - http and https only, see above
            f"{self._address}{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Content-Type": "application/json", "Accept": "application/json", **(headers or {})},
        )
        if self._cart:
            request.add_header("X-Cart-Token", self._cart)
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                self._cart = answer.headers.get("X-Cart-Token") or self._cart
                return Answer(answer.status, _json(answer.read()))
        except urllib.error.HTTPError as error:
            return Answer(error.code, _json(error.read()))
        except OSError as error:
            raise ShopBroken(f"{method} {path}: {error}") from None

    def need(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401 - JSON
        headers: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """The body of an answer that must be a success. Raises ``ShopBroken``."""
        answer = self.ask(method, path, body, headers)
        if answer.status >= 400:
            raise ShopBroken(f"{method} {path} answered {answer.status}: {answer.body}")
        return answer.body


def purchase(address: str, tell: Tell) -> str | None:
    """Buys something with the sandbox's card. Answers the order's id, ``None`` where nothing is for sale.

    Raises ``ShopBroken``.
    """
    customer = Customer(address)
    customer.need("GET", "/api/health")
    customer.need("GET", "/api/ready")
    tell("The shop is up.")
    goods = [one for one in customer.need("GET", "/api/products?limit=20") if one.get("stock", 0) > 0]
    if not goods:
        return None
    customer.need("POST", "/api/cart", {"productId": goods[0]["productId"], "quantity": 1})
    cart = customer.need("GET", "/api/cart")
    tell(f"In the cart: {goods[0]['name']}, {cart['total']} {cart['currency']}")
    order = customer.need(
        "POST",
        "/api/orders",
        {"paymentToken": "tok_visa", "email": "smoke@example.com", "shippingAddress": _ADDRESS},
    )
    status = settled(customer, order)
    if status not in ("PROCESSING", "SHIPPED", "DELIVERED", "COMPLETED"):
        raise ShopBroken(f"The order {order['orderId']} is {status} after {SECONDS} s.")
    tell(f"The order {order['orderId']} is paid and confirmed.")
    return str(order["orderId"])


def settled(customer: Customer, order: dict[str, Any]) -> str:
    """What has become of an order, once its checkout is over; ``PENDING`` where that takes too long."""
    token = {"X-Order-Token": order["guestToken"]} if order.get("guestToken") else {}
    end = time.monotonic() + SECONDS
    status = "PENDING"
    while status == "PENDING" and time.monotonic() < end:
        time.sleep(1)
        status = customer.need("GET", f"/api/orders/{order['orderId']}", headers=token)["status"]
    return status


def _json(body: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(body or b"null")
    except ValueError:
        return body.decode(errors="replace")[:200]
