"""``kill -9`` of a worker in the middle of its mails, or of its pictures: each is there in the end, once."""

import asyncio
import email
import io
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from PIL import Image

from cartwheel.media import MEDIA
from cartwheel.media.model import FORMATS, public_path, widths_of
from cartwheel.messaging import emit
from cartwheel.notifications import Mail, MailStatus
from cartwheel.notifications.tables import MAILS
from cartwheel.shop import Shop
from tests.media.samples import picture
from tests.support.processes import ShopProcess, settings_of

EVENTS = 60
PICTURES = 8
KILLS = 4
VISIBILITY = "6"
WAIT_SECONDS = 120


class SlowInbox:
    """Takes its time over each mail, so that a kill hits somebody who is sending."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(0.03)
        assert isinstance(envelope.content, bytes)
        mail: Any = email.message_from_bytes(envelope.content, policy=default)
        self.taken.append(str(mail["Message-ID"]))
        return "250 OK"


@pytest.fixture
async def inbox() -> AsyncIterator[tuple[SlowInbox, str]]:
    taking, loop = SlowInbox(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(taking, loop=loop), "127.0.0.1", 0)
    yield taking, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.fixture
def start(tmp_path: Path, database: str) -> Iterator[Callable[..., ShopProcess]]:
    started: list[ShopProcess] = []

    def worker(**more: str) -> ShopProcess:
        env = settings_of(tmp_path / "data", 0, database, CARTWHEEL_VISIBILITY=VISIBILITY, **more)
        env["CARTWHEEL_PORT"] = "8000"  # nobody listens: it is in the addresses that mails name
        process = ShopProcess(["worker"], env)
        process.start()
        started.append(process)
        return process

    yield worker
    for process in started:
        process.kill()


def widths_in(folder: Path) -> dict[str, int]:
    """The width of each picture in a folder, by its name; raises for one that is not whole."""
    found = {}
    for path in folder.iterdir():
        with Image.open(io.BytesIO(path.read_bytes())) as opened:
            opened.load()
            found[path.name] = opened.size[0]
    return found


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not await done():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.02)


async def kill_in_the_middle(worker: ShopProcess, count: Callable[[], Awaitable[int]]) -> None:
    """Kills the worker again and again, each time as soon as it has got on."""
    for _ in range(KILLS):
        before = await count()

        async def got_on(before: int = before) -> bool:
            return await count() > before

        await until(got_on)
        await asyncio.to_thread(worker.kill)
        worker.start()


async def test_a_killed_worker_loses_no_mail_and_doubles_none(
    shop: Shop, inbox: tuple[SlowInbox, str], start: Callable[..., ShopProcess]
) -> None:
    taking, url = inbox
    for number in range(EVENTS):
        told = {"email": f"{number}@example.com", "name": "Ann", "locale": "en", "code": str(number)}
        await shop.store.write(emit(shop.clock, "VerificationRequested", f"user-{number}", told))

    async def taken() -> int:
        return len(taking.taken)

    worker = start(CARTWHEEL_MAIL=url)
    await kill_in_the_middle(worker, taken)

    async def mails() -> list[Mail]:
        return [mail async for mail in shop.store.scan(MAILS)]

    async def all_sent() -> bool:
        sent = [mail for mail in await mails() if mail.status is MailStatus.SENT]
        return len(sent) == EVENTS and (await shop.queue.backlog("email")).depth == 0

    await until(all_sent)
    written = await mails()
    assert len(written) == len({mail.event_id for mail in written}) == EVENTS
    assert {mail.to for mail in written} == {f"{number}@example.com" for number in range(EVENTS)}
    assert (await shop.queue.dead_letters("email")).items == []
    counted = Counter(taking.taken)
    assert set(counted) == {f"<{mail.mail_id}@cartwheel>" for mail in written}
    # taken by the mail server in the moment of a kill, before that could be noted: it knows it by its id
    assert counted.total() - EVENTS <= KILLS


@pytest.mark.slow_callbacks_ok(reason="Pillow is imported when the first picture comes")
async def test_a_killed_worker_leaves_no_picture_without_its_sizes(
    shop: Shop, start: Callable[..., ShopProcess]
) -> None:
    made = [await shop.media.add("vera", picture(size=(1700 + number, 900))) for number in range(PICTURES)]
    public = shop.settings.data / "media" / "public"

    async def files() -> int:
        return len(list(public.glob("*.avif")))

    worker = start()
    await kill_in_the_middle(worker, files)

    async def all_ready() -> bool:
        media = [row async for row in shop.store.scan(MEDIA)]
        return all(row.widths for row in media) and (await shop.queue.backlog("media")).depth == 0

    await until(all_ready)
    assert (await shop.queue.dead_letters("media")).items == []
    wanted = {
        public_path(media.media_id, width, kind).removeprefix("/media/"): width
        for media in made
        for width in widths_of(media.width)
        for kind in FORMATS
    }
    assert await asyncio.to_thread(widths_in, public) == wanted
