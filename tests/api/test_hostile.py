"""Requests that mean harm, or that no client can have meant: clear refusals, and nothing changes."""

import base64
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.hostile import BODIES, IDS, JSON, QUERIES, TEXTS, VALID, Desk, desk
from tests.api.world import ADDRESS, World

MEGABYTE = b"x" * 1_000_000


@pytest.fixture
async def shop_desk(world: World) -> AsyncIterator[Desk]:
    async with desk(world) as made:
        yield made


def path_of(path: str, given: str = "no-such-thing") -> str:
    """The path with something in each gap."""
    return re.sub(r"\{.*?\}", lambda _: given, path)


def test_every_body_is_tried(shop_desk: Desk) -> None:
    assert set(VALID) == {
        name for name, (_, _, entry) in shop_desk.operations.items() if "requestBody" in entry
    }


@pytest.mark.parametrize("what", BODIES)
async def test_bodies(world: World, shop_desk: Desk, what: str) -> None:
    optional = {"sign_out", "refresh_tokens", "cancel_order"}
    for name in VALID:
        method, path, _ = shop_desk.operations[name]
        headers = JSON | world.headers["admin"]
        label = f"{name} with {what}"
        answer = await shop_desk.try_out(label, method, path_of(path), content=BODIES[what], headers=headers)
        allowed = (204, 401, 404) if name in optional and what in ("null", "nothing") else (400, 415, 422)
        shop_desk.expect(label, answer, *allowed)


@pytest.mark.parametrize("name", VALID)
async def test_texts(world: World, shop_desk: Desk, name: str) -> None:
    method, path, _ = shop_desk.operations[name]
    for what, text in TEXTS.items():
        for field, value in VALID[name].items():
            if isinstance(value, str):
                content = json.dumps(VALID[name] | {field: text})
                await shop_desk.try_out(
                    f"{field} is {what}",
                    method,
                    path_of(path, "cup"),
                    content=content,
                    headers=JSON | world.headers["admin"],
                )


@pytest.mark.parametrize("who", ["anonymous", "admin"])
async def test_ids_in_paths(world: World, shop_desk: Desk, who: str) -> None:
    for name, (method, path, _) in shop_desk.operations.items():
        for what, given in IDS.items() if "{" in path else ():
            body = json.dumps(VALID[name]) if name in VALID else None
            label, headers = f"{name} of {what}", JSON | world.headers[who]
            answer = await shop_desk.try_out(
                label, method, path_of(path, given), content=body, headers=headers
            )
            shop_desk.expect(label, answer, 401, 404, 405, 422)


async def test_queries(world: World, shop_desk: Desk) -> None:
    for name, (method, path, entry) in shop_desk.operations.items():
        for parameter in entry.get("parameters", ()):
            for what, value in QUERIES.items() if parameter["in"] == "query" else ():
                label = f"{name} with {parameter['name']} {what}"
                address = f"{path_of(path, 'mug')}?{parameter['name']}={value}"
                answer = await shop_desk.try_out(label, method, address, headers=world.headers["admin"])
                shop_desk.expect(label, answer, 200, 400, 404, 415, 422)


@pytest.mark.parametrize(
    "query", ["limit=1&limit=2", "limit=1;limit=2", "%00=1", "=&=&=", "&" * 5_000, "%", "cursor"]
)
async def test_odd_queries(shop_desk: Desk, query: str) -> None:
    answer = await shop_desk.try_out(query, "GET", f"/api/products?{query}")
    shop_desk.expect(query, answer, 200, 400, 422)


