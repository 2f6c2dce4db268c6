"""The index with its snapshot in S3: many readers, rival writers, and S3 that does not answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from cartwheel.kernel.errors import Unavailable
from cartwheel.search import snapshot
from cartwheel.search.embedded import Embedded
from cartwheel.search.provider import Entry
from cartwheel.search.snapshot import IndexUnavailable, Snapshot, own_folder
from tests.search.test_embedded import SHELF, entry
from tests.support.aws import REGION, Account
from tests.support.processes import free_port

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.slow_callbacks_ok(reason="Tantivy and the description of S3 are read when first used"),
]

Open = Callable[[], Snapshot]


@pytest.fixture(autouse=True)
def _look_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(snapshot, "PATIENCE_SECONDS", 300.0)  # for a busy machine


@pytest.fixture
async def bucket(account: Account) -> str:
    name = f"search-{account.key}"
    await account.make_bucket(name)
    return name


@pytest.fixture
async def process(account: Account, bucket: str, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the index as another process does."""
    opened: list[Snapshot] = []

    def open_one() -> Snapshot:
        url = account.url("s3", f"{bucket}/search")
        opened.append(Snapshot(url, Embedded(own_folder(tmp_path / "copies")), REGION))
        return opened[-1]

    yield open_one
    for one in opened:
        await one.close()
    assert list((tmp_path / "copies").iterdir()) == []


async def several(entries: list[Entry]) -> AsyncIterator[Entry]:
    for one in entries:
        yield one


@pytest.mark.parametrize(
    ("text", "category", "found"),
    [
        ("hedphones", None, ["headphones", "speaker"]),
        ("wireless head", None, ["headphones"]),
        ("cafe creme", None, ["cafe"]),
        ("hearth", "electronics", ["headphones", "speaker"]),
        ("!!!", None, []),
    ],
)
async def test_others_find_what_one_has_put(
    process: Open, text: str, category: str | None, found: list[str]
) -> None:
    reader = process()
    assert await reader.find(text, category, 0, 10) == []
    await process().put(SHELF)
    assert await reader.find(text, category, 0, 10) == found


async def test_what_changes_is_found_by_readers_that_have_a_copy(process: Open) -> None:
    writer, reader = process(), process()
    await writer.put(SHELF)
    assert await reader.find("mug", None, 0, 10) == ["mug"]
    await writer.put([entry("mug", "Tall Glass")], ["cafe"])
    assert await reader.find("mug", None, 0, 10) == []
    assert await reader.find("glass", None, 0, 10) == ["mug"]
    assert await reader.find("creme", None, 0, 10) == []
    await writer.put([], [])
    assert await process().find("glass", None, 0, 10) == ["mug"]


