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


def of_desk(body: Mapping[str, Any] | None = None) -> list[Probe]:
    """A vendor's whole desk, by the id of the vendor."""
    return [Probe("query:vendorId", "vera", STAFF, "vera", body=body)]


def of_vendor(thing: str, body: Mapping[str, Any] | None = None) -> list[Probe]:
    """What only the staff decides about a vendor, or somebody who would like to be one."""
    return [Probe("path:vendorId", thing, STAFF, "admin", body=body)]


def of_staff(name: str, thing: str, body: Mapping[str, Any] | None = None, **path: str) -> list[Probe]:
    """What only the staff sees and does."""
    return [Probe(name, thing, STAFF, "admin", path=path, body=body)]


STAFF_ONLY = [Probe("query:cursor", "order", STAFF)]
"""A list of the staff's, which names nothing of anybody."""

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
    "list_stock": of_products(),
    "change_stock": [
        *of_products({"delta": -1}),
        Probe("body:variantId", "variant", VENDORS, path=CUP, body={"delta": -1}),
    ],
    "list_stock_movements": [*of_products(), Probe("query:variantId", "variant", VENDORS, path=CUP)],
    "list_vendor_products": [Probe("query:vendorId", "vera", STAFF, "vera")],
    "get_vendor_product": of_products(),
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
    "list_vendor_orders": of_desk(),
    "get_vendor_order": of_orders(PERSONAL, "vera"),
    "ship_vendor_order": of_orders(PERSONAL, "vera", {"carrier": "Nobody"}),
    "deliver_vendor_order": of_orders(PERSONAL, "vera"),
    "get_vendor": [Probe("path:vendorId", thing, SHARED) for thing in ("applicant", "bob")],
    "list_vendor_shelf": [Probe("path:vendorId", thing, SHARED) for thing in ("applicant", "bob")],
    "get_vendor_summary": of_desk(),
    "edit_vendor_products": of_desk({"rows": [{"productId": "mug", "price": 0.01, "stock": 0}]}),
    "list_vendor_ledger": of_desk(),
    "list_vendor_payouts": of_desk(),
    "list_vendors": [Probe("query:cursor", "order", STAFF)],
    "get_vendor_as_admin": [*of_vendor("vera"), *of_vendor("applicant")],
    "approve_vendor": of_vendor("applicant"),
    "decline_vendor": of_vendor("applicant", {"reason": "mine"}),
    "suspend_vendor": of_vendor("applicant", {"reason": "mine"}),
    "set_vendor_commission": of_vendor("vera", {"commission": 100}),
    "make_payouts": [Probe("body:batchId", "batch", STAFF, "admin")],
    "list_payouts": [Probe("query:cursor", "order", STAFF)],
    "get_payouts": [Probe("path:batchId", "batch", STAFF, "admin")],
    "download_payouts": [Probe("path:batchId", "batch", STAFF, "admin")],
    "list_all_products": STAFF_ONLY,
    "list_users": STAFF_ONLY,
    "get_user": of_staff("path:userId", "ann"),
    "add_user_group": of_staff("path:userId", "ann", group="customers"),
    "remove_user_group": of_staff("path:userId", "applicant", group="vendors"),
    "disable_user": of_staff("path:userId", "declined"),
    "enable_user": of_staff("path:userId", "ann"),
    "get_summary": of_desk(),
    "get_series": of_desk(),
    "list_top": of_desk(),
    "download_figures": of_desk(),
    "start_import": [Probe("query:vendorId", "vera", STAFF)],
    "list_imports": STAFF_ONLY,
    "get_import": of_staff("path:importId", "import"),
    "list_import_rejections": of_staff("path:importId", "import"),
    "download_import_rejections": of_staff("path:importId", "import"),
    "list_queues": STAFF_ONLY,
    "list_dead_letters": of_staff("path:queue", "queue"),
    "replay_dead_letters": of_staff("path:queue", "queue"),
    "replay_dead_letter": of_staff("path:messageId", "letter", queue="email"),
    "discard_dead_letter": of_staff("path:messageId", "letter", queue="email"),
    "list_jobs": STAFF_ONLY,
    "list_job_runs": of_staff("path:job", "job"),
    "run_job": of_staff("path:job", "job"),
    "list_audit_entries": [*STAFF_ONLY, Probe("query:subject", "order", STAFF, "admin")],
    "download_audit": STAFF_ONLY,
    "get_system": STAFF_ONLY,
    "list_mail_kinds": STAFF_ONLY,
    "preview_mail": of_staff("path:kind", "mail_kind"),
    "list_marked_addresses": STAFF_ONLY,
    "clear_marked_address": of_staff("path:addressKey", "marked"),
    "complete_upload": [Probe("path:uploadId", "upload", PERSONAL, "vera")],
    "get_media": [Probe("path:mediaId", "media", VENDORS, "vera")],
    "get_original": [Probe("path:mediaId", "media", VENDORS, "vera")],
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
    "begin_upload",
    "export_me",
    "get_mail_topics",
    "choose_mail_topics",
    "get_own_shop",
    "apply_as_vendor",
    "update_own_shop",
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
    "put_file",
    "get_file",
    "refresh_tokens",
    "sign_out",
    "get_subscription",
    "unsubscribe",
    "receive_webhook",
    "confirm_sandbox_payment",
    "refuse_sandbox_payment",
}
"""Open to whoever holds the secret that the request is about: a token, a signature, the bank's own id."""

PUBLIC = {
    "list_products",
    "search_products",
    "suggest_products",
    "list_trending_products",
    "take_events",
    "list_categories",
    "list_shipping_methods",
    "jwks",
    "openid_configuration",
    "health",
    "ready",
}
"""The same for everybody."""
