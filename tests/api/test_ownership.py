"""Nobody gets at another's things, nor learns whether they exist, and trying changes nothing."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from cartwheel.payments.sandbox.provider import SANDBOX_REFUNDS
from tests.api.probes import HELD, OWN, PROBES, PUBLIC, Probe
from tests.api.test_schema import operations
from tests.api.world import Dump, World
from tests.support.apps import application
from tests.support.shops import settle

MISSING = {"email": "nobody@example.com"}
A_UUID = "00000000-0000-4000-8000-000000000000"

COUNTED = frozenset({"throttle"})
"""Attempts are counted, whatever becomes of them."""

SECRETS = (
    *("ann", "order", "guest_order", "waiting_order", "intent", "address", "session", "refund", "draft"),
    *("bank", "applicant", "batch"),
)
"""Things whose id no answer may name that somebody else gets, other than by repeating the request."""


LISTS = {
    *("list_vendor_products", "list_stock_alerts", "list_vendor_orders", "list_vendor_ledger"),
    *("list_vendor_payouts", "get_vendor_summary", "get_cart"),
}
"""What everybody has of their own."""


@pytest.fixture
async def described(world: World) -> dict[str, tuple[str, str]]:
    """Method and path of each operation, by name."""
    async with application(world.shop) as app:
        document = app.openapi()
    world.things |= {"email": "ann@example.com", "cart": f"user-{world.things['ann']}.signature"}
    return {entry["operationId"]: (method, path) for method, path, entry in operations(document)}


def test_every_operation_is_tried(described: dict[str, tuple[str, str]]) -> None:
    """A new operation goes into tests/api/probes.py: as probes, or among those that name nobody's things."""
    listed = [*PROBES, *OWN, *HELD, *PUBLIC]
    assert len(listed) == len(set(listed)), "an operation is listed twice"
    assert set(listed) == set(described), f"not (or no longer) there: {set(listed) ^ set(described)}"
    unnamed = {name for name in OWN | PUBLIC if "{" in described[name][1]}
    assert not unnamed, f"These take an id: {unnamed}"


async def ask(
    world: World, route: tuple[str, str], probe: Probe, named: str, who: str
) -> tuple[int, dict[str, Any] | str, httpx.Response]:
    """Status and body without what is bound to differ: the request's id, and the name that was asked for."""
    kind, _, name = probe.name.partition(":")
    given: dict[str, Any] = {"path": dict(probe.path), "query": {}, "header": dict(world.headers[who])}
    given["body"] = dict(probe.body or {})
    given[kind][name] = named
    sent = given["body"] if probe.body is not None or kind == "body" else None
    response = await world.http.request(
        route[0],
        route[1].format(**given["path"]),
        params=given["query"],
        headers=given["header"],
        json=sent,
    )
    world.http.cookies.clear()
    text = response.text.replace(named, "…")
    is_json = text and response.headers.get("content-type") == "application/json"
    body = json.loads(text) if is_json else text
    if isinstance(body, dict):
        body.pop("requestId", None)
    return response.status_code, body, response


def changed(before: Dump, after: Dump, allowed: frozenset[str]) -> set[str]:
    """The tables that are different."""
    return {name for name in before if before[name] != after[name]} - COUNTED - allowed


async def problems(world: World, operation: str, route: tuple[str, str], probe: Probe, who: str) -> list[str]:
    """What is wrong with how one of them is answered."""
    label = f"{operation} by {probe.name} of {probe.thing}"
    named, missing = world.things[probe.thing], MISSING.get(probe.thing, A_UUID)
    if probe.thing == "cart":
        missing = f"user-{A_UUID}.signature"
    before = await world.dump()
    status, body, response = await ask(world, route, probe, named, who)
    other = await ask(world, route, probe, missing, who)
    found = []
    if status != probe.answers[who]:
        found.append(f"{label}: {status} instead of {probe.answers[who]}: {body}")
    if (status, body) != other[:2]:
        found.append(f"{label}: the foreign one {status} {body}, a missing one {other[:2]}")
    told = [name for name in SECRETS if world.things[name] != named and world.things[name] in response.text]
    if told:
        found.append(f"{label} tells {told}")
    if moved := changed(before, await world.dump(), probe.moves):
        found.append(f"{label} changed {moved}")
    return found