async def test_a_reader_asks_s3_rarely_and_downloads_only_what_is_new(
    process: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = process(), process()
    await writer.put(SHELF)
    await reader.find("mug", None, 0, 1)
    client = Noting(await reader._s3.client())
    reader._s3._client = client
    for _ in range(3):
        assert await reader.find("mug", None, 0, 1) == ["mug"]
    assert client.answers == ["304"] * 3
    monkeypatch.setattr(snapshot, "LOOK_SECONDS", 3600.0)
    await writer.put([], ["mug"])
    assert await reader.find("mug", None, 0, 1) == ["mug"]
    assert len(client.answers) == 3
    monkeypatch.setattr(snapshot, "LOOK_SECONDS", 0.0)
    assert await reader.find("mug", None, 0, 1) == []
    assert client.answers[3:] == ["200"]


class Noting:
    """A client that notes how S3 answers downloads, and lets a rival go before an upload."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401
        self._inner = inner
        self.answers: list[str] = []
        self.uploads: list[str] = []
        self.rivals: list[Callable[[], Any]] = []
        self.loses_answer = False

    async def get_object(self, **request: Any) -> Any:  # noqa: ANN401
        try:
            answer = await self._inner.get_object(**request)
        except Exception as error:
            self.answers.append(str(getattr(error, "response", {}).get("Error", {}).get("Code")))
            raise
        self.answers.append("200")
        return answer

    async def put_object(self, **request: Any) -> Any:  # noqa: ANN401
        if self.rivals:
            await self.rivals.pop(0)()
        try:
            answer = await self._inner.put_object(**request)
        except Exception:
            self.uploads.append("refused")
            raise
        self.uploads.append("taken")
        if self.loses_answer:
            self.loses_answer = False
            raise ConnectionResetError("the answer was lost")
        return answer


async def noting(index: Snapshot) -> Noting:
    client = index._s3._client = Noting(await index._s3.client())
    return client


@pytest.mark.parametrize("begun", [True, False], ids=["a change", "the first snapshot"])
async def test_two_writers_lose_nothing_of_each_other(process: Open, begun: bool) -> None:
    one, other = process(), process()
    if begun:
        await one.put(SHELF)
    client = await noting(one)

    async def rival() -> None:
        await other.put([entry("rival", "Rival Lamp")], ["cafe"])

    client.rivals.append(rival)
    await one.put([entry("mine", "Own Lamp")])
    assert client.uploads == ["refused", "taken"]
    for reader in (one, other, process()):
        assert sorted(await reader.find("lamp", None, 0, 10)) == ["mine", "rival"]
        assert await reader.find("creme", None, 0, 10) == []
        assert await reader.find("stoneware", None, 0, 10) == (["mug"] if begun else [])


async def test_many_writers_at_once(process: Open) -> None:
    writers = [process() for _ in range(4)]
    await asyncio.gather(
        *(
            writer.put([entry(f"p{number}-{turn}", f"Lamp {number} {turn}")])
            for turn in range(2)
            for number, writer in enumerate(writers)
        )
    )
    found = await process().find("lamp", None, 0, 20)
    assert sorted(found) == sorted(f"p{number}-{turn}" for number in range(4) for turn in range(2))


async def test_an_answer_that_was_lost_does_no_harm(process: Open) -> None:
    writer = process()
    client = await noting(writer)
    client.loses_answer = True
    with pytest.raises(IndexUnavailable):
        await writer.put(SHELF)
    await writer.put([entry("lamp", "Reading Lamp")])  # the queue tries again, or something else comes
    reader = process()
    assert await reader.find("lamp", None, 0, 10) == ["lamp"]
    assert await reader.find("mug", None, 0, 10) == ["mug"]


async def test_a_rebuild_takes_the_place_of_what_was(process: Open) -> None:
    writer, reader = process(), process()
    await writer.put(SHELF)
    assert await reader.find("mug", None, 0, 1) == ["mug"]
    assert await writer.rebuild(several([entry(f"p{n}", f"Number {n}") for n in range(600)])) == 600
    assert await reader.find("mug", None, 0, 1) == []
    assert await reader.find("number 599", None, 0, 1) == ["p599"]


async def test_a_rebuild_does_not_wipe_out_a_change_that_it_has_not_seen(process: Open) -> None:
    writer, other = process(), process()
    await writer.put(SHELF)
    client = await noting(writer)

    async def rival() -> None:
        await other.put([entry("rival", "Rival Lamp")])

    client.rivals.append(rival)
    with pytest.raises(Unavailable):
        await writer.rebuild(several([entry("new", "New Things")]))
    for reader in (writer, other, process()):
        assert await reader.find("lamp", None, 0, 1) == ["rival"]
        assert await reader.find("mug", None, 0, 1) == ["mug"]
        assert await reader.find("things", None, 0, 1) == []


async def test_without_s3_the_last_copy_answers(process: Open) -> None:
    await process().put(SHELF)
    reader = process()
    assert await reader.find("mug", None, 0, 1) == ["mug"]

    class Deaf:
        async def get_object(self, **_: object) -> None:
            raise ConnectionResetError

    reader._s3._client = Deaf()
    assert await reader.find("mug", None, 0, 1) == ["mug"]
    with pytest.raises(IndexUnavailable):
        await reader.put([entry("lamp", "Reading Lamp")])


async def test_without_s3_and_a_copy_nothing_is_found(account: Account, bucket: str, tmp_path: Path) -> None:
    deaf = Account(f"http://127.0.0.1:{free_port()}", account.key)
    index = Snapshot(deaf.url("s3", f"{bucket}/search"), Embedded(tmp_path / "copy"), REGION)
    with pytest.raises(IndexUnavailable):
        await index.find("mug", None, 0, 1)
    await index.close()


def test_what_dead_processes_have_left_is_removed(tmp_path: Path) -> None:
    for name in ("999999999-gone", "1-lives", "other"):
        (tmp_path / name).mkdir()
    mine = own_folder(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1-lives", "other"]
    assert mine != own_folder(tmp_path)


@pytest.mark.parametrize("url", ["s3://bucket", "s3:///search", "file:///tmp"])
def test_addresses_that_are_none(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        Snapshot(url, Embedded(tmp_path), REGION)
