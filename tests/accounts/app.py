"""Accounts behind HTTP, as a shop mounts them."""

import httpx
from fastapi import FastAPI

from cartwheel.accounts.routes import RefreshCookie, router, verifier, well_known_router
from cartwheel.edge import errors
from cartwheel.edge.routing import take
from tests.accounts.wiring import EMAIL, ISSUER, PASSWORD, Wired

BASE = "https://shop.test"


def build(shop: Wired) -> FastAPI:
    """The routes of accounts and nothing else."""
    app = FastAPI()
    errors.install(app)
    app.state.verify = verifier(shop.identity)
    routes = router(
        shop.identity,
        shop.credentials,
        shop.accounts,
        shop.profiles,
        shop.sessions,
        RefreshCookie(secure=True),
    )
    take(app, routes, well_known_router(shop.keys, ISSUER))
    return app


def browser(app: FastAPI) -> httpx.AsyncClient:
    """A client with cookies of its own."""
    transport = httpx.ASGITransport(app, client=("192.0.2.1", 50_000))
    return httpx.AsyncClient(
        transport=transport, base_url=BASE, headers={"User-Agent": "Firefox/140.0 Linux"}
    )


async def sign_in(client: httpx.AsyncClient, email: str = EMAIL) -> None:
    """Gives the client a session: the access token as a header, the refresh token as a cookie."""
    answer = await client.post("/api/auth/signin", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"
