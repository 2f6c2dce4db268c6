"""People who sell, for tests."""

from typing import Any

import httpx

from cartwheel.shop import Shop
from tests.support.shops import PASSWORD, Customer, settle, signed_in

APPLICATION: dict[str, Any] = {
    "shopName": "Vera's Mugs",
    "description": "Thrown by hand.",
    "logoUrl": "https://example.com/logo.png",
    "payout": {"holder": "Vera Vendor", "account": "DE02 1203 0000 0000 2020 51", "bank": "BYLADEM1001"},
}


async def selling(shop: Shop, http: httpx.AsyncClient, name: str, boss: Customer) -> tuple[Customer, str]:
    """A vendor who has applied and was approved, signed in, and the vendor's id."""
    email = f"{name}@example.com"
    applicant, vendor_id = await signed_in(shop, http, email)
    body = APPLICATION | {"shopName": f"Shop of {name}"}
    applied = await http.post("/api/vendor", json=body, headers=applicant.headers)
    assert applied.status_code == 201, applied.text
    approved = await http.post(f"/api/admin/vendors/{vendor_id}/approve", headers=boss.headers)
    assert approved.status_code == 200, approved.text
    await settle(shop)
    answer = await http.post(
        "/api/auth/signin", json={"email": email, "password": PASSWORD, "refresh": "body"}
    )
    return Customer(http, {"Authorization": f"Bearer {answer.json()['accessToken']}"}), vendor_id
