"""What guests hold: signed tokens for their cart and for their orders. Only the shop can make them."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Header, Response, Security
from fastapi.requests import HTTPConnection
from fastapi.security import APIKeyHeader

from cartwheel.edge.caller import Caller
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import Invalid
from cartwheel.kernel.ids import new_id
from cartwheel.kernel.signing import Signer

CART_COOKIE = "cartwheel_cart"
CART_LIFE = timedelta(days=30)
ORDER_TOKEN_LIFE = timedelta(days=30)


class InvalidCartToken(Invalid):
    """The token was not made by this shop."""

    code = "invalid_cart_token"


class _CartToken(APIKeyHeader):
    """Reads the token from the header, else from the cookie."""

    async def __call__(self, request: HTTPConnection) -> str | None:
        return request.headers.get("x-cart-token") or request.cookies.get(CART_COOKIE)


CartToken = Annotated[
    str | None,
    Security(
        _CartToken(
            name="X-Cart-Token",
            scheme_name="CartToken",
            auto_error=False,
            description="A guest's cart; or the cookie.",
        )
    ),
]
"""The guest's cart token; the header wins over the cookie."""

OrderToken = Annotated[str | None, Header(alias="X-Order-Token", max_length=200)]
"""The token that opens one order without signing in."""


class CartAccess:
    """Which cart a request is about: the user's own, or the one whose token the guest holds."""

    def __init__(self, signer: Signer, *, secure: bool) -> None:
        self._signer = signer
        self._secure = secure

    def find(self, caller: Caller, token: str | None) -> str | None:
        """The id of the caller's cart, ``None`` for a guest without one. Raises ``InvalidCartToken``."""
        return self.of_user(caller) or self.of_guest(token)

    def find_or_open(self, caller: Caller, token: str | None) -> tuple[str, bool]:
        """The id of the caller's cart, and whether it is a guest's new one, to be handed over."""
        found = self.find(caller, token)
        return (found, False) if found else (f"guest-{new_id()}", True)

    def hand_over(self, cart_id: str, response: Response) -> None:
        """Gives the guest the token of a cart, as cookie and as header."""
        token = self._signer.sign(cart_id)
        response.headers["X-Cart-Token"] = token
        response.set_cookie(
            CART_COOKIE,
            token,
            max_age=int(CART_LIFE.total_seconds()),
            path="/api",
            httponly=True,
            secure=self._secure,
            samesite="lax",
        )

    @staticmethod
    def of_user(caller: Caller) -> str | None:
        """The id of a user's one cart."""
        return f"user-{caller.user_id}" if caller.user_id else None

    def of_guest(self, token: str | None) -> str | None:
        """The guest cart that a token opens. Raises ``InvalidCartToken``."""
        if not token:
            return None
        cart_id = self._signer.verify(token)
        if cart_id is None:
            raise InvalidCartToken("The cart token is not one of this shop's.")
        return cart_id


class OrderTokens:
    """Tokens that open one order each until they expire."""

    def __init__(self, signer: Signer, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock

    def make(self, order_id: str) -> str:
        """A token for that order, good for ``ORDER_TOKEN_LIFE``."""
        until: datetime = self._clock() + ORDER_TOKEN_LIFE
        return self._signer.sign(f"{order_id}:{int(until.timestamp())}")

    def opens(self, token: str | None, order_id: str) -> bool:
        """Whether the token is for that order and still good."""
        value = self._signer.verify(token) if token else None
        named, _, until = (value or "").partition(":")
        return named == order_id and until.isdigit() and int(until) > self._clock().timestamp()
