"""The document tells the truth: what it allows is answered as it says, whoever asks.

Schemathesis makes requests from the document, right and wrong ones; half of them name things that exist.
"""

import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cartwheel.payments.sandbox import Sandbox
from tests.api.hostile import VALID
from tests.api.world import Known, World, opened
from tests.support.apps import application
from tests.support.shops import PASSWORD

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 2}

LAST = [
    "suspend_vendor",
    "cancel_order",
    "delete_product",
    "remove_address",
    "end_session",
    "end_all_sessions",
    "erase_me",
]
"""These end what the others are tried with."""

BY_CODE = {
    *("confirm_sign_up", "reset_password", "confirm_email", "confirm_totp", "refresh_tokens"),
    *("put_file", "get_file"),
}
"""What only a mail, an app or an earlier answer tells; tests/accounts and tests/journeys have them."""

ASKED = {"search_products": {"q": "mug"}, "suggest_products": {"q": "mug"}}
"""What has to be asked for."""

LINKED = ("get_subscription", "unsubscribe")
"""What the link in a mail opens."""

GOOD = VALID | {
    "receive_webhook": {
        "id": "evt_1",
        "type": "charge.updated",
        "data": {"object": {"id": "pi_1", "metadata": {"reference": "none"}}},
    },
    "create_product": {"name": "Bowl", "price": 12.5, "stock": 1},
    "update_product": {"name": "Mug"},
    "change_stock": {"delta": 1},
    "erase_me": {"password": PASSWORD},
    "disable_totp": {"password": PASSWORD},
    "change_email": {"email": "new@example.com", "password": PASSWORD},
    "change_password": {"oldPassword": PASSWORD, "newPassword": PASSWORD},
}

SENSIBLE: dict[str, Any] = {"productId": "cup", "price": 12.5, "amount": 1, "currency": "USD"}

METHODS = frozenset({"get", "put", "post", "patch", "delete"})

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture
async def document(world: World) -> dict[str, Any]:
    async with application(world.shop) as app:
        return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert method in METHODS
            yield method.upper(), path, operation


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for method, path, operation in operations(document):
        wanted = {"503"}
        if "requestBody" in operation:
            wanted |= {"400", "413", "415", "422"}
        if "security" in operation:
            wanted |= {"401"}
        if "{" in path:
            wanted |= {"404", "422"}
        answers = operation["responses"]
        assert wanted <= set(answers), f"{method} {path} may also answer {wanted - set(answers)}"
        assert len(operation["tags"]) == 1, f"{method} {path}"
        assert operation["summary"], f"{method} {path}"
        assert len(operation["description"]) > len("Once."), f"{method} {path}"
        for status, answer in answers.items():
            if status >= "400":
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, f"{method} {path} {status}"


def existing(world: World) -> dict[str, list[str]]:
    """What may stand in a path, by the name of its place there."""
    things = world.things
    return {
        "productId": ["mug", things["draft"], "cup", "shirt"],
        "orderId": [things[name] for name in ("order", "waiting_order", "guest_order", "last_order")],
        "addressId": [things["address"]],
        "sessionId": [things["session"]],
        "intentId": [things["intent"]],
        "userId": [things["applicant"], things["declined"]],
        "group": ["customers", "vendors"],
        "queue": [things["queue"]],
        "messageId": [things["letter"]],
        "job": [things["job"]],
        "importId": [things["import"]],
        "vendorId": [things["applicant"], things["declined"], things["vera"]],
        "batchId": [things["batch"]],
        "uploadId": [things["upload"]],
        "mediaId": [things["media"]],
        "kind": [things["mail_kind"]],
        "addressKey": [things["marked"]],
        "name": [f"originals/{things['media']}.png"],
    }


