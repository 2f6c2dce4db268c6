"""Calls to DynamoDB with retries, and what its errors mean."""

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from cartwheel.aws import Address, Service, code_of, config, status_of
from cartwheel.storage.dynamodb.requests import Request
from cartwheel.storage.port import Backoff, Unavailable
from cartwheel.storage.schema import InvalidItem

_FORM = "dynamodb://region/prefix?endpoint=http://host:port"

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

_CONFIG = config(
    retries={"mode": "standard", "total_max_attempts": 1},  # retries are made here, where outcomes are known
    read_timeout=5,
    max_pool_connections=64,
)


class Calls(Service):
    """A client that connects when it is first used."""

    def __init__(self, url: str) -> None:
        address = Address.of(url, _FORM)
        if not address.path:
            raise ValueError(f"{url!r} is not of the form {_FORM}")
        super().__init__("dynamodb", address.client(address.host), _CONFIG)
        self.prefix = address.path

    async def call(self, operation: str, request: Request, *, repeatable: bool = True) -> Request:
        """The answer to a request.

        An outcome that is not known is tried again if the request is ``repeatable``, else ``Unavailable``.
        Raises ``ClientError`` for what DynamoDB refuses for good, ``InvalidItem`` for what it cannot store.
        """
        client = await self.client()
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
        client = await self.client()
        try:
            await getattr(client, operation)(**request)
        except (ClientError, HTTPClientError, NotConnected, OSError) as error:
            raise Unavailable(str(error)) from error


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
        return status_of(error) >= 500
    return True


def _final(error: Exception) -> Exception:
    if _is_unknown(error):
        return Unavailable(str(error))
    if not isinstance(error, ClientError):
        return error
    is_invalid = code_of(error) == "ValidationException" or "ValidationError" in cancellation_codes(error)
    return InvalidItem(str(error)) if is_invalid else error
