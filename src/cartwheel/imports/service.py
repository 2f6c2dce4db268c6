"""Use cases of imports: take a file in, bring it in bit by bit, tell what became of it."""

import asyncio
import base64
import io
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

import structlog

from cartwheel.accounts import Accounts
from cartwheel.audit import audited
from cartwheel.catalog import Catalog
from cartwheel.imports import tables
from cartwheel.imports.formats import Reading, Record
from cartwheel.imports.importing import READERS, Importer, Plan, Rejection
from cartwheel.imports.model import (
    FILE_KEPT,
    PIECE_BYTES,
    REPORT_KEPT,
    EmptyFile,
    Import,
    ImportState,
    NoSuchImport,
    NoSuchVendor,
    Piece,
    RejectedRow,
    Wishes,
)
from cartwheel.imports.tables import IMPORTS, PIECES
from cartwheel.inventory import Inventory
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import sortable_id
from cartwheel.kernel.pages import Page, every_page
from cartwheel.messaging import emit
from cartwheel.storage import Conflict, Delete, Put, StorageError, Store

log = structlog.get_logger()

BATCH = 50
"""Records between two notes of how far it is: all of them rejected, they and the note fit one write."""

TURN_SECONDS = 20.0
"""How long one message is worked on: shorter than a queue hides it from other workers."""

EVENT = "ImportAdvances"


