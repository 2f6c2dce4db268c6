"""The shop on AWS: its real stacks, deployed into the emulator, and its functions called over HTTP.

``make test-aws`` runs these tests apart from the others. With ``CARTWHEEL_TEST_DEPLOYMENT`` they use stacks
that stand already, at that address of an emulator, and change nothing about them.
"""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
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

SYNTHESIZE = """
import json, sys
from pathlib import Path
from infra.shop import ShopData
from infra.templates import write

write(Path(sys.argv[1]), json.loads(sys.argv[2]), ShopData.load(Path(sys.argv[3])))
"""

DEV = {"stage": "dev", "mail_from": SENDER, "alarms": "true"}

HERE = Path(__file__).parent

Synthesize = Callable[[dict[str, str]], Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The shop's code runs elsewhere: what holds a loop here are the tests' own clients of AWS."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow_callbacks_ok(reason="clients of AWS, made by the test"))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of all functions, for this machine."""
    if not INFRA.exists() or not PYTHON.exists():
        absent("What deploys to the emulator (make test-aws)")
    folder = tmp_path_factory.mktemp("code")
    build = (sys.executable, "scripts/build_lambda.py", "--platform", "here", "--compile")
    _run(*build, "--zip", folder / "code.zip", folder / "code")
    return folder / "code.zip"


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """Makes the templates of all stacks with some options, in a folder, as ``make templates`` does."""
    described = tmp_path_factory.mktemp("shop") / "shop.json"
    _run(sys.executable, "scripts/describe_shop.py", described)

    def synthesized(options: dict[str, str]) -> Path:
        folder = tmp_path_factory.mktemp("templates") / options["stage"]
        _run(INFRA, "-c", SYNTHESIZE, folder, json.dumps(options), described)
        return folder

    return synthesized


@pytest.fixture(scope="session")
def templates(synthesize: Synthesize) -> Path:
    """All stacks of a dev shop."""
    return synthesize(DEV)


@pytest.fixture(scope="session")
def deployment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """A dev shop that all tests share."""
    if standing := os.environ.get("CARTWHEEL_TEST_DEPLOYMENT"):
        yield Deployment.standing(standing)
        return
    archive, templates = request.getfixturevalue("archive"), request.getfixturevalue("templates")
    with running_emulator(tmp_path_factory.mktemp("aws"), guarded=True) as endpoint:
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
