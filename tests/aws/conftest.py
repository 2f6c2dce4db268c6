"""The shop on AWS: its real stacks, deployed into the emulator, and its functions called over HTTP.

``make test-aws`` runs these tests apart from the others. With ``CARTWHEEL_TEST_DEPLOYMENT`` they use stacks
that stand already, at that address of an emulator, and change nothing about them.
"""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop
from tests.plugins.engines import absent
from tests.support.deployment import Deployment
from tests.support.emulator import PYTHON, running_emulator
from tests.support.project import ROOT

INFRA = ROOT / ".venv-infra" / "bin" / "python"

SENDER = "shop@shop.example"

SYNTHESIZE = f"""
import sys
from pathlib import Path
from infra.shop import ShopData
from infra.templates import write

options = {{"stage": "dev", "mail_from": "{SENDER}", "alarms": "true"}}
write(Path(sys.argv[1]), options, ShopData.load(Path(sys.argv[2])))
"""


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """All stacks of a dev shop, as ``make templates`` writes them."""
    if standing := os.environ.get("CARTWHEEL_TEST_DEPLOYMENT"):
        yield Deployment.standing(standing)
        return
    if not INFRA.exists() or not PYTHON.exists():
        absent("What deploys to the emulator (make test-aws)")
    folder = tmp_path_factory.mktemp("aws")
    archive, templates = folder / "code.zip", folder / "templates"
    _run(
        sys.executable,
        "scripts/build_lambda.py",
        "--platform",
        "here",
        "--compile",
        "--zip",
        archive,
        folder / "code",
    )
    _run(sys.executable, "scripts/describe_shop.py", folder / "shop.json")
    _run(INFRA, "-c", SYNTHESIZE, templates, folder / "shop.json")
    with running_emulator(folder, guarded=True) as endpoint:
        yield Deployment.new(endpoint, templates, archive)


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture
async def shop(deployment: Deployment, tmp_path: Path) -> AsyncIterator[Shop]:
    """The same shop from within: over the tables and queues of the deployment, which are emptied before."""
    async with deployment.shop(tmp_path) as opened:
        yield opened


@pytest.fixture
async def http(deployment: Deployment, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001
    """A client of the API, through API Gateway. Takes the emptied ``shop`` first."""
    async with httpx.AsyncClient(base_url=deployment.url, timeout=60) as made:
        yield made


@pytest.fixture
def clock() -> ManualClock:
    """What journeys ask for: here time goes by itself."""
    return ManualClock(datetime.now(UTC))
