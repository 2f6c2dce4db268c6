"""Who is calling: read once per request, handed to the routes, checked by the services.

Routes take ``Anyone``, ``SignedIn``, ``Vendor`` or ``Admin`` as a parameter; what a caller may do with one
particular thing is the service's decision.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Query, Request, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.errors import Denied, Unauthenticated

CUSTOMERS, VENDORS, ADMINS = "customers", "vendors", "admins"
"""The groups of seed S0; everyone who signs up is a customer."""


class Caller(BaseModel):
    """The one behind a request. Anonymous callers have no ``user_id``."""

    model_config = ConfigDict(frozen=True)

    user_id: str | None = None
    email: str | None = None
    groups: frozenset[str] = frozenset()
    session_id: str | None = None
    address: str = ""
    """The network address, for throttling only: it is not stored."""

    @property
    def is_admin(self) -> bool:
        """Whether the caller runs the shop."""
        return ADMINS in self.groups

    @property
    def is_vendor(self) -> bool:
        """Whether the caller sells in the shop."""
        return VENDORS in self.groups


class NotSignedIn(Unauthenticated):
    """The route needs a caller who has signed in."""

    code = "unauthenticated"

    def __init__(self) -> None:
        super().__init__("Sign in first: send a valid access token as 'Authorization: Bearer …'.")


class NotAllowed(Denied):
    """The caller is in none of the groups that the route is for."""

    def __init__(self, group: str) -> None:
        super().__init__(f"This is for members of the group {group}.", group=group)


Verify = Callable[[str], Awaitable[Caller]]
"""Turns an access token into its caller; raises ``Unauthenticated``. The identity adapter provides it."""


class _Bearer(HTTPBearer):
    """Reads the token and has it verified: the caller in one step, documented as bearer authentication."""

    async def __call__(self, request: Request) -> Caller:  # type: ignore[override]
        address = client_address(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return Caller(address=address)
        verify: Verify = request.app.state.verify
        caller = await verify(token.strip())
        return caller.model_copy(update={"address": address})


def client_address(request: Request) -> str:
    """The peer's address. Behind a proxy the server is told to trust, this is already the client's."""
    return request.client.host if request.client else ""


_bearer = _Bearer(
    auto_error=False,
    scheme_name="Bearer",
    description="An access token of this shop's identity provider.",
)

Anyone = Annotated[Caller, Security(_bearer)]


async def _signed_in(caller: Anyone) -> Caller:
    if caller.user_id is None:
        raise NotSignedIn
    return caller


SignedIn = Annotated[Caller, Depends(_signed_in)]


async def _vendor(caller: SignedIn) -> Caller:
    if not (caller.is_vendor or caller.is_admin):
        raise NotAllowed(VENDORS)
    return caller


async def _admin(caller: SignedIn) -> Caller:
    if not caller.is_admin:
        raise NotAllowed(ADMINS)
    return caller


Vendor = Annotated[Caller, Depends(_vendor)]
"""A vendor, or an admin, who may do all that vendors may."""

Admin = Annotated[Caller, Depends(_admin)]


VendorParam = Annotated[
    str | None, Query(alias="vendorId", max_length=64, description="Whose: for admins only.")
]


def vendor_in_question(house: str) -> Callable[..., Awaitable[str]]:
    """Whose things a route is about: the caller's own, or those of whom an admin names, else ``house``."""

    async def vendor_id(caller: Vendor, vendor_id: VendorParam = None) -> str:
        return _own_or_named(caller, vendor_id, house)

    return vendor_id


def seller_in_question(house: str) -> Callable[..., Awaitable[str]]:
    """The same for anybody who is signed in: who was suspended still has orders to send."""

    async def seller_id(caller: SignedIn, vendor_id: VendorParam = None) -> str:
        return _own_or_named(caller, vendor_id, house)

    return seller_id


def _own_or_named(caller: Caller, named: str | None, house: str) -> str:
    if caller.is_admin:
        return named or house
    if named not in (None, caller.user_id):
        raise NotAllowed(ADMINS)
    return caller.user_id or ""
