"""Signed values that travel through clients: who holds one was given it by this shop."""

import base64
import hashlib
import hmac

_MAC_BYTES = 16


class Signer:
    """Signs text for one ``purpose``; a value signed for another purpose does not verify.

    ``key`` is what it signs with, good for other keyed hashes of the same purpose.
    ``secret`` is at least 16 bytes and the same in all processes of a shop.
    """

    def __init__(self, secret: bytes, purpose: str) -> None:
        self.key = hashlib.blake2b(
            secret, person=hashlib.blake2b(purpose.encode(), digest_size=16).digest()
        ).digest()

    def sign(self, value: str) -> str:
        """``value.signature``, URL-safe when the value is."""
        return f"{value}.{self._mac(value)}"

    def verify(self, signed: str) -> str | None:
        """The value, or ``None`` when the signature is not this shop's."""
        value, _, mac = signed.rpartition(".")
        try:
            genuine = hmac.compare_digest(mac.encode(), self._mac(value).encode())
        except UnicodeEncodeError:
            return None
        return value if genuine and value else None

    def _mac(self, value: str) -> str:
        digest = hashlib.blake2b(value.encode(), key=self.key, digest_size=_MAC_BYTES).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
