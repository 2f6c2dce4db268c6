"""Opaque, signed cursors that fit the query they were made for and no other."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel

from cartwheel.kernel.clock import iso
from cartwheel.storage.port import InvalidCursor, Query
from cartwheel.storage.schema import Column, InvalidItem, Value

_MAC_BYTES = 16


class Cursors:
    """Makes and reads cursors: the place of the last item seen, under a keyed hash that covers the query.

    ``secret`` is at least 16 bytes and the same in all processes of a shop.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _MAC_BYTES:
            raise ValueError(f"The secret of the cursors needs at least {_MAC_BYTES} bytes.")
        self._key = hashlib.blake2b(secret, person=b"cartwheel-cursor").digest()

    def make(self, query: Query[Any], order: Sequence[str], last: BaseModel) -> str:
        """The cursor behind ``last``; ``order`` names the attributes that put the query's items in order."""
        body = orjson.dumps([_plain(getattr(last, name)) for name in order])
        return _encode(self._mac(query, body) + body)

    def read(self, query: Query[Any], order: Sequence[str]) -> tuple[Value, ...] | None:
        """The place in ``query.cursor``: values of the attributes in ``order``; ``None`` without a cursor.

        Raises ``InvalidCursor``.
        """
        if query.cursor is None:
            return None
        try:
            padded = query.cursor + "=" * (-len(query.cursor) % 4)
            raw = base64.urlsafe_b64decode(padded)
        except ValueError:
            raise InvalidCursor("The cursor is not one of this shop's.") from None
        if _encode(raw) != query.cursor:  # the decoder overlooks characters that carry nothing
            raise InvalidCursor("The cursor was changed.")
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(query, body)):
            raise InvalidCursor("The cursor belongs to another list, or was changed.")
        columns = query.table.columns
        try:
            values = zip(order, orjson.loads(body), strict=True)
            return tuple([_parse(columns[name], value) for name, value in values])
        except (InvalidItem, TypeError, ValueError):
            raise InvalidCursor("The cursor is of another release of this shop.") from None

    def _mac(self, query: Query[Any], body: bytes) -> bytes:
        described = [query.table.name, query.index, query.descending]
        bounds = [_plain(value) for value in (query.partition, query.low, query.high)]
        text = orjson.dumps([*described, *bounds])
        return hashlib.blake2b(text + body, key=self._key, digest_size=_MAC_BYTES).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _plain(value: Value) -> Value:
    if isinstance(value, datetime):
        return iso(value)
    return str(value) if isinstance(value, int) else value  # a bound may be beyond 64 bits


def _parse(column: Column, value: Value) -> Value:
    if column.kind == "int":
        value = int(value)
    elif column.kind == "time":
        value = datetime.fromisoformat(value)
    if value is None:
        raise InvalidItem(f"{column.name} may not be empty.")
    return column.check(value)
