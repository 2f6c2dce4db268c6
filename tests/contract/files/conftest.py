"""The files under test: a folder, whose addresses the shop answers, and an S3 bucket."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from cartwheel.edge.errors import install
from cartwheel.edge.routing import take
from cartwheel.kernel.clock import ManualClock, utc_now
from cartwheel.kernel.signing import Signer
from cartwheel.media import Files, shown
from cartwheel.media.folder import Folder, router
from cartwheel.media.s3 import S3
from tests.support.aws import REGION, Account


class Place(ABC):
    """Files of one kind, and how the network sees them."""

    files: Files
    http: httpx.AsyncClient

    @abstractmethod
    async def wait(self, seconds: float) -> None:
        """Lets time pass."""

    @abstractmethod
    async def names(self) -> list[str]:
        """Everything that is kept, by the names of the files."""


class InFolder(Place):
    def __init__(self, root: Path) -> None:
        self._root = root
        self._clock = ManualClock(utc_now())
        self.files: Folder = Folder(root, Signer(b"a secret of the tests", "media"), self._clock)

    async def wait(self, seconds: float) -> None:
        self._clock.advance(seconds=seconds)

    async def names(self) -> list[str]:
        return sorted(str(path.relative_to(self._root)) for path in self._root.rglob("*") if path.is_file())


class InBucket(Place):
    def __init__(self, account: Account) -> None:
        self._account = account
        self.bucket = f"pictures-{account.key}"  # names are shared by all accounts
        self.files = S3(account.url("s3", self.bucket), REGION)

    async def prepare(self) -> None:
        """Makes the bucket."""
        await self._account.make_bucket(self.bucket)

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def names(self) -> list[str]:
        async with self._account.client("s3") as s3:
            found = (await s3.list_objects_v2(Bucket=self.bucket)).get("Contents", ())
        return sorted(one["Key"].replace("media/", "public/", 1) for one in found)


@pytest.fixture(params=["folder", pytest.param("s3", marks=[pytest.mark.emulator, pytest.mark.aws])])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path | Account:
    """Where the files are."""
    if request.param == "s3":
        account: Account = request.getfixturevalue("account")
        return account
    return tmp_path / "media"


@pytest.fixture
async def place(kept: Path | Account) -> AsyncIterator[Place]:
    """Files of one kind, with nothing in them."""
    app = FastAPI()
    install(app)
    made: Place
    if isinstance(kept, Account):
        made = InBucket(kept)
        await made.prepare()
        take(app, shown.public_router(made.files))
        network: httpx.AsyncBaseTransport = httpx.AsyncHTTPTransport()
    else:
        made = folder = InFolder(kept)
        take(app, router(folder.files), shown.public_router(folder.files))
        network = httpx.ASGITransport(app)
    mounts = {"all://shop.test": httpx.ASGITransport(app)}
    made.http = httpx.AsyncClient(
        transport=network, mounts=mounts, base_url="http://shop.test", trust_env=False
    )
    async with made.http:
        yield made
    await made.files.close()


LONG = timedelta(minutes=10)
"""Longer than any test takes."""
