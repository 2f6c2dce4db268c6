"""Opaque, signed cursors that fit the query they were made for and no other."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any

import orjson

from cartwheel.kernel.clock import iso
from cartwheel.storage.port import InvalidCursor, Query

_MAC_BYTES = 16


class Cursors:
    """Makes and reads cursors: the key of the last item seen, under a keyed hash that covers the query.

    ``secret`` is at least 16 bytes and the same in all processes of a shop.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, person=b"cartwheel-cursor").digest()

    def make(self, query: Query[Any], position: dict[str, Any]) -> str:
        """The cursor behind ``position``, an item's key attributes as plain JSON values."""
        body = orjson.dumps(position)
        return base64.urlsafe_b64encode(self._mac(query, body) + body).rstrip(b"=").decode()

    def read(self, query: Query[Any]) -> dict[str, Any] | None:
        """The position in ``query.cursor``, ``None`` without one. Raises ``InvalidCursor``."""
        if query.cursor is None:
            return None
        try:
            raw = base64.b64decode(
                query.cursor + "=" * (-len(query.cursor) % 4), altchars=b"-_", validate=True
            )
        except ValueError:
            raise InvalidCursor("The cursor is not one of this shop's.") from None
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(query, body)):
            raise InvalidCursor("The cursor belongs to another list, or was changed.")
        position: dict[str, Any] = orjson.loads(body)
        return position

    def _mac(self, query: Query[Any], body: bytes) -> bytes:
        described = [query.table.name, query.index, query.descending]
        bounds = [_plain(value) for value in (query.partition, query.low, query.high)]
        text = orjson.dumps([*described, *bounds])
        return hashlib.blake2b(text + body, key=self._key, digest_size=_MAC_BYTES).digest()


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value
