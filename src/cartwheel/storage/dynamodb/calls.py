"""Calls to DynamoDB with retries, and what its errors mean."""

import asyncio
from contextlib import AsyncExitStack
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from cartwheel.storage.dynamodb.requests import Request
from cartwheel.storage.port import Backoff, Unavailable
from cartwheel.storage.schema import InvalidItem

Client: TypeAlias = Any
"""aiobotocore makes the class of its clients at run time."""

_REFUSED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
"""Nothing has happened, and trying again is worth it."""

_PASSING_REASONS = {
    "None",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "TransactionConflict",
}
"""Reasons for a cancelled transaction after which trying again is worth it."""

_CONFIG = AioConfig(
    retries={"mode": "standard", "total_max_attempts": 1},  # retries are made here, where outcomes are known
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=64,
    parameter_validation=False,
    tcp_keepalive=True,
)


class Calls:
    """A client that connects when it is first used."""

    def __init__(self, url: str) -> None:
        parsed = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parsed.query).items()}
        self.prefix = parsed.path.strip("/")
        if (
            parsed.scheme != "dynamodb"
            or not parsed.hostname
            or not self.prefix
            or set(options) - {"endpoint"}
        ):
            raise ValueError(f"{url!r} is not of the form dynamodb://region/prefix?endpoint=http://host:port")
        self._options: dict[str, Any] = {
            "region_name": parsed.hostname,
            "endpoint_url": options.get("endpoint"),
            "aws_access_key_id": parsed.username,
            "aws_secret_access_key": parsed.password,
        }
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._client: Client = None

    async def call(self, operation: str, request: Request, *, repeatable: bool = True) -> Request:
        """The answer to a request.

        An outcome that is not known is tried again if the request is ``repeatable``, else ``Unavailable``.
        Raises ``ClientError`` for what DynamoDB refuses for good, ``InvalidItem`` for what it cannot store.
        """
        client = self._client or await self._open()
        backoff: Backoff | None = None
        while True:
            try:
                answer: Request = await getattr(client, operation)(**request)
            except (ClientError, HTTPClientError, NotConnected, OSError) as error:
                if not (_is_refused(error) or (_is_unknown(error) and repeatable)):
                    raise _final(error) from error
                backoff = backoff or Backoff()
                if not await backoff.wait():
                    raise Unavailable(str(error)) from error
            else:
                return answer

    async def try_once(self, operation: str, request: Request) -> None:
        """Raises ``Unavailable`` unless DynamoDB answers the request at once."""
        client = self._client or await self._open()
        try:
            await getattr(client, operation)(**request)
        except (ClientError, HTTPClientError, NotConnected, OSError) as error:
            raise Unavailable(str(error)) from error

    async def close(self) -> None:
        """Closes the connections."""
        await self._stack.aclose()
        self._client = None

    async def _open(self) -> Client:
        async with self._opening:
            if self._client is None:
                made: Any = _session().create_client("dynamodb", config=_CONFIG, **self._options)
                self._client = await self._stack.enter_async_context(made)
        return self._client


def code_of(error: ClientError) -> str:
    """The name of the error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def cancellation_codes(error: ClientError) -> list[str]:
    """Why a transaction was cancelled: one code for each of its changes, in their order."""
    reasons = error.response.get("CancellationReasons", ())
    return [reason.get("Code") or "None" for reason in reasons]


def _is_refused(error: Exception) -> bool:
    if not isinstance(error, ClientError):
        return isinstance(error, NotConnected)
    if code_of(error) == "TransactionCanceledException":
        codes = set(cancellation_codes(error))
        return bool(codes) and codes <= _PASSING_REASONS
    return code_of(error) in _REFUSED


def _is_unknown(error: Exception) -> bool:
    if isinstance(error, ClientError):
        return bool(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500)
    return True


def _final(error: Exception) -> Exception:
    if _is_unknown(error):
        return Unavailable(str(error))
    if not isinstance(error, ClientError):
        return error
    is_invalid = code_of(error) == "ValidationException" or "ValidationError" in cancellation_codes(error)
    return InvalidItem(str(error)) if is_invalid else error


@cache
def _session() -> AioSession:
    """One for the process: it keeps what it has read of the service's description, 0.1 s of work."""
    return AioSession()