@pytest.mark.parametrize("who", ["anonymous", "guest", "bob", "victor"])
async def test_foreign_things_look_missing(
    world: World, described: dict[str, tuple[str, str]], who: str
) -> None:
    found = []
    for operation, probes in PROBES.items():
        for probe in probes:
            if who in probe.answers and who != probe.owner:
                found += await problems(world, operation, described[operation], probe, who)
    assert not found, "\n".join(found)


async def test_owners_are_let_in(world: World, described: dict[str, tuple[str, str]]) -> None:
    """Else the probes would prove nothing."""
    last = ("cancel_order", "delete_product", "remove_address", "end_session")
    asked = [(name, probe) for name, probes in PROBES.items() for probe in probes if probe.owner]
    asked.sort(key=lambda entry: entry[0] in last)
    refused = []
    for name, probe in asked:
        status, body, _ = await ask(world, described[name], probe, world.things[probe.thing], probe.owner)
        if status in (401, 403, 404, 405, 422) or status >= 500:
            refused.append(f"{name} of {probe.thing} by {probe.owner}: {status} {body}")
    assert not refused, "\n".join(refused)


async def test_what_is_ones_own_needs_signing_in(world: World, described: dict[str, tuple[str, str]]) -> None:
    before = await world.dump()
    for name in OWN:
        method, path = described[name]
        response = await world.http.request(method, path, headers=world.headers["guest"])
        assert (name, response.status_code) == (name, 401)
    assert not changed(before, await world.dump(), frozenset())


@pytest.mark.parametrize("who", ["bob", "victor"])
async def test_lists_hold_ones_own_only(
    world: World, described: dict[str, tuple[str, str]], who: str
) -> None:
    for name in OWN | LISTS:
        if described[name][0] == "GET":
            response = await world.http.get(described[name][1], headers=world.headers[who])
            told = [secret for secret in SECRETS if world.things[secret] in response.text]
            assert (name, told) == (name, [])


async def test_a_variant_of_another_vendor_cannot_be_taken(world: World) -> None:
    before = await world.dump()
    body = {"variants": [{"variantId": world.things["variant"], "price": 1, "options": {"size": "S"}}]}
    for method, path, code in (
        ("PUT", "/api/products/cup", (404, "variant_not_found")),
        ("POST", "/api/products", (409, "product_exists")),
    ):
        response = await world.http.request(
            method, path, json={"name": "Cup", **body}, headers=world.headers["victor"]
        )
        assert (response.status_code, response.json()["code"]) == code
    assert not changed(before, await world.dump(), frozenset())


async def test_a_refund_id_is_its_orders_own(world: World) -> None:
    """The same id for another order is another refund: the money of both goes back."""
    before = [row async for row in world.shop.store.scan(SANDBOX_REFUNDS)]
    for _ in range(2):
        answer = await world.http.post(
            f"/api/orders/{world.things['guest_order']}/refunds",
            json={"amount": 2, "refundId": world.things["refund"]},
            headers=world.headers["admin"],
        )
        assert (answer.status_code, answer.json()["amount"]) == (201, 2.0)
    await settle(world.shop)
    after = [row async for row in world.shop.store.scan(SANDBOX_REFUNDS)]
    assert sorted(row.amount for row in after) == sorted([*(row.amount for row in before), 200])


async def test_a_guest_is_not_the_next_guest(world: World, described: dict[str, tuple[str, str]]) -> None:
    """A token for one order does not open another, not even another guest's."""
    probe = replace(PROBES["get_order"][0], thing="waiting_order")
    status, _, _ = await ask(world, described["get_order"], probe, world.things["waiting_order"], "guest")
    assert status == 404
