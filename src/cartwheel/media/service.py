"""Use cases of media: take a picture, make its sizes, know who shows it, sweep what nobody shows."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import new_id
from cartwheel.media import imaging, tables
from cartwheel.media.imaging import Cleaned
from cartwheel.media.model import (
    FORMATS,
    BeingDeleted,
    InvalidPicture,
    Media,
    NoSuchMedia,
    NoSuchUpload,
    NothingUploaded,
    Upload,
    identify,
    public_path,
    widths_of,
)
from cartwheel.media.provider import Files, Ticket
from cartwheel.media.tables import MEDIA, UPLOADS
from cartwheel.messaging import emit
from cartwheel.storage import Conflict, Store

P = ParamSpec("P")
T = TypeVar("T")

UPLOAD_TIME = timedelta(minutes=30)
DOWNLOAD_TIME = timedelta(minutes=15)
LEFT_OVER = timedelta(days=1)
"""When a file that was sent but never completed is removed."""

UNUSED = timedelta(days=90)
"""When a picture that nobody shows is removed."""

SWEEP_BATCH = 50

INCOMING = "incoming"
"""The folder of files that were sent and not completed yet."""


_ONE_AT_A_TIME = ThreadPoolExecutor(1, "pictures")
"""An opened picture takes up to 160 MB: two at once would double that, on a machine of any size."""


async def _in_turn(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    return await asyncio.get_running_loop().run_in_executor(
        _ONE_AT_A_TIME, partial(work, *arguments, **named)
    )


class MediaLibrary:
    """Pictures of all owners, their bytes in ``files``."""

    def __init__(self, store: Store, clock: Clock, files: Files) -> None:
        self._store = store
        self._clock = clock
        self._files = files

    async def begin(
        self, owner_id: str, content_type: str, size: int, *, by_form: bool = False
    ) -> tuple[Upload, Ticket]:
        """Leave for the owner to send one file of ``size`` bytes. One storage call. Raises ``NoForms``."""
        now = self._clock()
        upload = Upload(
            upload_id=new_id(), owner_id=owner_id, size=size, created_at=now, expires_at=now + UPLOAD_TIME
        )
        send = self._files.form if by_form else self._files.upload
        ticket = await send(_incoming(upload.upload_id), content_type, size, UPLOAD_TIME)
        await self._store.write(tables.begun(upload))
        return upload, ticket

    async def complete(self, owner_id: str, upload_id: str) -> Media:
        """Makes the file that was sent a picture. Repeatable.

        Raises ``NoSuchUpload``, ``NothingUploaded`` and ``InvalidPicture``; nothing is kept then.
        """
        upload = await self._store.get(UPLOADS, upload_id)
        if upload is None or upload.owner_id != owner_id:
            raise NoSuchUpload
        if upload.media_id is not None:
            return await self.get(upload.media_id)
        incoming = _incoming(upload_id)
        content = await self._files.read(incoming, upload.size + 1)
        if content is None:
            return await self._completed_meanwhile(upload_id)
        try:
            media = await self.add(owner_id, content, upload)
        except InvalidPicture:
            await self._files.delete([incoming])
            raise
        await self._files.delete([incoming])
        return media

    async def _completed_meanwhile(self, upload_id: str) -> Media:
        """A rival has taken the file away and made the picture: the bucket's word, or the same request."""
        upload = await self._store.get(UPLOADS, upload_id)
        if upload is None or upload.media_id is None:
            raise NothingUploaded
        return await self.get(upload.media_id)

    async def arrived(self, incoming: str) -> None:
        """Completes the upload whose file has this name, should its sender never say so. Repeatable.

        What is no picture is left for the sender to be told so, or for the sweep.
        """
        upload = await self._store.get(UPLOADS, incoming.removeprefix(f"{INCOMING}/"))
        if upload is None or upload.media_id is not None:
            return
        content = await self._files.read(incoming, upload.size + 1)
        if content is not None:
            with suppress(InvalidPicture):
                await self.add(upload.owner_id, content, upload)
                await self._files.delete([incoming])

    async def add(self, owner_id: str, content: bytes, upload: Upload | None = None) -> Media:
        """Takes a picture. The same one again is the same media. Raises ``InvalidPicture``."""
        cleaned = await _in_turn(imaging.clean, content)
        media = self._media(owner_id, cleaned)
        known = await self._store.get(MEDIA, media.media_id)
        if known is None:
            await self._files.write(media.original, cleaned.original, cleaned.content_type)
            await self._files.write(_public(media.url), cleaned.shown, "image/webp")
        elif known.going_since:
            raise BeingDeleted
        done = [tables.completed(upload, media.media_id)] if upload else []
        told = emit(self._clock, "MediaUploaded", media.media_id)
        try:
            await self._store.write(tables.new(media), told, *done)
        except Conflict:  # known already
            if done:
                await self._store.write(*done)
        return known or media

    async def get(self, media_id: str, owner_id: str | None = None) -> Media:
        """The picture, if it is the owner's (``None``: anybody's). Raises ``NoSuchMedia``."""
        media = await self._store.get(MEDIA, media_id)
        if media is None or media.going_since or owner_id not in (None, media.owner_id):
            raise NoSuchMedia
        return media

    async def many(self, media_ids: Sequence[str]) -> Mapping[str, Media]:
        """The pictures of these ids; missing ones are left out. One storage call."""
        found = await self._store.get_many(MEDIA, [(media_id,) for media_id in dict.fromkeys(media_ids)])
        return {media.media_id: media for media in found if media is not None and not media.going_since}

    async def original(self, media_id: str, owner_id: str | None) -> str:
        """An address that shows the original to its owner (``None``: the staff) for a while."""
        media = await self.get(media_id, owner_id)
        return await self._files.download(media.original, DOWNLOAD_TIME)

    async def derive(self, media_id: str) -> None:
        """Makes all sizes of a picture, and tells when they are there. Repeatable."""
        media = await self._store.get(MEDIA, media_id)
        if media is None or media.going_since or media.widths:
            return
        original = await self._files.read(media.original, -1)
        if original is None:
            return
        widths = widths_of(media.width)
        for width in widths:
            for kind in FORMATS:
                content = await _in_turn(imaging.resized, original, width, kind)
                await self._files.write(_public(public_path(media_id, width, kind)), content, f"image/{kind}")
        with suppress(Conflict):
            await self._store.write(tables.ready(media_id, widths), emit(self._clock, "MediaReady", media_id))

    async def users(self, media_id: str) -> list[str]:
        """Who shows the picture."""
        return [use.user for use in (await self._store.query(tables.uses_of(media_id))).items]

    async def show(self, user: str, media_ids: Sequence[str]) -> None:
        """Notes that ``user`` shows these pictures and no others. Repeatable."""
        before = {use.media_id for use in (await self._store.query(tables.shown_by(user))).items}
        for media_id in set(media_ids) - before:
            with suppress(Conflict):  # there is no such picture, or it goes
                await self._store.write(*tables.used(media_id, user))
        for media_id in before - set(media_ids):
            await self._store.write(tables.disused(media_id, user))
            if not await self.users(media_id):
                with suppress(Conflict):
                    await self._store.write(tables.unused(media_id, self._clock()))

    async def sweep(self) -> int:
        """Removes files that were never completed, and pictures that nobody shows; answers how many."""
        now = self._clock()
        removed = await self._files.sweep(INCOMING, now - LEFT_OVER)
        while True:
            page = await self._store.query(tables.out_of_use(now - UNUSED, SWEEP_BATCH))
            for media in page.items:
                removed += await self._remove(media)
                await asyncio.sleep(0)  # an embedded store never yields: requests come first
            if len(page.items) < SWEEP_BATCH:
                return removed

    async def _remove(self, media: Media) -> bool:
        if await self.users(media.media_id):  # the note that nobody does came too late
            await self._store.write(*tables.used(media.media_id, (await self.users(media.media_id))[0]))
            return False
        with suppress(Conflict):
            await self._store.write(tables.going(media, self._clock()))
            shown = {public_path(media.media_id, w, kind) for w in widths_of(media.width) for kind in FORMATS}
            await self._files.delete([media.original, *(_public(path) for path in {*shown, media.url})])
            await self._store.write(tables.gone(media.media_id))
            return True
        return False

    def _media(self, owner_id: str, cleaned: Cleaned) -> Media:
        now: datetime = self._clock()
        media_id = identify(owner_id, cleaned.original)
        return Media(
            media_id=media_id,
            owner_id=owner_id,
            original=f"originals/{media_id}.{cleaned.suffix}",
            width=cleaned.width,
            height=cleaned.height,
            placeholder=cleaned.placeholder,
            created_at=now,
            unused_since=now,
        )


def _incoming(upload_id: str) -> str:
    return f"{INCOMING}/{upload_id}"


def _public(path: str) -> str:
    """The name of the file that is shown at a path below ``/media/``."""
    return f"public/{path.removeprefix('/media/')}"
