"""Starting is cheap, and the core is independent of every engine: held by importing it in a fresh process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import PACKAGE

# Processor time of the whole process, not wall time, so that a busy machine does not fail it. Python alone
# takes 0.02 s; pydantic is most of the rest. Measured when set: 0.16 s.
CEILING_SECONDS = 0.4

FOREIGN = {"aiobotocore", "boto3", "botocore", "fastapi", "granian", "mangum", "sqlalchemy", "starlette"}

PROBE = """
import importlib, json, sys, time
for name in sys.argv[1:]:
    importlib.import_module(name)
packages = {name.partition(".")[0] for name in sys.modules}
print(json.dumps({"seconds": time.process_time(), "packages": sorted(packages)}))
"""


def _kernel() -> list[str]:
    return [f"cartwheel.kernel.{path.stem}" for path in sorted((PACKAGE / "kernel").glob("[a-z]*.py"))]


def _import_alone(modules: list[str]) -> tuple[float, set[str]]:
    """The processor time in seconds of a process that only imports the modules, and what it has loaded."""
    command = [sys.executable, "-c", PROBE, *modules]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer["seconds"], set(answer["packages"])


@pytest.mark.parametrize("modules", [_kernel(), ["cartwheel.storage.port"]], ids=["kernel", "storage port"])
def test_the_core_imports_quickly_and_without_engines(modules: list[str]) -> None:
    runs = [_import_alone(modules) for _ in range(3)]
    assert min(seconds for seconds, _ in runs) < CEILING_SECONDS
    assert runs[0][1] & FOREIGN == set()


AWS = {"aiobotocore", "aiohttp", "boto3", "botocore"}

SHOP = """
import json, pathlib, sys
from cartwheel.settings import Settings
from cartwheel.shop import assemble
shop = assemble(Settings(data=pathlib.Path(sys.argv[1])))
shop.subscriptions, shop.identity, shop.system
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_a_shop_without_services_of_aws_loads_nothing_of_aws(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SHOP, str(tmp_path)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert set(json.loads(answer)) & AWS == set()
