"""The one place where errors become HTTP answers: ``{"error", "code", "message", "requestId"}``."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from cartwheel.kernel import errors
from cartwheel.storage import InvalidCursor, InvalidItem
from cartwheel.storage import Unavailable as StorageUnavailable

log = structlog.get_logger()

_STATUS: dict[type[errors.CartwheelError], int] = {
    errors.Invalid: 422,
    errors.Unauthenticated: 401,
    errors.Denied: 403,
    errors.NotFound: 404,
    errors.Clash: 409,
    errors.TooMany: 429,
    errors.Unprocessable: 422,
    errors.Unavailable: 503,
}
_FIELDS, _NAME = 20, 100
"""How many fields of a wrong request are told, and how much of a name that the caller made up."""

_HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "media_type",
}


class Problem(BaseModel):
    """What every answer of 4xx and 5xx looks like."""

    model_config = ConfigDict(json_schema_extra={"required": ["error", "code", "message", "requestId"]})

    error: str = Field(description="What went wrong, in one sentence (the name that seed S1 used).")
    code: str = Field(description="A stable snake_case word to switch on.")
    message: str = Field(description="The same sentence as `error`.")
    request_id: str = Field(serialization_alias="requestId", description="Quote it when you ask for help.")
    details: dict[str, Any] | None = Field(default=None, description="The offending ids or fields.")


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may answer with these statuses (422 and 429 included by default)."""
    return {status: _described(status) for status in (*statuses, 422, 429)}


def complete(document: dict[str, Any]) -> None:
    """Adds to an OpenAPI document what operations answer whatever they do, so that no route has to say it.

    And what a problem looks like: FastAPI would make a validator of it for each answer of each route.
    """
    schema = Problem.model_json_schema(mode="serialization")
    del schema["properties"]["details"]["default"]  # null, which FastAPI leaves out
    components = document.setdefault("components", {})
    components["schemas"] = dict(sorted({**components.get("schemas", {}), "Problem": schema}.items()))
    for operation in [operation for path in document["paths"].values() for operation in path.values()]:
        statuses = [503]
        if "security" in operation:
            statuses.append(401)  # also where signing in is optional: a token that is no good is told
        if "requestBody" in operation:
            statuses += [400, 408, 413, 415]
        for status in statuses:
            operation["responses"].setdefault(str(status), _described(status))
        operation["responses"] = dict(sorted(operation["responses"].items()))


def _described(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"content": {"application/json": {"schema": schema}}, "description": HTTPStatus(status).phrase}


def problem(
    request: Request, status: int, code: str, message: str, details: Mapping[str, Any] | None = None
) -> JSONResponse:
    """An error answer."""
    body: dict[str, Any] = {
        "error": message,
        "code": code,
        "message": message,
        "requestId": request.scope.get("state", {}).get("request_id", ""),
    }
    headers = {"Cache-Control": "no-store"}
    if details:
        body["details"] = details
        if "retry_after" in details:
            headers["Retry-After"] = str(details["retry_after"])
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _Answer(body, status, headers)


class _Answer(JSONResponse):
    """Errors quote what was sent, which may hold what UTF-8 cannot."""

    def render(self, content: object) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def status_of(error: errors.CartwheelError) -> int:
    """The HTTP status that belongs to the kind of the error."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)


async def _cartwheel_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.CartwheelError)  # noqa: S101 - how Starlette types handlers
    return problem(request, status_of(error), error.code, error.message, error.details)


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = error.errors()[:_FIELDS]
    if any(e["type"] == "json_invalid" for e in found):
        return problem(request, 400, "invalid_json", "The body is not valid JSON.")
    if any(e["loc"] == ("body",) and isinstance(e.get("input"), bytes) for e in found):
        return problem(request, 415, "media_type", "Send JSON, with 'Content-Type: application/json'.")
    fields = [{"field": ".".join(str(part)[:_NAME] for part in e["loc"]), "problem": e["msg"]} for e in found]
    first = f"{fields[0]['field']}: {fields[0]['problem']}" if fields else "The request is not valid."
    return problem(request, 422, "invalid_request", first, {"fields": fields})


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = _HTTP_CODES.get(error.status_code, "error")
    answer = problem(request, error.status_code, code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _invalid_item(request: Request, error: Exception) -> JSONResponse:
    return problem(request, 422, "invalid_request", str(error))


async def _invalid_cursor(request: Request, error: Exception) -> JSONResponse:
    return problem(request, 400, "invalid_cursor", str(error))


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    log.error("storage_unavailable", error=repr(error))
    return problem(
        request, 503, "unavailable", "The shop's storage does not answer. Try again.", {"retry_after": 1}
    )


async def _bug(request: Request, error: Exception) -> JSONResponse:
    log.error("unhandled_error", exc_info=error)
    return problem(request, 500, "internal_error", "Something went wrong on our side.")


def install(app: FastAPI) -> None:
    """Registers the handlers."""
    app.add_exception_handler(errors.CartwheelError, _cartwheel_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(InvalidItem, _invalid_item)
    app.add_exception_handler(InvalidCursor, _invalid_cursor)
    app.add_exception_handler(StorageUnavailable, _unavailable)
    app.add_exception_handler(Exception, _bug)
