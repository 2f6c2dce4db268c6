"""The door before the doors, where containers answer: whether API Gateway lets a request through to them.

Tokens are read exactly as the services read them: RS256 against the user pool's keys, issuer, client, use and
end. What only the services can know (whether the session still lives, what its owner may do) they ask again.
"""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any

import structlog

from cartwheel.accounts import InvalidToken, TokenReader
from cartwheel.adapters import open_tokens
from cartwheel.entrypoints.logs import configure
from cartwheel.entrypoints.services import is_for_staff, takes_tokens
from cartwheel.kernel.clock import utc_now
from cartwheel.settings import Settings

log = structlog.get_logger()

Payload = dict[str, Any]

ANYBODY = "anybody"
"""Who comes without a token."""


class Refused(Exception):
    """API Gateway answers 401 to this very message, and 500 to any other."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner()


@cache
def _tokens() -> TokenReader:
    settings = Settings()
    configure(settings.log_level, settings.log_format)
    return open_tokens(settings, utc_now)


def handler(event: Payload, _: object) -> Payload:
    """A policy for one request. Raises ``Refused``."""
    path, token = event["path"], _bearer(event.get("headers") or {})
    if token is None or not takes_tokens(path):
        if is_for_staff(path):
            raise Refused
        return _policy(event["methodArn"], ANYBODY)
    try:
        claims = _runner().run(_tokens().read(token))
    except InvalidToken:
        log.info("token_refused", path=path)
        raise Refused from None
    # The gateway may keep this answer for other requests with the token: it has to be good for all paths.
    return _policy(_of_whole_stage(event["methodArn"]), claims.user_id)


def _bearer(headers: Mapping[str, str]) -> str | None:
    """The token, where there is one: as ``edge.caller`` looks for it."""
    told = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    scheme, _, token = told.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _of_whole_stage(arn: str) -> str:
    """``arn:…:api/stage/GET/path`` without what follows the stage."""
    return "/".join(arn.split("/")[:2]) + "/*"


def _policy(resource: str, who: str) -> Payload:
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}
    return {"principalId": who, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
