"""Who gets past API Gateway: tokens of a user pool whose keys lie on a server of this machine."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from cartwheel.accounts.cognito import PoolUnavailable
from cartwheel.entrypoints import lambda_authorizer
from cartwheel.entrypoints.lambda_authorizer import Refused, handler
from cartwheel.kernel.clock import utc_now
from tests.support.processes import free_port

pytestmark = pytest.mark.slow_callbacks_ok(reason="the first request builds aiohttp's session")

ARN = "arn:aws:execute-api:us-east-1:111122223333:abcd/dev"
ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool"


class KeyServer(ThreadingHTTPServer):
    """The pool's keys, and how often they were asked for."""

    def __init__(self, *keys: RSAKey) -> None:
        super().__init__(("127.0.0.1", 0), _Keys)
        self.keys, self.asked = list(keys), 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/jwks.json"


class _Keys(BaseHTTPRequestHandler):
    server: KeyServer

    def do_GET(self) -> None:
        self.server.asked += 1
        told = {"keys": [key.as_dict(private=False) for key in self.server.keys]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@pytest.fixture(scope="module")
def other_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})


@pytest.fixture
def pool(key: RSAKey, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyServer]:
    """A user pool, and an authorizer that was told of it and has just been started."""
    with KeyServer(key) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        start_with(monkeypatch, server.url)
        yield server
        server.shutdown()
        thread.join()


def start_with(monkeypatch: pytest.MonkeyPatch, jwks: str) -> None:
    monkeypatch.setenv("CARTWHEEL_IDENTITY", "cognito://us-east-1/us-east-1_pool/client")
    monkeypatch.setenv("CARTWHEEL_JWKS", jwks)
    lambda_authorizer._tokens.cache_clear()


def token(key: RSAKey, header: dict[str, str] | None = None, **claims: object) -> str:
    told = {
        "iss": ISSUER,
        "token_use": "access",
        "client_id": "client",
        "sub": "ada",
        "jti": "1",
        "origin_jti": "2",
        "exp": int(time.time()) + 600,
        **claims,
    }
    return jwt.encode({"alg": "RS256", "kid": key.kid, **(header or {})}, told, key)


def _part(told: dict[str, str]) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


def request(path: str, bearer: str | None = None, header: str = "Authorization") -> dict[str, Any]:
    headers = {} if bearer is None else {header: f"Bearer {bearer}"}
    return {"path": path, "methodArn": f"{ARN}/GET{path}", "headers": headers}


def allowed(answer: dict[str, Any]) -> tuple[str, str]:
    (statement,) = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")
    return answer["principalId"], statement["Resource"]


@pytest.mark.parametrize("header", ["Authorization", "authorization"])
def test_a_good_token_opens_every_path(pool: KeyServer, key: RSAKey, header: str) -> None:
    answer = handler(request("/api/admin/users", token(key), header), None)
    assert allowed(answer) == ("ada", f"{ARN}/*")
    assert pool.asked == 1


def test_a_token_and_the_keys_are_looked_at_once(pool: KeyServer, key: RSAKey) -> None:
    for number in range(5):
        handler(request("/api/cart", token(key, jti=str(number % 2))), None)
    assert pool.asked == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other"},
        {"client_id": "other"},
        {"token_use": "id"},
    ],
)
@pytest.mark.usefixtures("pool")
def test_a_token_that_is_over_or_for_others_is_refused(key: RSAKey, claims: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"^Unauthorized$"):
        handler(request("/api/cart", token(key, **claims)), None)


@pytest.mark.usefixtures("pool")
def test_a_token_that_ends_while_it_is_known_is_refused_then(
    key: RSAKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = token(key)
    handler(request("/api/cart", good), None)
    reader = lambda_authorizer._tokens()
    later = utc_now() + timedelta(days=1)
    monkeypatch.setattr(reader, "_clock", lambda: later)
    with pytest.raises(Refused):
        handler(request("/api/cart", good), None)


@pytest.mark.usefixtures("pool")
def test_a_token_signed_with_another_key_is_refused(key: RSAKey, other_key: RSAKey) -> None:
    forged = token(other_key, header={"kid": str(key.kid)})
    with pytest.raises(Refused):
        handler(request("/api/cart", forged), None)


@pytest.mark.usefixtures("pool")
def test_tokens_without_a_signature_or_signed_with_the_public_key_are_refused(key: RSAKey) -> None:
    _, body, _ = token(key).split(".")
    unsigned = f"{_part({'alg': 'none', 'kid': 'one'})}.{body}."
    signed = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{body}"
    mac = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
    swapped = f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    for one in (unsigned, swapped, "nonsense", "a.b.c"):
        with pytest.raises(Refused):
            handler(request("/api/cart", one), None)


def test_an_unknown_key_is_asked_for_once_and_not_by_everybody(
    pool: KeyServer, key: RSAKey, other_key: RSAKey
) -> None:
    handler(request("/api/cart", token(key)), None)
    for _ in range(5):
        with pytest.raises(Refused):
            handler(request("/api/cart", token(other_key)), None)
    assert pool.asked == 1  # the keys were read a moment ago


def test_a_new_key_of_the_pool_is_found_after_a_pause(
    pool: KeyServer, key: RSAKey, other_key: RSAKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler(request("/api/cart", token(key)), None)
    pool.keys.append(other_key)
    keys = lambda_authorizer._tokens()._verifying
    monkeypatch.setattr(keys, "_read_at", keys._read_at.replace(year=2000))  # type: ignore[attr-defined] # the port does not say
    assert allowed(handler(request("/api/cart", token(other_key)), None))[0] == "ada"
    assert pool.asked == 2


@pytest.mark.parametrize("path", ["/api/products", "/api/cart", "/api/orders", "/api/productsx"])
def test_strangers_may_go_where_the_shop_is_open(pool: KeyServer, path: str) -> None:
    assert allowed(handler(request(path), None)) == ("anybody", f"{ARN}/GET{path}")
    assert pool.asked == 0


@pytest.mark.usefixtures("pool")
def test_strangers_may_not_go_where_staff_works() -> None:
    for path in ("/api/admin/users", "/api/queues", "/api/audit/entries"):
        with pytest.raises(Refused):
            handler(request(path), None)
    with pytest.raises(Refused):
        handler({**request("/api/admin"), "headers": {"Authorization": "Basic YTpi"}}, None)


def test_an_old_token_does_not_keep_from_getting_a_new_one(pool: KeyServer, key: RSAKey) -> None:
    for path in ("/api/auth/refresh", "/.well-known/jwks.json", "/api/health"):
        assert allowed(handler(request(path, token(key, exp=1)), None))[0] == "anybody"
    assert pool.asked == 0


def test_without_the_keys_nobody_is_let_in_and_nobody_is_told_that_the_token_is_bad(
    key: RSAKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_with(monkeypatch, f"http://127.0.0.1:{free_port()}/jwks.json")
    with pytest.raises(PoolUnavailable):
        handler(request("/api/cart", token(key)), None)


def test_it_needs_a_user_pool(monkeypatch: pytest.MonkeyPatch, key: RSAKey) -> None:
    monkeypatch.setenv("CARTWHEEL_IDENTITY", "local")
    lambda_authorizer._tokens.cache_clear()
    with pytest.raises(ValueError, match="cognito://"):
        handler(request("/api/cart", token(key)), None)