class Imports:
    """Files of up to ``MAX_BYTES``, brought in by the worker. Any worker can go on where another stopped."""

    def __init__(
        self, store: Store, clock: Clock, catalog: Catalog, inventory: Inventory, accounts: Accounts
    ) -> None:
        self._store = store
        self._clock = clock
        self._catalog = catalog
        self._inventory = inventory
        self._accounts = accounts

    async def receive(self, content: AsyncIterator[bytes], wishes: Wishes, by: str) -> Import:
        """Keeps a file as it arrives, and has it brought in. Raises ``EmptyFile``, ``NoSuchVendor``.

        A file that breaks off leaves nothing behind.
        """
        if wishes.vendor_id is not None:
            owner = (await self._accounts.get_users([wishes.vendor_id]))[0]
            if owner is None or "vendors" not in owner.groups:
                raise NoSuchVendor(wishes.vendor_id)
        import_id, now = sortable_id(), self._clock()
        kept: list[Piece] = []
        try:
            size = await self._keep(import_id, content, kept)
            made = Import(
                import_id=import_id,
                by=by,
                size=size,
                created_at=now,
                updated_at=now,
                expires_at=now + REPORT_KEPT,
                **wishes.model_dump(),
            )
            logged = audited(now, by, "import.started", import_id, after={**wishes.told(), "size": size})
            await self._store.write(tables.begun(made), logged, emit(self._clock, EVENT, import_id))
        except BaseException:  # a caller who hangs up cancels this
            await self._forget(kept)
            raise
        return made

    async def get(self, import_id: str) -> Import:
        """How far it is. Raises ``NoSuchImport``."""
        made = await self._store.get(IMPORTS, import_id)
        if made is None:
            raise NoSuchImport
        return made

    async def recent(self, cursor: str | None, limit: int) -> Page[Import]:
        """All imports of late, the newest first."""
        return await self._store.query(tables.recent(cursor, limit))

    async def rejected(self, import_id: str, cursor: str | None, limit: int) -> Page[RejectedRow]:
        """What did not come in, in the order of the file."""
        return await self._store.query(tables.rejected(import_id, cursor, limit))

    async def advance(self, import_id: str) -> None:
        """Works on the import for ``TURN_SECONDS`` at most, and asks for another turn: a queue's consumer.

        Repeatable. A worker that is killed loses what it has not noted: at most ``BATCH`` records, which are
        found to be there already the next time.
        """
        made = await self._store.get(IMPORTS, import_id)
        if made is None or made.is_over:
            return
        try:
            with suppress(Conflict):  # another worker has come further: it goes on
                await self._turn(made)
        except StorageError:
            raise
        except Exception as error:
            log.exception("import_failed", import_id=import_id)
            failed = {"state": ImportState.FAILED, "failure": repr(error)[:300]}
            with suppress(Conflict):
                await self._store.write(tables.moved(await self.get(import_id), failed, self._clock()))

    async def _turn(self, made: Import) -> None:
        until = time.monotonic() + TURN_SECONDS
        rejected: list[Rejection] = []
        plan = Plan(made.vendor_id, made.dry_run, made.with_stock)
        importer = Importer(self._catalog, self._inventory, plan, rejected.append)
        importer.tally = made.tally
        with TemporaryFile() as file:
            await self._fetch(made.import_id, file)
            text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
            records = READERS[made.format](text, Reading(self._catalog.currency))
            await _pass_over(records, made.records, importer)
            while batch := await _some(records, BATCH):
                await importer.take(batch)
                made = await self._note(made, importer, len(batch), file.tell(), rejected)
                rejected.clear()
                if time.monotonic() > until:
                    await self._store.write(emit(self._clock, EVENT, made.import_id))
                    return
        done = {"state": ImportState.DONE, "read": made.size}
        await self._store.write(tables.moved(made, done, self._clock()))

    async def _note(
        self, made: Import, importer: Importer, count: int, read: int, rejected: list[Rejection]
    ) -> Import:
        """Writes down how far it is, with what was rejected on the way."""
        values = {"state": ImportState.RUNNING, "records": made.records + count, "read": read}
        values |= asdict(importer.tally)
        rows = [
            RejectedRow(
                import_id=made.import_id,
                number=made.rejected + index,
                line=rejection.line,
                key=rejection.key[:200],
                reason=rejection.reason,
                expires_at=made.expires_at,
            )
            for index, rejection in enumerate(rejected)
        ]
        now = self._clock()
        await self._store.write(tables.moved(made, values, now), *(Put(tables.REJECTED, row) for row in rows))
        return made.model_copy(update=values)

    async def _keep(self, import_id: str, content: AsyncIterator[bytes], kept: list[Piece]) -> int:
        held, size = bytearray(), 0
        async for some in content:
            held += some
            size += len(some)
            while len(held) >= PIECE_BYTES:
                await self._put(import_id, bytes(held[:PIECE_BYTES]), kept)
                del held[:PIECE_BYTES]
        if size == 0:
            raise EmptyFile
        if held:
            await self._put(import_id, bytes(held), kept)
        return size

    async def _put(self, import_id: str, some: bytes, kept: list[Piece]) -> None:
        piece = Piece(
            import_id=import_id,
            number=len(kept),
            content=base64.b64encode(some).decode(),
            expires_at=self._clock() + FILE_KEPT,
        )
        await self._store.write(Put(PIECES, piece))
        kept.append(piece.model_copy(update={"content": ""}))

    async def _forget(self, kept: list[Piece]) -> None:
        for start in range(0, len(kept), 100):
            some = kept[start : start + 100]
            await self._store.write(*(Delete(PIECES, (piece.import_id, piece.number)) for piece in some))

    async def _fetch(self, import_id: str, file: IO[bytes]) -> None:
        async for page in every_page(lambda cursor: self._store.query(tables.pieces_of(import_id, cursor))):
            for piece in page.items:
                file.write(base64.b64decode(piece.content))
            await asyncio.sleep(0)
        file.seek(0)


async def _some(records: Iterator[Record], count: int) -> list[Record]:
    """The next records; read in a thread, for parsing takes its time."""
    return await asyncio.to_thread(lambda: list(islice(records, count)))


async def _pass_over(records: Iterator[Record], count: int, importer: Importer) -> None:
    """Leaves out what was dealt with in an earlier turn; the importer only notes its names."""
    while count > 0:
        some = await _some(records, min(count, 1000))
        if not some:
            return
        importer.pass_over(some)
        count -= len(some)
