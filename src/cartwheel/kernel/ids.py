"""Identifiers and random tokens. All of them come from the operating system's entropy."""

import secrets
import time
import uuid

_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to misread over the phone


def new_id() -> str:
    """A random UUID (122 bits) as text, 36 characters."""
    return str(uuid.uuid4())


def sortable_id() -> str:
    """A UUID of version 7 (RFC 9562): text order is creation order, to a quarter of a microsecond.

    The twelve bits after the milliseconds hold the fraction of one (section 6.2, method 3).
    """
    millis, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    value = millis << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def public_code(length: int = 12) -> str:
    """A code that people can read out and nobody can guess: 5 bits a character (12 give 60 bits)."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(length))


def digits(length: int = 6) -> str:
    """A numeric one-time code."""
    return "".join(secrets.choice("0123456789") for _ in range(length))


def secret_token() -> str:
    """A URL-safe secret of 256 bits, 43 characters."""
    return secrets.token_urlsafe(32)
