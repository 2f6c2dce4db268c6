"""Imports over HTTP, for admins: send a file, see how far it is, read what did not come in."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from cartwheel.edge.caller import Admin
from cartwheel.edge.errors import documented
from cartwheel.edge.paging import DEFAULT_LIMIT, Cursor, Limit, next_link
from cartwheel.edge.routing import api_router
from cartwheel.edge.spreadsheets import CSV, attachment, line
from cartwheel.imports.model import Format, Import, ImportState, RejectedRow, Wishes
from cartwheel.imports.service import Imports
from cartwheel.kernel.pages import every_page

ImportId = Annotated[str, Path(alias="importId", min_length=1, max_length=64)]

FORMATS: dict[str, Format] = {
    "text/csv": "csv",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/yaml": "yaml",
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
BODY = {"content": dict.fromkeys(FORMATS, _FILE), "required": True}


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class ImportOut(_Json):
    """An import. ``read`` of ``size`` bytes are behind it; the counts are of records so far."""

    import_id: str
    state: ImportState
    format: Format
    dry_run: bool
    with_stock: bool
    vendor_id: str | None
    by: str
    size: int
    read: int
    records: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    failure: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, made: Import) -> "ImportOut":
        """The import as it is told."""
        return cls(**made.model_dump(exclude={"shard", "expires_at"}))


class RejectedOut(_Json):
    """A record that did not come in: the line where it begins, its name as far as known, and why."""

    line: int
    key: str
    reason: str

    @classmethod
    def of(cls, row: RejectedRow) -> "RejectedOut":
        """The row as it is told."""
        return cls(line=row.line, key=row.key, reason=row.reason)


def router(imports: Imports) -> APIRouter:
    """Everything below ``/imports``."""
    routes = api_router("imports")

    @routes.post(
        "/imports",
        status_code=202,
        responses=documented(401, 403, 404),
        openapi_extra={"requestBody": BODY},
    )
    async def start_import(
        request: Request,
        caller: Admin,
        *,
        dry_run: Annotated[bool, Query(alias="dryRun", description="Only tell what would happen.")] = False,
        with_stock: Annotated[
            bool, Query(alias="withStock", description="Set the stock of what is there already, too.")
        ] = False,
        vendor_id: Annotated[str | None, Query(alias="vendorId", min_length=1, max_length=64)] = None,
    ) -> ImportOut:
        """Send a catalogue of up to 20 MB, CSV, JSON Lines or YAML. A worker brings it in."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in FORMATS:
            raise HTTPException(415, f"Send one of {', '.join(FORMATS)}.")
        wishes = Wishes(
            format=FORMATS[media_type], dry_run=dry_run, with_stock=with_stock, vendor_id=vendor_id
        )
        try:
            made = await imports.receive(request.stream(), wishes, caller.user_id or "")
        except ClientDisconnect:
            raise HTTPException(400, "The file broke off.") from None
        return ImportOut.of(made)

    _add_reading(routes, imports)
    return routes


def _add_reading(routes: APIRouter, imports: Imports) -> None:
    @routes.get("/imports", responses=documented(400, 401, 403))
    async def list_imports(
        request: Request, response: Response, _: Admin, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> list[ImportOut]:
        """The imports of the last 90 days, the newest first."""
        page = await imports.recent(cursor, limit)
        next_link(request, response, page.next)
        return [ImportOut.of(made) for made in page.items]

    @routes.get("/imports/{importId}", responses=documented(401, 403, 404))
    async def get_import(import_id: ImportId, _: Admin) -> ImportOut:
        """How far an import is."""
        return ImportOut.of(await imports.get(import_id))

    @routes.get("/imports/{importId}/report", responses=documented(400, 401, 403, 404))
    async def list_import_rejections(
        request: Request,
        response: Response,
        import_id: ImportId,
        _: Admin,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[RejectedOut]:
        """The records that did not come in, in the order of the file."""
        await imports.get(import_id)
        page = await imports.rejected(import_id, cursor, limit)
        next_link(request, response, page.next)
        return [RejectedOut.of(row) for row in page.items]

    @routes.get(
        "/imports/{importId}/report/csv", response_class=Response, responses=documented(401, 403, 404) | CSV
    )
    async def download_import_rejections(import_id: ImportId, _: Admin) -> Response:
        """The records that did not come in, as CSV."""
        await imports.get(import_id)
        return attachment("rejected.csv", _lines(imports, import_id))


async def _lines(imports: Imports, import_id: str) -> AsyncIterator[str]:
    yield line(["line", "key", "reason"])
    async for page in every_page(lambda cursor: imports.rejected(import_id, cursor, 500)):
        yield "".join(line([row.line, row.key, row.reason]) for row in page.items)
