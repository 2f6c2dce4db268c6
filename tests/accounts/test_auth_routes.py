"""Signing up, in and out over HTTP: statuses, bodies, cookies."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.accounts.app import browser
from tests.accounts.wiring import EMAIL, ISSUER, PASSWORD, Wired

CREDENTIALS = {"email": EMAIL, "password": PASSWORD}


async def post(client: httpx.AsyncClient, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    return await client.post(f"/api/auth/{path}", json=body)


async def test_from_sign_up_to_sign_out(guest: httpx.AsyncClient, shop: Wired) -> None:
    answer = await post(guest, "signup", {**CREDENTIALS, "name": "Ada"})
    assert answer.status_code == 202
    answer = await post(guest, "signin", CREDENTIALS)
    assert (answer.status_code, answer.json()["code"]) == (403, "email_not_confirmed")
    code = (await shop.told("VerificationRequested"))["code"]
    answer = await post(guest, "confirm", {"email": EMAIL, "code": code})
    assert answer.status_code == 200

    answer = await post(guest, "signin", CREDENTIALS)
    assert answer.status_code == 200
    assert set(answer.json()) == {"accessToken", "idToken", "expiresIn", "tokenType"}
    assert (answer.json()["expiresIn"], answer.json()["tokenType"]) == (3600, "Bearer")
    assert answer.headers["Cache-Control"] == "no-store"
    token = answer.json()["accessToken"]
    answer = await guest.get("/api/users/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Ada")

    answer = await post(guest, "signout")
    assert (answer.status_code, answer.content) == (204, b"")
    answer = await guest.get("/api/users/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_the_refresh_token_is_in_a_cookie_that_scripts_and_other_sites_cannot_use(
    guest: httpx.AsyncClient, shop: Wired
) -> None:
    await shop.user()
    answer = await post(guest, "signin", CREDENTIALS)
    cookie = answer.headers["Set-Cookie"]
    name, _, attributes = cookie.partition("; ")
    assert name.startswith("cartwheel_refresh=")
    assert set(attributes.split("; ")) == {
        "HttpOnly",
        "Max-Age=2592000",
        "Path=/api/auth",
        "SameSite=strict",
        "Secure",
    }
    first = guest.cookies["cartwheel_refresh"]
    answer = await post(guest, "refresh")
    assert answer.status_code == 200
    assert "refreshToken" not in answer.json()
    assert guest.cookies["cartwheel_refresh"] != first
    await post(guest, "signout")
    assert "cartwheel_refresh" not in guest.cookies
    answer = await post(guest, "refresh")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_refresh_token")


async def test_a_client_without_cookies_gets_the_token_in_the_body(
    guest: httpx.AsyncClient, shop: Wired
) -> None:
    await shop.user()
    answer = await post(guest, "signin", {**CREDENTIALS, "refresh": "body"})
    assert "Set-Cookie" not in answer.headers
    first = answer.json()["refreshToken"]
    answer = await post(guest, "refresh", {"refreshToken": first})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    second = answer.json()["refreshToken"]
    assert second != first
    shop.clock.advance(seconds=11)
    for token in (first, second):  # the first was copied: the session ends
        answer = await post(guest, "refresh", {"refreshToken": token})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_refresh_token")


async def test_signing_out_everywhere(app: FastAPI, guest: httpx.AsyncClient, shop: Wired) -> None:
    await shop.user()
    await post(guest, "signin", CREDENTIALS)
    async with browser(app) as other:
        token = (await post(other, "signin", CREDENTIALS)).json()["accessToken"]
        assert (await post(guest, "signout", {"everywhere": True})).status_code == 204
        answer = await other.get("/api/users/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert (await post(other, "refresh")).status_code == 401


async def test_signing_out_without_a_session_is_fine(guest: httpx.AsyncClient) -> None:
    assert (await post(guest, "signout")).status_code == 204
    assert (await post(guest, "signout", {"refreshToken": "made up"})).status_code == 204


async def test_answers_do_not_tell_who_has_an_account(guest: httpx.AsyncClient, shop: Wired) -> None:
    await shop.user()
    known, unknown = EMAIL, "nobody@shop.test"
    bodies: dict[str, dict[str, Any]] = {
        "signup": {"password": PASSWORD},
        "confirm": {"code": "000000"},
        "resend": {},
        "forgot": {},
        "reset": {"code": "abcdef", "password": PASSWORD},
        "signin": {"password": "Wrong4Horse"},
    }
    for path, body in bodies.items():
        answers = [await post(guest, path, {"email": email, **body}) for email in (known, unknown)]
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].json() == answers[1].json()
        assert sorted(answers[0].headers) == sorted(answers[1].headers)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("signup", {"email": "ada", "password": PASSWORD}, 422, "invalid_email"),
        ("signup", {"email": EMAIL, "password": "weak"}, 422, "weak_password"),
        ("signup", {"email": EMAIL, "password": PASSWORD, "name": "A\nB"}, 422, "invalid_profile"),
        ("signup", {"email": EMAIL, "password": PASSWORD, "locale": "xx_YY"}, 422, "invalid_profile"),
        ("signup", {"email": EMAIL}, 422, "invalid_request"),
        ("signup", {"email": EMAIL, "password": "x" * 2000}, 422, "invalid_request"),
        ("confirm", {"email": EMAIL, "code": "123456"}, 422, "invalid_code"),
        ("reset", {"email": EMAIL, "code": "123456", "password": PASSWORD}, 422, "invalid_code"),
        ("signin", {"email": EMAIL, "password": "x"}, 401, "invalid_credentials"),
        ("signin", {"email": "ada", "password": "x"}, 401, "invalid_credentials"),
        ("signin", {"email": EMAIL, "password": "x", "refresh": "nowhere"}, 422, "invalid_request"),
        ("refresh", None, 401, "invalid_refresh_token"),
        ("refresh", {"refreshToken": "x"}, 401, "invalid_refresh_token"),
    ],
)
async def test_refusals(
    guest: httpx.AsyncClient, path: str, body: dict[str, Any] | None, status: int, code: str
) -> None:
    answer = await post(guest, path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_too_many_tries_are_told_when_to_come_back(guest: httpx.AsyncClient, shop: Wired) -> None:
    await shop.user()
    for _ in range(10):
        await post(guest, "signin", {"email": EMAIL, "password": "Wrong4Horse"})
    answer = await post(guest, "signin", CREDENTIALS)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "900"


async def test_a_forgotten_password(guest: httpx.AsyncClient, shop: Wired) -> None:
    await shop.user()
    assert (await post(guest, "forgot", {"email": EMAIL})).status_code == 202
    code = (await shop.told("PasswordResetRequested"))["code"]
    body = {"email": EMAIL, "code": code, "password": "Another1Password"}
    assert (await post(guest, "reset", body)).status_code == 200
    assert (await post(guest, "signin", CREDENTIALS)).status_code == 401
    assert (await post(guest, "signin", {"email": EMAIL, "password": "Another1Password"})).status_code == 200


async def test_others_can_verify_tokens(guest: httpx.AsyncClient, shop: Wired) -> None:
    await shop.user()
    token = (await post(guest, "signin", CREDENTIALS)).json()["idToken"]
    found = (await guest.get("/.well-known/openid-configuration")).json()
    assert found["issuer"] == ISSUER
    answer = await guest.get(found["jwks_uri"].removeprefix(ISSUER))
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert {key for jwk in answer.json()["keys"] for key in jwk} == {"kty", "n", "e", "use", "alg", "kid"}
    claims = jwt.decode(token, KeySet.import_key_set(answer.json()), algorithms=["RS256"]).claims
    assert (claims["iss"], claims["email"]) == (ISSUER, EMAIL)


@pytest.mark.slow_callbacks_ok("FastAPI writes the OpenAPI document inline, once per process")
async def test_every_route_is_documented(guest: httpx.AsyncClient) -> None:
    paths = (await guest.get("/openapi.json")).json()["paths"]
    routes = {(path, method): route for path, methods in paths.items() for method, route in methods.items()}
    assert len(routes) == 33
    for (path, _), route in routes.items():
        assert route["summary"]
        assert route["description"]
        if path.startswith(("/api/users", "/api/admin/users")):
            assert {"401", "422", "429"} <= set(route["responses"])
            assert route["security"]
        elif path.startswith("/api/auth"):
            assert {"422", "429"} <= set(route["responses"])