def compact(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def test_access_tokens(world: World, shop_desk: Desk) -> None:
    kid = (await shop_desk.http.get("/.well-known/jwks.json")).json()["keys"][0]["kid"]
    real = world.headers["ann"]["Authorization"].removeprefix("Bearer ")
    header, payload, signature = real.split(".")
    made_up = {"sub": world.things["admin"], "cognito:groups": ["admins"], "exp": 2**40}
    heads: list[object] = [
        {"alg": "none", "kid": kid},
        {"alg": "HS256", "kid": kid},
        {"alg": "RS256", "kid": "\0"},
        {"alg": "RS256", "kid": [kid]},
        {"alg": 5, "kid": kid},
        {"alg": "RS256", "kid": kid, "crit": ["x"]},
        [],
        None,
        b"[" * 5_000,
    ]
    tokens = [
        *(f"{compact(head)}.{compact(made_up)}.{signature}" for head in heads),
        f"{header}.{compact(made_up)}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        real[:-4],
        f"{real}.{real}",
        "x" * 100_000,
        "\u00ff\u00fe",
        "..",
    ]
    for token in tokens:
        headers = {"Authorization": f"Bearer {token}".encode("latin-1")}
        answer = await shop_desk.try_out(token[:40], "GET", "/api/orders", headers=headers)
        shop_desk.expect(token[:40], answer, 401)
    for scheme in ("Bearer", "Bearer ", "Basic YTpi", "bearer", f"Token {real}", "\t", ""):
        answer = await shop_desk.try_out(scheme, "GET", "/api/orders", headers={"Authorization": scheme})
        shop_desk.expect(scheme, answer, 401)


HEADERS: list[tuple[str, str, str, tuple[int, ...]]] = [
    ("GET", "/api/cart", "X-Cart-Token", (422,)),
    ("POST", "/api/cart/merge", "X-Cart-Token", (422,)),
    ("GET", "/api/orders/{order}", "X-Order-Token", (404, 422)),
    ("POST", "/api/payments/webhooks", "Stripe-Signature", (422,)),
    ("POST", "/api/orders", "Idempotency-Key", (409, 422)),
    ("GET", "/api/no-such-page", "X-Request-Id", (404,)),
    ("GET", "/api/no-such-page", "User-Agent", (404,)),
    ("GET", "/api/no-such-page", "Cookie", (404,)),
    ("GET", "/api/no-such-page", "Accept", (404,)),
]


@pytest.mark.parametrize(
    "value", [b"\xff\xfe", b"a\x01b", b"t=1,v1=\xc3\xbc", b"x" * 100_000, b"guest-1.AAAA", b"."]
)
async def test_headers(world: World, shop_desk: Desk, value: bytes) -> None:
    for method, path, name, statuses in HEADERS:
        who = "bob" if name in ("Idempotency-Key", "X-Cart-Token") and method == "POST" else "anonymous"
        answer = await shop_desk.try_out(
            name,
            method,
            path.format(order=world.things["order"]),
            headers=[*JSON.items(), *world.headers[who].items(), (name, value)],
            content=b'{"paymentToken": "tok_visa"}' if method == "POST" else None,
        )
        shop_desk.expect(name, answer, *statuses)
        assert value not in answer.headers["X-Request-Id"].encode("latin-1")


@pytest.mark.parametrize("value", [b"\xff\xfe", b'"', b"x" * 100_000, b"a=b; a=b", b"guest-1.AAAA"])
async def test_cookies(shop_desk: Desk, value: bytes) -> None:
    for method, path, cookie, status in [
        ("GET", "/api/cart", b"cartwheel_cart=", 422),
        ("POST", "/api/auth/refresh", b"cartwheel_refresh=", 401),
    ]:
        answer = await shop_desk.try_out(path, method, path, headers={"Cookie": cookie + value})
        shop_desk.expect(path, answer, status)


TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/xml",
    "multipart/form-data",
    "",
    ";;;",
    "\u00e9",
]


@pytest.mark.parametrize("type", [*TYPES, None])
async def test_other_content_types(world: World, shop_desk: Desk, type: str | None) -> None:
    given = {} if type is None else {"Content-Type": type.encode("latin-1")}
    for name, body in VALID.items():
        method, path, _ = shop_desk.operations[name]
        answer = await shop_desk.try_out(
            f"{name} as {type}",
            method,
            path_of(path),
            content=json.dumps(body).encode(),
            headers=given | world.headers["admin"],
        )
        shop_desk.expect(name, answer, 422 if name == "receive_webhook" else 415)


@pytest.mark.parametrize("path", ["/api/cart", "/api/payments/webhooks", "/api/auth/signin"])
async def test_ten_megabytes(shop_desk: Desk, path: str) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield MEGABYTE

    for content in (MEGABYTE * 10, parts()):
        answer = await shop_desk.try_out(path, "POST", path, content=content, headers=JSON)
        shop_desk.expect(path, answer, 413)
        assert (answer.json()["code"], answer.headers["Connection"]) == ("too_large", "close")
    for length in ("9" * 5_000, "-1", "1e3", "\u00b2", "0x10", ""):
        headers = JSON | {"Content-Length": length}
        answer = await shop_desk.try_out(length[:9], "POST", path, content=b"{}", headers=_latin(headers))
        shop_desk.expect(length[:9], answer, 413)


