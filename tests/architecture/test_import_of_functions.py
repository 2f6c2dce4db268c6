"""What a function of AWS Lambda imports before it can answer costs its first caller time."""

import os
import subprocess
import sys

from scripts.build_lambda import LEFT_OUT

CEILING = 2.6
"""The door's imports, measured in those of FastAPI alone, which it cannot do without.

Measured when set: 2.0 to 2.3 on a busy machine, more than half of it models of pydantic. The aim of 1.75
(350 ms where FastAPI takes 200) is missed. Models built at their first use (``defer_build``) were tried: the
application of the desk then takes twice as long to make, and that of products no less.
"""

PROBE = """
import importlib, sys, time
sys.modules.update(dict.fromkeys(sys.argv[1].split(",")))  # as in the artefact: they are not there
began = time.process_time()
for name in sys.argv[2:]:
    importlib.import_module(name)
print(time.process_time() - began)
"""

DOOR = (
    "mangum",
    "cartwheel.entrypoints.asgi",
    "cartwheel.entrypoints.lambda_process",
    "cartwheel.analytics.routes",
    "cartwheel.catalog.routes",
)
"""All that ``lambda_http`` imports, for products. It also makes the application, which SnapStart keeps."""


def _seconds(*modules: str) -> float:
    """Processor time that a fresh process needs to import them."""
    command = [sys.executable, "-c", PROBE, ",".join(LEFT_OUT), *modules]
    # compiled, as in the artefact: the first try writes what the others read
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)


def test_the_door_is_imported_quickly() -> None:
    door, fastapi = [], []
    for _ in range(7):  # a busy machine disturbs some of the tries: the best of each are compared
        door.append(_seconds(*DOOR))
        fastapi.append(_seconds("fastapi"))
        if min(door) / min(fastapi) < CEILING:
            return
    raise AssertionError(f"The door takes {min(door):.3f} s to import, FastAPI {min(fastapi):.3f} s.")


ROUTES = """
import sys
from cartwheel.entrypoints.api import create_app
from cartwheel.settings import Settings
from cartwheel.shop import assemble

create_app(assemble(Settings(database="sqlite:///:memory:", secret="s" * 40)), {"products"})
print(*(name for name in sys.modules if name.startswith("cartwheel.") and name.endswith(".routes")))
"""


def test_a_service_imports_no_routes_but_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", ROUTES], check=True, capture_output=True, text=True)
    assert set(done.stdout.split()) == {
        "cartwheel.accounts.routes",  # who is calling is asked everywhere
        "cartwheel.analytics.routes",
        "cartwheel.catalog.routes",
        "cartwheel.payments.sandbox.routes",  # the provider brings its own
    }
