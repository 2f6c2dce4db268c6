"""What nobody sends by accident, and how it has to be answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from cartwheel.edge.guard import Guard
from cartwheel.edge.response_cache import ResponseCache
from cartwheel.entrypoints.asgi import CACHED
from tests.api.world import ADDRESS, World
from tests.support.apps import application
from tests.support.shops import PASSWORD

JSON = {"Content-Type": "application/json"}

NESTED = 100_000
BODIES: dict[str, bytes] = {
    "deep arrays": b"[" * NESTED + b"]" * NESTED,
    "deep objects": b'{"a":' * NESTED + b"1" + b"}" * NESTED,
    "a huge array": b"[" + b",".join([b"0"] * 400_000) + b"]",
    "a digit too many": b"1" + b"0" * 5_000,
    "null": b"null",
    "text": b'"text"',
    "a number": b"-1e999",
    "no number": b"NaN",
    "half of it": b'{"name": ',
    "two of it": b"{}{}",
    "no JSON": b"<product/>",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "a raw NUL": b'{"name": "\0"}',
    "NULs": b"\0" * 1_000,
    "nothing": b"",
}

TEXTS: dict[str, str] = {
    "NUL": "\0",
    "NUL inside": "a\0b",
    "lone surrogate": "\ud800",
    "newlines": "a\r\nSet-Cookie: a=b",
    "10,000 characters": "x" * 10_000,
    "half a megabyte": "\U0001f600" * 40_000,
    "SQL": "' OR 1=1; DROP TABLE products; --",
    "a query object": '{"$gt": ""}',
    "a path": "../../etc/passwd",
    "right to left": "\u202e\u0645\u0631\u062d\u0628\u0627",
    "blank": " \u00a0\u2003",
}

IDS: dict[str, str] = {
    "NUL": "%00",
    "NUL inside": "a%00b",
    "the parent": "%2e%2e",
    "up and down": "..%2f..%2fetc%2fpasswd",
    "a slash": "a%2Fb",
    "a backslash": "a%5Cb",
    "not UTF-8": "%ff%fe",
    "a surrogate": "%ED%A0%80",
    "an emoji": "%F0%9F%98%80" * 20,
    "SQL": "'%20OR%201=1;%20DROP%20TABLE%20products;%20--",
    "a query object": "%7B%22$gt%22:%22%22%7D",
    "10,000 characters": "x" * 10_000,
    "a template": "{{7*7}}%7Bid%7D",
    "a blank": "%20",
    "encoded twice": "%2500",
}

QUERIES: dict[str, str] = {
    **IDS,
    "a huge number": "9" * 400,
    "far too many digits": "9" * 5_000,
    "a negative number": "-1",
    "a fraction": "1.5",
    "an exponent": "1e3",
    "nothing": "",
    "a cursor of nobody": "AAAA",
}

TRACES = ("Traceback", 'File "', "site-packages", "sqlite3", "pydantic", "sqlalchemy")

_PRODUCT: dict[str, Any] = {
    "name": "Bowl",
    "slug": "bowl",
    "description": "Round",
    "sku": "B-1",
    "category": "Home",
    "imageUrl": "https://example.com/bowl.jpg",
    "brand": "Potter",
    "currency": "USD",
    "vendorId": "somebody",
    "status": "active",
    "price": "1.00",
}
_SHOP: dict[str, Any] = {
    "shopName": "Mugs",
    "description": "Mugs",
    "logoUrl": "/logo.png",
    "payout": {"holder": "Vera", "account": "DE02120300000000202051", "bank": "BYLADEM1001"},
}
_EMAIL = {"email": "new@example.com"}
VALID: dict[str, dict[str, Any]] = {
    "set_cart_item": {"productId": "mug", "variantId": "mug", "quantity": 1},
    "add_cart_item": {"productId": "mug", "variantId": "mug", "quantity": 1},
    "create_product": _PRODUCT,
    "update_product": _PRODUCT,
    "change_stock": {"variantId": "cup", "delta": 1, "note": "counted"},
    "take_events": {"visitId": "a-visit-of-ann", "events": [{"type": "view", "productId": "mug"}]},
    "start_import": {},
    "begin_upload": {"filename": "mug.png", "contentType": "image/png", "size": 1000},
    "place_order": {
        "paymentToken": "tok_visa",
        "shippingMethod": "express",
        "shippingAddress": ADDRESS,
        **_EMAIL,
    },
    "cancel_order": {"reason": "Changed my mind"},
    "refund_order": {"amount": 1, "reason": "Broken", "refundId": "r-1"},
    "ship_order": {"carrier": "Post", "tracking": "1"},
    "ship_vendor_order": {"carrier": "Post", "tracking": "1"},
    "apply_as_vendor": _SHOP,
    "update_own_shop": _SHOP | {"shopName": "Bowls"},
    "edit_vendor_products": {"rows": [{"productId": "secret-draft", "price": "1.00", "stock": 1}]},
    "decline_vendor": {"reason": "No mugs"},
    "suspend_vendor": {"reason": "No mugs"},
    "set_vendor_commission": {"commission": 5},
    "make_payouts": {"batchId": "b-1"},
    "receive_webhook": {"id": "evt_1", "type": "payment_intent.succeeded"},
    "sign_up": {**_EMAIL, "password": PASSWORD, "name": "New", "locale": "en"},
    "confirm_sign_up": {**_EMAIL, "code": "000000"},
    "resend_code": _EMAIL,
    "forgot_password": _EMAIL,
    "reset_password": {**_EMAIL, "code": "000000", "password": PASSWORD},
    "sign_in": {"email": "ann@example.com", "password": PASSWORD, "totp": "", "refresh": "body"},
    "refresh_tokens": {"refreshToken": "a.b"},
    "sign_out": {"refreshToken": "a.b"},
    "update_me": {"name": "Ann", "locale": "en"},
    "choose_mail_topics": {},
    "erase_me": {"password": "Wrong-horse7"},
    "add_address": {**ADDRESS, "line2": "", "region": "", "phone": ""},
    "replace_address": {**ADDRESS, "line2": "", "region": "", "phone": ""},
    "change_password": {"oldPassword": "Wrong-horse7", "newPassword": PASSWORD},
    "change_email": {**_EMAIL, "password": "Wrong-horse7"},
    "confirm_email": {"code": "000000"},
    "confirm_totp": {"code": "000000"},
    "disable_totp": {"password": "Wrong-horse7"},
}
"""A body for each operation that takes one, with all of its texts."""


@dataclass
class Desk:
    """The shop as the server process puts it together, and what is wrong with its answers."""

    world: World
    http: httpx.AsyncClient
    operations: dict[str, tuple[str, str, dict[str, Any]]]
    wrong: list[str]

    async def try_out(self, label: str, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401
        """Sends it: no answer may be a server error, and no refusal may have changed anything."""
        before = await self.world.dump()
        self.http.cookies.clear()
        await asyncio.sleep(0)  # what holds the event loop is one request, not all of them
        response = await self.http.request(method, path, **request)
        found = complaints(response)
        if response.status_code >= 400:
            after = await self.world.dump()
            tables = {name for name in before if before[name] != after[name]} - {"throttle", "user_codes"}
            found += [f"changed {name}" for name in tables]
        self.wrong += [f"{label}: {response.status_code} {problem}" for problem in found]
        return response

    def expect(self, label: str, response: httpx.Response, *statuses: int) -> None:
        """Notes any other status."""
        if response.status_code not in statuses:
            self.wrong.append(f"{label}: {response.status_code}, not {statuses}: {response.text[:200]}")


def complaints(response: httpx.Response) -> list[str]:
    """What is wrong with an answer, whatever was asked."""
    if response.status_code >= 500:
        return [f"is a server error: {response.text[:300]}"]
    found = [f"tells of {trace}" for trace in TRACES if trace in response.text]
    if response.status_code >= 400:
        body = response.json()
        if not {"error", "code", "message", "requestId"} <= set(body) or body["error"] != body["message"]:
            found.append(f"is no Problem: {body}")
        if not body.get("requestId") or response.headers["X-Request-Id"] != body["requestId"]:
            found.append("has no id")
        if len(response.content) > 20_000:
            found.append(f"answers {len(response.content)} bytes")
    return found


@asynccontextmanager
async def desk(world: World) -> AsyncIterator[Desk]:
    """The shop behind cache and guard. Fails with all complaints at its end."""
    async with application(world.shop) as app:
        paths = app.openapi()["paths"].items()
        operations = {
            entry["operationId"]: (method.upper(), path, entry)
            for path, methods in paths
            for method, entry in methods.items()
        }
        transport = httpx.ASGITransport(ResponseCache(Guard(app), CACHED), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
            made = Desk(world, http, operations, [])
            yield made
    assert not made.wrong, "\n".join(made.wrong)
