"""Clients of AWS: one session for the process, addresses of services, and what their failures mean.

Imported by the engines and adapters of AWS only, which ``adapters`` imports when a setting asks for one.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.session
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

Client: TypeAlias = Any
"""aiobotocore makes the class of its clients at run time."""

Answer: TypeAlias = dict[str, Any]

THROTTLED = frozenset(
    {
        "LimitExceededException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Nothing has happened, and trying again later is worth it."""

MIN_SECRET = 32

_USUAL: Mapping[str, Any] = {
    "retries": {"mode": "standard", "total_max_attempts": 4},
    "connect_timeout": 2,
    "read_timeout": 10,
    "max_pool_connections": 32,
    "parameter_validation": False,
    "tcp_keepalive": True,
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


def config(**more: Any) -> AioConfig:  # noqa: ANN401 - what botocore takes
    """How clients behave: seconds of waiting, retries with backoff; what differs from the usual is named."""
    return AioConfig(**{**_USUAL, **more})


@dataclass(frozen=True, slots=True)
class Address:
    """A setting of the form ``scheme://[key:secret@]host[/path][?endpoint=http://host:port]``.

    Without an endpoint and credentials of its own it takes those of the environment (``AWS_ENDPOINT_URL``,
    ``AWS_PROFILE``, the role of the function, …).
    """

    host: str
    path: str
    options: Mapping[str, str]
    credentials: tuple[str | None, str | None]

    @classmethod
    def of(cls, url: str, form: str, options: frozenset[str] = frozenset()) -> "Address":
        """Raises ``ValueError``, which shows the ``form`` that was expected, for anything else."""
        parsed = urlsplit(url)
        given = {name: values[-1] for name, values in parse_qs(parsed.query).items()}
        known = {"endpoint"} | options
        if parsed.scheme != form.partition(":")[0] or not parsed.hostname or given.keys() - known:
            raise ValueError(f"{_shown(url)!r} is not of the form {form}")
        # the host as it was written: ``hostname`` has lost its capitals
        host = unquote(parsed.netloc.rpartition("@")[2])
        return cls(host, parsed.path.strip("/"), given, (parsed.username, parsed.password))

    def client(self, region: str | None) -> dict[str, Any]:
        """What a client of that region is made with."""
        key, secret = self.credentials
        return {
            "region_name": region,
            "endpoint_url": self.options.get("endpoint"),
            "aws_access_key_id": key,
            "aws_secret_access_key": secret,
        }


class Service:
    """A client of one service that connects when it is first used. It belongs to one event loop."""

    def __init__(self, name: str, options: Mapping[str, Any], tuned: AioConfig | None = None) -> None:
        self._name = name
        self._options = options
        self._config = tuned or config()
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._client: Client = None

    async def client(self) -> Client:
        """The client, opened by whoever asks first."""
        return self._client or await self._open()

    async def close(self) -> None:
        """Closes the connections."""
        await self._stack.aclose()
        self._client = None

    async def _open(self) -> Client:
        async with self._opening:
            if self._client is None:
                await asyncio.to_thread(_read_descriptions, self._name)
                create: Any = session().create_client  # typed for each service by its name alone
                made = create(self._name, config=self._config, **self._options)
                self._client = await self._stack.enter_async_context(made)
        return self._client


class Bucket:
    """A bucket of S3, as a setting of the form ``s3://bucket/prefix`` names it, with a client of its own.

    ``region`` and ``endpoint`` in the setting go before those that are handed in.
    """

    def __init__(self, url: str, form: str, region: str, endpoint: str, **tuned: Any) -> None:  # noqa: ANN401
        address = Address.of(url, form, frozenset({"region"}))
        self.name = address.host
        self.prefix = address.path
        self.region = address.options.get("region", region)
        self.endpoint = address.options.get("endpoint", endpoint)
        # an emulator has no names for buckets
        style = {"addressing_style": "path" if self.endpoint else "virtual"}
        self.service = Service("s3", address.client(self.region), config(s3=style, read_timeout=30, **tuned))


@cache
def session() -> AioSession:
    """One for the process: it keeps what it has read of the services' descriptions, 0.1 s of work each."""
    return AioSession()


@cache
def _blocking() -> botocore.session.Session:
    """One as well: a process that starts reads one secret after another."""
    return botocore.session.get_session()


def _read_descriptions(service: str) -> None:
    """Half of a client's making is reading, which need not hold the event loop."""
    loader: Any = session().get_component("data_loader")
    for shared in ("endpoints", "partitions", "sdk-default-configuration"):
        loader.load_data(shared)
    for kind in ("service-2", "endpoint-rule-set-1"):
        loader.load_service_model(service, kind)


def read_secret(name: str, region: str) -> bytes:
    """A secret of Secrets Manager, as text of 32 or more characters. Blocks: it is read once, at the start.

    Raises ``ValueError`` for one that is not; what AWS refuses is raised as it is.
    """
    secret = read_text(name, region)
    if len(secret) < MIN_SECRET:
        raise ValueError(f"The secret {name} has fewer than {MIN_SECRET} characters.")
    return secret.encode()


def read_text(name: str, region: str = "") -> str:
    """What a secret of Secrets Manager says; the region of an ARN goes before ``region``. Blocks."""
    client: Client = _blocking().create_client(
        "secretsmanager",
        region_name=name.split(":")[3] if name.startswith("arn:") else region or None,
        config=Config(
            connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 5}
        ),
    )
    try:
        return str(client.get_secret_value(SecretId=name).get("SecretString", ""))
    finally:
        client.close()


def code_of(error: ClientError) -> str:
    """The name of the error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The HTTP status of the answer; 0 where there is none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_passing(error: ClientError) -> bool:
    """Whether the service, not the request, was at fault: the same may be answered later."""
    return status_of(error) >= 500 or code_of(error) in THROTTLED


@contextmanager
def answered(unavailable: type[Exception]) -> Iterator[None]:
    """Raises ``unavailable`` where, after the client's own retries, AWS did not answer or could not.

    ``ClientError`` is left for what AWS refuses for good.
    """
    try:
        yield
    except ClientError as error:
        if not is_passing(error):
            raise
        raise unavailable(str(error)) from error
    except (BotoCoreError, OSError) as error:
        raise unavailable(repr(error)) from error


def _shown(url: str) -> str:
    """Without the credentials."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
