"""The document tells the truth: what it allows is answered as it says, whoever asks.

Schemathesis makes requests from the document, right and wrong ones; half of them name things that exist.
"""

import contextlib
from collections.abc import Callable, Coroutine, Iterator
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

from cartwheel.entrypoints.api import create_app
from tests.api.world import World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 6, GenerationMode.NEGATIVE: 3}

LAST = ["delete_product", "end_session", "end_all_sessions", "erase_me"]
"""These end what the others are tried with."""

SENSIBLE: dict[str, Any] = {"productId": "cup", "price": 12.5, "amount": 1, "currency": "USD"}

METHODS = frozenset({"get", "put", "post", "patch", "delete"})

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    return create_app(world.shop).openapi()


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


class Caller:
    """Somebody who sends what Schemathesis makes up."""

    def __init__(self, world: World, who: str, run_async: Run) -> None:
        self._world = world
        self._headers = world.headers[who]
        self._run = run_async
        things = world.things
        self._existing = {
            "productId": ["mug", things["draft"], "cup", "shirt"],
            "orderId": [things["order"], things["waiting_order"], things["guest_order"]],
            "addressId": [things["address"]],
            "sessionId": [things["session"]],
            "intentId": [things["intent"]],
        }

    def try_out(self, operation: Operation, mode: GenerationMode) -> None:
        """Some examples of an operation; raises what Schemathesis finds wrong."""

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
            response = self._run(self._send(case))
            case.validate_response(response, checks=CHECKS)

        with contextlib.suppress(Unsatisfiable):  # nothing about the operation can be wrong
            one()

    def _make_sensible(self, case: Case[Any], chosen: int) -> None:
        for name in case.path_parameters:
            ids = self._existing[name]
            case.path_parameters[name] = ids[chosen % len(ids)]
        if isinstance(case.body, dict):
            case.body.update({name: value for name, value in SENSIBLE.items() if name in case.body})
            case.body.pop("variantId", None)

    async def _send(self, case: Case[Any]) -> httpx.Response:
        given = case.as_transport_kwargs(base_url="http://shop.test")
        headers = {name: value for name, value in given["headers"].items() if name != "Authorization"}
        body = {to: given[name] for name, to in (("json", "json"), ("data", "content")) if name in given}
        self._world.http.cookies.clear()
        return await self._world.http.request(
            given["method"], given["url"], params=given["params"], headers=headers | self._headers, **body
        )


@pytest.mark.parametrize("who", ["anonymous", "ann", "vera", "admin"])
def test_answers_are_as_documented(world: World, document: dict[str, Any], run_async: Run, who: str) -> None:
    caller, schema, wrong = Caller(world, who, run_async), schemathesis.openapi.from_dict(document), []
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    found.sort(key=lambda operation: operation.definition.raw["operationId"] in LAST)
    assert len(found) == len(list(operations(document)))
    for operation in found:
        for mode in EXAMPLES:
            try:
                caller.try_out(operation, mode)
            except FailureGroup as failure:  # all of them are told at the end
                wrong.append(f"{operation.label} ({mode.value}): {failure}")
    assert not wrong, "\n\n".join(wrong)
