"""The embedded index with a snapshot in S3: every process searches a copy of its own.

Whoever changes the index fetches the newest snapshot, applies the change to its copy and puts the copy back,
if the snapshot is still the one that was fetched. If it is not, somebody else has changed it: all of that is
done again, upon what the other has left. Readers look for a newer snapshot every two seconds at most.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from zipfile import ZIP_DEFLATED, ZipFile

import structlog
from botocore.exceptions import ClientError

from cartwheel.aws import Answer, Bucket, answered, code_of, status_of
from cartwheel.kernel.errors import Unavailable
from cartwheel.kernel.ids import new_id
from cartwheel.search.provider import Entry, FolderIndex, SearchIndex
from cartwheel.storage.port import Backoff

log = structlog.get_logger()

LOOK_SECONDS = 2.0
PATIENCE_SECONDS = 20.0
"""How long a change is tried anew because others change the index as well."""

_FORM = "s3://bucket/prefix?endpoint=http://host:port&region=name"
_RIVALS = {"ConditionalRequestConflict", "NoSuchKey", "PreconditionFailed"}


class IndexUnavailable(Unavailable):
    """S3 does not answer, or not as it should."""

    code = "search_unavailable"

    def __init__(self, reason: str) -> None:
        log.error("search_unavailable", reason=reason)
        super().__init__("Nothing can be searched just now. Try again.")


class Snapshot(SearchIndex):
    """``url`` is ``s3://bucket/prefix``."""

    def __init__(self, url: str, index: FolderIndex, region: str, endpoint: str = "") -> None:
        bucket = Bucket(url, _FORM, region, endpoint)
        if not bucket.prefix:
            raise ValueError(f"CARTWHEEL_SEARCH is not of the form {_FORM}")
        self._s3 = bucket.service
        self._object = {"Bucket": bucket.name, "Key": f"{bucket.prefix}/index.zip"}
        self._index = index
        self._turn = asyncio.Lock()
        self._etag: str | None = None
        self._looked_at: float | None = None

    async def put(self, entries: Sequence[Entry], gone: Sequence[str] = ()) -> None:
        if not entries and not gone:
            return
        backoff = Backoff(PATIENCE_SECONDS)
        while True:
            async with self._turn:
                await self._fetch()
                await self._index.put(entries, gone)
                if await self._stored():
                    return
            if not await backoff.wait():
                raise IndexUnavailable("others change the snapshot all the time")

    async def rebuild(self, entries: AsyncIterator[Entry]) -> int:
        """Raises ``Unavailable`` when the index was changed meanwhile: what changed might be missing."""
        async with self._turn:
            await self._fetch()
            count = await self._index.rebuild(entries)
            if await self._stored():
                return count
            self._etag = None  # the copy is nobody's: the next look replaces it
        raise IndexUnavailable("the snapshot was changed during the rebuild")

    async def find(self, text: str, category: str | None, offset: int, limit: int) -> list[str]:
        await self._look()
        return await self._index.find(text, category, offset, limit)

    async def close(self) -> None:
        await self._s3.close()
        await asyncio.to_thread(rmtree, self._index.folder().parent, ignore_errors=True)

    async def _look(self) -> None:
        """Fetches a newer snapshot, unless somebody has just looked. An old copy is better than none."""
        if self._looked_at is not None and time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        if self._turn.locked() and self._looked_at is not None:
            return
        async with self._turn:
            if self._looked_at is not None and time.monotonic() - self._looked_at < LOOK_SECONDS:
                return
            try:
                await self._fetch()
            except IndexUnavailable:
                if self._looked_at is None:
                    raise
                self._looked_at = time.monotonic()

    async def _fetch(self) -> None:
        known = {"IfNoneMatch": self._etag} if self._etag else {}
        found: Answer | None = None
        content = b""
        try:
            with answered(IndexUnavailable):
                client = await self._s3.client()
                found = await client.get_object(**self._object, **known)
                async with found["Body"] as body:
                    content = bytes(await body.read())
        except ClientError as error:
            if status_of(error) != 304 and code_of(error) != "NoSuchKey":
                raise IndexUnavailable(f"get_object: {code_of(error)}") from error
            if code_of(error) == "NoSuchKey":
                self._etag = None
        if found is not None:
            await asyncio.to_thread(self._index.take_over, partial(_unpack, content))
            self._etag = str(found["ETag"])
        self._looked_at = time.monotonic()

    async def _stored(self) -> bool:
        """Puts the copy into the place of the snapshot that it was made from; ``False`` if that is gone."""
        content = await asyncio.to_thread(_packed, self._index.folder())
        held = {"IfMatch": self._etag} if self._etag else {"IfNoneMatch": "*"}
        try:
            with answered(IndexUnavailable):
                client = await self._s3.client()
                answer = await client.put_object(**self._object, Body=content, **held)
        except ClientError as error:
            if code_of(error) in _RIVALS or status_of(error) == 412:
                return False
            raise IndexUnavailable(f"put_object: {code_of(error)}") from error
        self._etag = str(answer["ETag"])
        return True


def own_folder(root: Path) -> Path:
    """A folder for a copy of this process's; what dead processes have left below ``root`` is removed."""
    root.mkdir(parents=True, exist_ok=True)
    for left in root.iterdir():
        pid = left.name.partition("-")[0]
        if pid.isdecimal() and not _is_running(int(pid)):
            rmtree(left, ignore_errors=True)
    return root / f"{os.getpid()}-{new_id()}"


def _is_running(pid: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True


def _packed(folder: Path) -> bytes:
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.iterdir()):
            if path.suffix != ".lock":
                archive.write(path, path.name)
    return into.getvalue()


def _unpack(content: bytes, folder: Path) -> None:
    with ZipFile(BytesIO(content)) as archive:
        archive.extractall(folder)
