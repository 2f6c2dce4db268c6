"""The client's side of Cognito's sign-in by SRP, as browsers do it: the password never leaves the client."""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Any

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _arctan_inverse(x: int, one: int) -> int:
    total = term = one // x
    divisor, sign = 3, -1
    while term:
        term //= x * x
        total += sign * (term // divisor)
        divisor, sign = divisor + 2, -sign
    return total


def _prime() -> int:
    """RFC 3526, group 15: 2^3072 - 2^3008 - 1 + 2^64 * (floor(2^2942 pi) + 1690314)."""
    one = 1 << 3100
    pi = 4 * (4 * _arctan_inverse(5, one) - _arctan_inverse(239, one))
    return (1 << 3072) - (1 << 3008) - 1 + (1 << 64) * ((pi >> (3100 - 2942)) + 1690314)


N, G = _prime(), 2


def _padded(number: int) -> bytes:
    """Big-endian, with a zero byte before a first bit that is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


async def sign_in_by_srp(idp: Any, pool_id: str, client_id: str, email: str, password: str) -> dict[str, Any]:  # noqa: ANN401
    """Cognito's ``AuthenticationResult``."""
    a = secrets.randbelow(N)
    public = pow(G, a, N)
    begun = await idp.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": email, "SRP_A": f"{public:x}"},
    )
    asked = begun["ChallengeParameters"]
    user, pool = asked["USER_ID_FOR_SRP"], pool_id.partition("_")[2]
    server, salt = int(asked["SRP_B"], 16), int(asked["SALT"], 16)
    u = _hash(_padded(public), _padded(server))
    inner = hashlib.sha256(f"{pool}{user}:{password}".encode()).digest()
    x = _hash(_padded(salt), inner)
    k = _hash(_padded(N), _padded(G))
    shared = pow(server - k * pow(G, x, N), a + u * x, N)
    pseudo_random = hmac.digest(_padded(u), _padded(shared), "sha256")
    key = hmac.digest(pseudo_random, b"Caldera Derived Key\x01", "sha256")[:16]
    now = datetime.now(UTC)
    when = f"{_DAYS[now.weekday()]} {_MONTHS[now.month - 1]} {now.day} {now:%H:%M:%S} UTC {now.year}"
    block = base64.b64decode(asked["SECRET_BLOCK"])
    proof = hmac.digest(key, f"{pool}{user}".encode() + block + when.encode(), "sha256")
    ended = await idp.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses={
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": asked["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(proof).decode(),
            "TIMESTAMP": when,
        },
        **({"Session": begun["Session"]} if begun.get("Session") else {}),
    )
    result: dict[str, Any] = ended["AuthenticationResult"]
    return result
