"""Lists over HTTP: ``limit`` and ``cursor`` go in, items and ``Link: …; rel="next"`` (RFC 8288) come out."""

from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Query, Request, Response

DEFAULT_LIMIT = 24

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page has at most.")]
"""A parameter ``limit: Limit = DEFAULT_LIMIT``."""

Cursor = Annotated[
    str | None,
    Query(
        max_length=2000,
        description='Where the page begins: taken from `Link: …; rel="next"` of the one before.',
    ),
]
"""A parameter ``cursor: Cursor = None``."""


def next_link(request: Request, response: Response, cursor: str | None) -> None:
    """Tells the address of the next page, if there is one: this request's own, with another cursor.

    The address is relative to the host, which a proxy may have renamed.
    """
    if cursor is None:
        return
    query = request.scope["query_string"].decode("latin-1")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "cursor"]
    address = f"{quote(request.scope['path'], safe='/:@')}?{urlencode([*kept, ('cursor', cursor)])}"
    response.headers.append("Link", f'<{address}>; rel="next"')
