"""How each operation that can name somebody else's thing is asked for one: a complete list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.api.world import ADDRESS
from tests.support.shops import PASSWORD

Answers = Mapping[str, int]

SHARED: Answers = {"anonymous": 404, "guest": 404, "bob": 404, "victor": 404}
"""Who may not see it cannot tell whether it is there."""
PERSONAL: Answers = {"anonymous": 401, "guest": 401, "bob": 404, "victor": 404}
VENDORS: Answers = {"anonymous": 401, "guest": 401, "bob": 403, "victor": 404}
STAFF: Answers = {"anonymous": 401, "guest": 401, "bob": 403, "victor": 403}
USERS: Answers = {"anonymous": 401, "guest": 401, "bob": 422, "victor": 422}


@dataclass(frozen=True)
class Probe:
    """A request that names ``thing`` (see ``World.things``) as path, query, header or body ``name``.

    ``path`` fills what else is in the path. ``owner`` is somebody whom the thing is not refused to.
    ``moves`` names the tables that the request may change, as it would for a thing that does not exist.
    """

    name: str
    thing: str
    answers: Answers
    owner: str = ""
    path: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    moves: frozenset[str] = frozenset()


def of_orders(answers: Answers, owner: str, body: Mapping[str, Any] | None = None) -> list[Probe]:
    """An order of a user, and one of a guest."""
    guest = Probe("path:orderId", "guest_order", answers, "guest" if owner == "ann" else owner, body=body)
    return [Probe("path:orderId", "order", answers, owner, body=body), guest]


def of_products(body: Mapping[str, Any] | None = None) -> list[Probe]:
    """A vendor's product that the public sees, and a draft."""
    return [Probe("path:productId", thing, VENDORS, "vera", body=body) for thing in ("product", "draft")]


def of_cart(answers: Answers) -> Probe:
    """A user's cart, as a guest's token without the shop's signature."""
    return Probe("header:X-Cart-Token", "cart", answers)


def of_email(status: int, body: Mapping[str, Any] | None = None, moves: str = "") -> list[Probe]:
    """An account, by its e-mail address: every answer is the same as for one that nobody has."""
    answers = dict.fromkeys(SHARED, status)
    return [Probe("body:email", "email", answers, body=body or {}, moves=frozenset(moves.split()))]


CUP = {"productId": "cup"}
INTO_CART = [
    Probe("body:productId", "draft", SHARED, body={"quantity": 1}),
    Probe("body:variantId", "variant", SHARED, body={"productId": "cup", "quantity": 1}),
]
CODE = {"code": "000000"}
MAILED = "user_codes sign_ups outbox"

PROBES: dict[str, list[Probe]] = {
    "get_cart": [of_cart({"anonymous": 422, "guest": 422, "bob": 200, "victor": 200})],
    "set_cart_item": INTO_CART,
    "add_cart_item": INTO_CART,
    "delete_cart_items": [
        Probe("query:productId", "product", dict.fromkeys(("anonymous", "bob", "victor"), 200)),
        Probe("query:variantId", "variant", dict.fromkeys(("anonymous", "bob", "victor"), 200)),
        of_cart({"anonymous": 422, "guest": 422, "bob": 200, "victor": 200}),
    ],
    "merge_carts": [of_cart(USERS)],
    "place_order": [
        Probe(
            "header:X-Cart-Token",
            "cart",
            {"anonymous": 422, "guest": 422, "bob": 409, "victor": 409},
            body={"paymentToken": "tok_visa", "email": "guest@example.com"},
        )
    ],
    "create_product": [
        Probe("body:vendorId", "vera", STAFF, "admin", body={"name": "Mine", "price": 1}),
    ],
    "get_product": [Probe("path:productId", "draft", SHARED, "vera")],
    "update_product": [
        *of_products({"name": "Mine now", "price": 0.01, "stock": 0}),
        Probe("body:vendorId", "vera", STAFF, path={"productId": "cup"}, body={"name": "Cup"}),
    ],
    "delete_product": of_products(),
    "change_stock": [
        *of_products({"delta": -1}),
        Probe("body:variantId", "variant", VENDORS, path=CUP, body={"delta": -1}),
    ],
    "list_stock_movements": [*of_products(), Probe("query:variantId", "variant", VENDORS, path=CUP)],
    "list_vendor_products": [Probe("query:vendorId", "vera", STAFF, "vera")],
    "list_stock_alerts": [Probe("query:vendorId", "vera", STAFF, "vera")],
    "get_order": of_orders(SHARED, "ann"),
    "get_order_history": of_orders(SHARED, "ann"),
    "list_refunds": of_orders(SHARED, "ann"),
    "cancel_order": of_orders(SHARED, "ann", {"reason": "mine"}),
    "refund_order": of_orders(STAFF, "admin", {"amount": 1}),
    "ship_order": of_orders(STAFF, "admin", {"carrier": "Nobody"}),
    "deliver_order": of_orders(STAFF, "admin"),
    "complete_order": of_orders(STAFF, "admin"),
    "list_all_orders": [Probe("query:cursor", "order", STAFF)],
    "get_address": [Probe("path:addressId", "address", PERSONAL, "ann")],
    "replace_address": [Probe("path:addressId", "address", PERSONAL, "ann", body=ADDRESS)],
    "remove_address": [Probe("path:addressId", "address", PERSONAL, "ann")],
    "end_session": [Probe("path:sessionId", "session", PERSONAL, "ann")],
    "sign_up": of_email(202, {"password": PASSWORD}, MAILED),
    "confirm_sign_up": of_email(422, CODE, "user_codes"),  # tries are counted
    "resend_code": of_email(202, moves=MAILED),
    "forgot_password": of_email(202, moves=MAILED),
    "reset_password": of_email(422, {**CODE, "password": PASSWORD}, "user_codes"),
    "sign_in": of_email(401, {"password": "Wrong-horse7"}),
    "change_email": [
        Probe(
            "body:email",
            "email",
            {"anonymous": 401, "guest": 401, "bob": 202, "victor": 202},
            body={"password": PASSWORD},
            moves=frozenset(MAILED.split()),
        )
    ],
}

OWN = {
    "list_orders",
    "get_me",
    "update_me",
    "erase_me",
    "list_addresses",
    "add_address",
    "list_sessions",
    "end_all_sessions",
    "change_password",
    "confirm_email",
    "start_totp",
    "confirm_totp",
    "disable_totp",
}
"""About whoever is signed in, and nothing in the request can name anybody else."""

HELD = {
    "refresh_tokens",
    "sign_out",
    "receive_webhook",
    "confirm_sandbox_payment",
    "refuse_sandbox_payment",
}
"""Open to whoever holds the secret that the request is about: a token, a signature, the bank's own id."""

PUBLIC = {
    "list_products",
    "list_categories",
    "list_shipping_methods",
    "jwks",
    "openid_configuration",
    "health",
    "ready",
}
"""The same for everybody."""
