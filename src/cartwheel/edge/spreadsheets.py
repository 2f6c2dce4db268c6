"""CSV for spreadsheets."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import Any

from starlette.responses import Response, StreamingResponse

CSV: dict[int | str, dict[str, Any]] = {200: {"description": "A table.", "content": {"text/csv": {}}}}
"""The ``responses`` of a route that answers CSV."""


def line(cells: Sequence[object]) -> str:
    """A line. What a spreadsheet would take for a formula is made text (OWASP, CSV injection)."""
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()


def attachment(name: str, content: str | AsyncIterator[str]) -> Response:
    """An answer that a browser saves under that name; lines are sent as they come."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    if isinstance(content, str):
        return Response(content, 200, headers, "text/csv")
    return StreamingResponse(content, 200, headers, "text/csv")


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