def _latin(headers: dict[str, str]) -> Any:  # noqa: ANN401 - httpx takes bytes, its annotation does not
    return {name: value.encode("latin-1") for name, value in headers.items()}


NUMBERS: list[tuple[str, tuple[int, ...]]] = [
    ("1" + "0" * 400, (422,)),
    ("1" + "0" * 5_000, (400,)),
    ("-1", (422,)),
    ("1.5", (422,)),
    ("1e999", (422,)),
    ("NaN", (422,)),
    ("-Infinity", (422,)),
    ('"one"', (422,)),
    ("[1]", (422,)),
    ('{"$gt": 0}', (422,)),
    ("null", (422,)),
]


@pytest.mark.parametrize(("number", "statuses"), NUMBERS)
async def test_numbers(world: World, shop_desk: Desk, number: str, statuses: tuple[int, ...]) -> None:
    order = f"/api/orders/{world.things['order']}/refunds"
    for method, path, body, who in [
        ("POST", "/api/cart", '{"productId": "mug", "quantity": %s}', "bob"),
        ("PATCH", "/api/products/mug/stock", '{"onHand": %s}', "vera"),
        ("POST", order, '{"amount": %s}', "admin"),
        ("PUT", "/api/products/mug", '{"price": %s, "weightGrams": %s}', "vera"),
    ]:
        content = body.replace("%s", number)
        headers = JSON | world.headers[who]
        answer = await shop_desk.try_out(content[:60], method, path, content=content, headers=headers)
        if not (number in ("null", "1.5") and path == "/api/products/mug") and not (
            path == order and number == "1.5"
        ):
            shop_desk.expect(content[:60], answer, *statuses)


async def test_a_price_of_minus_nothing_is_nothing(world: World, shop_desk: Desk) -> None:
    answer = await shop_desk.try_out(
        "-0", "PUT", "/api/products/mug", content='{"price": -0.0}', headers=JSON | world.headers["vera"]
    )
    assert '"price":0.0' in answer.text


async def test_of_duplicate_keys_the_last_counts(world: World, shop_desk: Desk) -> None:
    content = '{"productId": "nothing", "quantity": 5, "productId": "cup", "quantity": 2}'
    answer = await shop_desk.try_out(
        "twice", "POST", "/api/cart", content=content, headers=JSON | world.headers["bob"]
    )
    assert [(item["productId"], item["quantity"]) for item in answer.json()["items"]] == [("cup", 2)]


FOREIGN = (
    "\U0001f469\u200d\U0001f680 \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd "
    "\u65e5\u672c Zu\u0308rich <b>&amp;</b>"
)
"""An astronaut of two joined emoji, right to left twice, Chinese signs, a combining accent, and mark-up."""


async def test_every_script_comes_back_exactly(world: World, shop_desk: Desk) -> None:
    product = {
        "name": FOREIGN,
        "description": FOREIGN,
        "brand": FOREIGN,
        "attributes": {FOREIGN: FOREIGN},
        "price": 1,
    }
    made = await shop_desk.try_out(
        "product", "POST", "/api/products", json=product, headers=world.headers["vera"]
    )
    shown = (await shop_desk.http.get(f"/api/products/{made.json()['productId']}")).json()
    assert {name: shown[name] for name in product} == product
    address = ADDRESS | {"name": FOREIGN, "line1": FOREIGN, "city": FOREIGN}
    made = await shop_desk.try_out(
        "address", "POST", "/api/users/me/addresses", json=address, headers=world.headers["bob"]
    )
    kept = f"/api/users/me/addresses/{made.json()['addressId']}"
    shown = (await shop_desk.http.get(kept, headers=world.headers["bob"])).json()
    assert {name: shown[name] for name in address} == address


async def test_unknown_paths_and_methods(shop_desk: Desk) -> None:
    for path in (
        "/api/%2e%2e/",
        "/api//products",
        "/api/products/mug/",
        "/%00",
        "/api",
        "/.env",
        "/api/openapi.json/x",
    ):
        answer = await shop_desk.try_out(path, "GET", path)
        shop_desk.expect(path, answer, 307, 404)
    for method in ("PATCH", "TRACE", "PROPFIND"):
        answer = await shop_desk.try_out(method, method, "/api/cart")
        shop_desk.expect(method, answer, 405)
        assert set(answer.headers["Allow"].split(", ")) <= {"GET", "POST", "DELETE"}