class Callers:
    """Who sends what Schemathesis makes up, each in a world of their own. ``wrong`` is what it found.

    Making a request up takes three times as long as sending it.
    """

    def __init__(self, worlds: dict[str, World], run_async: Run) -> None:
        self._worlds = worlds
        self._run = run_async
        self._existing = existing(worlds["admin"])
        self.wrong: list[str] = []

    def try_out(self, operation: Operation, mode: GenerationMode) -> None:
        """Some examples of an operation."""

        @settings(
            max_examples=EXAMPLES[mode],
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode), st.integers(0, 7))
        def one(case: Case[Any], chosen: int) -> None:
            if chosen % 2:
                self._make_sensible(case, chosen // 2)
            for who in self._worlds:
                response = self._run(self._send(case, who))
                try:
                    case.validate_response(response, checks=CHECKS)
                except FailureGroup as failure:  # all of them are told at the end
                    self.wrong.append(f"{operation.label} ({mode.value}, {who}): {failure}")

        with contextlib.suppress(Unsatisfiable):  # nothing about the operation can be wrong
            one()

    def _make_sensible(self, case: Case[Any], chosen: int) -> None:
        for name in case.path_parameters:
            ids = self._existing[name]
            case.path_parameters[name] = ids[chosen % len(ids)]
        if isinstance(case.body, dict):
            case.body.update({name: value for name, value in SENSIBLE.items() if name in case.body})
            case.body.pop("variantId", None)

    async def _send(self, case: Case[Any], who: str) -> httpx.Response:
        world = self._worlds[who]
        given = case.as_transport_kwargs(base_url="http://shop.test")
        headers = {name: value for name, value in given["headers"].items() if name != "Authorization"}
        body = {to: given[name] for name, to in (("json", "json"), ("data", "content")) if name in given}
        headers |= world.headers[who]
        world.http.cookies.clear()
        return await world.http.request(
            given["method"], given["url"], params=given["params"], headers=headers, **body
        )


def name_of(operation: Operation) -> str:
    return str(operation.definition.raw["operationId"])


def in_order(schema: Any, document: dict[str, Any]) -> list[Operation]:  # noqa: ANN401 - a base of Schemathesis
    """All operations, those last that end what the others are tried with."""
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(found) == len(list(operations(document)))
    rank = {name: place for place, name in enumerate(LAST, 1)}
    return sorted(found, key=lambda operation: rank.get(name_of(operation), 0))


async def success(world: World, operation: Operation) -> tuple[Case[Any], httpx.Response] | None:
    """The first answer of 200 and something, whoever gets it and for whichever thing."""
    asked = ASKED | {name: {"token": world.things["unsubscribe"]} for name in LINKED}
    body = GOOD.get(name_of(operation))
    content = json.dumps(body).encode() if body is not None else None
    places = [name for name in existing(world) if f"{{{name}}}" in operation.path]
    for who, place in itertools.product(("anonymous", "guest", "ann", "vera", "admin"), range(4)):
        ids = {name: (existing(world)[name] * 4)[place] for name in places}
        bodies = operation.definition.raw.get("requestBody", {}).get("content", {"application/json": {}})
        headers = {"Content-Type": next(iter(bodies))} | world.headers[who]
        if content and name_of(operation) == "receive_webhook":
            assert isinstance(world.shop.provider, Sandbox)
            headers["Stripe-Signature"] = world.shop.provider.sign(content)
        world.http.cookies.clear()
        path = operation.path.format(**ids)
        response = await world.http.request(
            operation.method, path, params=asked.get(name_of(operation)), content=content, headers=headers
        )
        if response.is_success:
            return operation.Case(path_parameters=ids), response
    return None


def test_what_succeeds_is_as_documented(world: World, document: dict[str, Any], run_async: Run) -> None:
    schema, never, wrong = schemathesis.openapi.from_dict(document), set(), []
    for operation in in_order(schema, document):
        succeeded = run_async(success(world, operation))
        if succeeded is None:
            never.add(name_of(operation))
            continue
        try:
            succeeded[0].validate_response(succeeded[1], checks=CHECKS)
        except FailureGroup as failure:
            wrong.append(f"{operation.label}: {failure}")
    assert not wrong, "\n\n".join(wrong)
    assert never == BY_CODE


@pytest.fixture
async def worlds(made: tuple[Known, Path], tmp_path: Path) -> AsyncIterator[dict[str, World]]:
    """One for each caller: some end what others would be tried with."""
    async with AsyncExitStack() as opening:
        yield {
            who: await opening.enter_async_context(opened(*made, tmp_path / who))
            for who in ("anonymous", "ann", "vera", "admin")
        }


def test_answers_are_as_documented(
    worlds: dict[str, World], document: dict[str, Any], run_async: Run
) -> None:
    callers, schema = Callers(worlds, run_async), schemathesis.openapi.from_dict(document)
    for operation in in_order(schema, document):
        for mode in EXAMPLES:
            callers.try_out(operation, mode)
    assert not callers.wrong, "\n\n".join(callers.wrong)
