"""What people do with their own account over HTTP."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from cartwheel.accounts.crypto import totp, totp_bytes
from cartwheel.accounts.tables import USERS
from tests.accounts.app import browser, sign_in
from tests.accounts.wiring import EMAIL, PASSWORD, Wired

ME = "/api/users/me"
HOME = {"name": "Ada Byron", "line1": "12 St James's Square", "city": "London", "country": "GB"}


async def test_the_profile(ada: httpx.AsyncClient, shop: Wired) -> None:
    user = await shop.accounts.find_user(EMAIL)
    assert user is not None
    assert (await ada.get(ME)).json() == {
        "userId": user.user_id,
        "email": EMAIL,
        "name": "Ada",
        "locale": "en",
        "marketingOptIn": False,
        "groups": ["customers"],
        "totpEnabled": False,
        "defaultAddressId": None,
        "createdAt": "2026-03-01T12:00:00Z",
    }
    answer = await ada.patch(ME, json={"name": "Ada Byron", "marketingOptIn": True})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["marketingOptIn"], answer.json()["locale"]) == (
        "Ada Byron",
        True,
        "en",
    )
    assert (await ada.get(ME)).json() == answer.json()


@pytest.mark.slow_callbacks_ok("FastAPI writes the OpenAPI document inline, once per process")
async def test_nobody_gets_in_without_a_token(guest: httpx.AsyncClient) -> None:
    schema = (await guest.get("/openapi.json")).json()["paths"]
    routes = [(method, path) for path in schema for method in schema[path] if path.startswith("/api/users")]
    assert len(routes) == 17
    for headers in ({}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic YTpi"}):
        for method, path in routes:
            answer = await guest.request(method, path, headers=headers, json={})
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_the_address_book(ada: httpx.AsyncClient) -> None:
    made = await ada.post(f"{ME}/addresses", json=HOME)
    assert made.status_code == 201
    full = {**HOME, "line2": "", "region": "", "postalCode": "", "phone": "", "isDefault": True}
    assert made.json() == {**full, "addressId": made.json()["addressId"]}
    second = await ada.post(f"{ME}/addresses", json={**HOME, "line1": "Ockham Park", "postalCode": "GU23"})
    assert not second.json()["isDefault"]
    path = f"{ME}/addresses/{second.json()['addressId']}"
    changed = await ada.put(path, json={**HOME, "line1": "Ockham", "isDefault": True})
    assert (changed.status_code, changed.json()["line1"], changed.json()["isDefault"]) == (
        200,
        "Ockham",
        True,
    )
    assert (await ada.get(path)).json() == changed.json()
    assert [a["isDefault"] for a in (await ada.get(f"{ME}/addresses")).json()] == [False, True]
    assert (await ada.delete(path)).status_code == 204
    assert [a["line1"] for a in (await ada.get(f"{ME}/addresses")).json()] == [HOME["line1"]]
    assert (await ada.get(path)).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"country": "England"}, {"name": ""}, {"line1": "x" * 300}, {"city": None}, {"city": "a\u2028b"}],
)
async def test_an_address_is_checked(ada: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    assert (await ada.post(f"{ME}/addresses", json={**HOME, **wrong})).status_code == 422
    assert (await ada.get(f"{ME}/addresses")).json() == []


async def test_other_peoples_things_are_missing(app: FastAPI, ada: httpx.AsyncClient, shop: Wired) -> None:
    address = (await ada.post(f"{ME}/addresses", json=HOME)).json()["addressId"]
    [session] = (await ada.get(f"{ME}/sessions")).json()
    await shop.user("eve@shop.test")
    async with browser(app) as eve:
        await sign_in(eve, "eve@shop.test")
        for method, path, body in (
            ("GET", "addresses/{}", None),
            ("PUT", "addresses/{}", HOME),
            ("DELETE", "addresses/{}", None),
            ("DELETE", "sessions/{}", None),
        ):
            real = session["sessionId"] if path.startswith("sessions") else address
            foreign = await eve.request(method, f"{ME}/{path.format(real)}", json=body)
            missing = await eve.request(method, f"{ME}/{path.format('missing')}", json=body)
            assert foreign.status_code == missing.status_code == 404
            assert foreign.text == missing.text.replace("missing", real)
    assert [a["addressId"] for a in (await ada.get(f"{ME}/addresses")).json()] == [address]
    assert (await ada.get(ME)).status_code == 200


async def test_devices(app: FastAPI, ada: httpx.AsyncClient, shop: Wired) -> None:
    shop.clock.advance(minutes=5)
    async with browser(app) as phone:
        phone.headers["User-Agent"] = "Mozilla/5.0 (iPhone) Safari/604.1"
        await sign_in(phone)
        listed = (await ada.get(f"{ME}/sessions")).json()
        assert [(s["device"], s["current"]) for s in listed] == [
            ("Safari on iPhone", False),
            ("Firefox on Linux", True),
        ]
        assert set(listed[0]) == {"sessionId", "device", "createdAt", "lastUsedAt", "current"}
        assert (await ada.delete(f"{ME}/sessions/{listed[0]['sessionId']}")).status_code == 204
        assert (await phone.get(ME)).status_code == 401
    assert (await ada.delete(f"{ME}/sessions")).status_code == 204
    assert (await ada.get(ME)).status_code == 401


async def test_password(ada: httpx.AsyncClient) -> None:
    body = {"oldPassword": "Wrong4Horse", "newPassword": "Another1Password"}
    answer = await ada.put(f"{ME}/password", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
    answer = await ada.put(f"{ME}/password", json={**body, "oldPassword": PASSWORD})
    assert answer.status_code == 204
    assert (await ada.get(ME)).status_code == 200


async def test_email(ada: httpx.AsyncClient, shop: Wired) -> None:
    answer = await ada.post(f"{ME}/email", json={"email": "new@shop.test", "password": PASSWORD})
    assert answer.status_code == 202
    code = (await shop.told("EmailChangeRequested"))["code"]
    wrong = await ada.post(f"{ME}/email/confirm", json={"code": "abcdef"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_code")
    assert (await ada.post(f"{ME}/email/confirm", json={"code": code})).status_code == 204
    assert (await ada.get(ME)).json()["email"] == "new@shop.test"


async def test_second_factor(ada: httpx.AsyncClient, guest: httpx.AsyncClient, shop: Wired) -> None:
    started = await ada.post(f"{ME}/totp")
    assert started.status_code == 200
    secret = totp_bytes(started.json()["secret"])
    assert started.json()["secret"] in started.json()["uri"]

    def code() -> str:
        return totp(secret, int(shop.clock().timestamp()) // 30)

    confirmed = await ada.post(f"{ME}/totp/confirm", json={"code": code()})
    assert confirmed.status_code == 200
    assert len(confirmed.json()["recoveryCodes"]) == 10
    assert (await ada.get(ME)).json()["totpEnabled"]
    shop.clock.advance(minutes=1)
    body = {"email": EMAIL, "password": PASSWORD}
    answer = await guest.post("/api/auth/signin", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "totp_required")
    for expected in ((200, None), (401, "invalid_totp")):
        answer = await guest.post("/api/auth/signin", json={**body, "totp": code()})
        assert (answer.status_code, answer.json().get("code")) == expected
    assert (await ada.post(f"{ME}/totp")).status_code == 409
    answer = await ada.request("DELETE", f"{ME}/totp", json={"password": PASSWORD})
    assert answer.status_code == 204
    assert (await guest.post("/api/auth/signin", json=body)).status_code == 200


async def test_erasing(ada: httpx.AsyncClient, shop: Wired) -> None:
    answer = await ada.request("DELETE", ME, json={"password": "Wrong4Horse"})
    assert answer.status_code == 403
    assert (await ada.get(ME)).status_code == 200
    answer = await ada.request("DELETE", ME, json={"password": PASSWORD})
    assert answer.status_code == 204
    assert (await ada.get(ME)).status_code == 401
    assert [user.email async for user in shop.store.scan(USERS)] == [""]
