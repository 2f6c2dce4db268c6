"""What Lambda gets: complete, small, the same every time, and without what a function never loads."""

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.project import ROOT

MOST_BYTES = 50_000_000
"""Of the zip file that may be sent to Lambda directly (Lambda quotas)."""

UNWANTED = ("alembic", "granian", "rich", "sqlalchemy", "typer", "uvloop")

Build = Callable[..., Path]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds for a platform into a folder of its own."""

    def built(platform: str, *options: str) -> Path:
        folder = tmp_path_factory.mktemp("artefact") / "lambda"
        command = [sys.executable, str(ROOT / "scripts" / "build_lambda.py"), "--platform", platform]
        done = subprocess.run([*command, *options, str(folder)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return folder

    return built


@pytest.fixture(scope="module")
def here(build: Build) -> Path:
    return build("here")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_artefact_is_for_lambda_s_machines_and_small_enough(build: Build, tmp_path: Path) -> None:
    packed = tmp_path / "lambda.zip"
    folder = build("arm64", "--zip", str(packed))
    assert packed.stat().st_size <= MOST_BYTES
    libraries = [path.name for path in folder.rglob("*.so") if "cpython" in path.name]
    assert "orjson.cpython-313-aarch64-linux-gnu.so" in libraries
    assert [name for name in libraries if "cpython-313-aarch64" not in name] == []
    # what cannot be compiled here is compiled at every cold start, but runs
    assert {path.name.split(".")[-2] for path in folder.rglob("*.pyc")} <= {"cpython-313"}


def test_the_artefact_leaves_out_what_functions_never_load(here: Path) -> None:
    assert {path.name for path in here.iterdir()} & {*UNWANTED, "bin"} == set()
    package = here / "cartwheel"
    assert not (package / "storage" / "sql").exists()
    assert not (package / "entrypoints" / "cli").exists()
    services = {path.name for path in (here / "botocore" / "data").iterdir() if path.is_dir()}
    assert services >= {"cognito-idp", "dynamodb", "s3", "sesv2", "sns", "sqs", "stepfunctions"}
    assert len(services) < 15


def test_the_artefact_needs_nothing_else(here: Path) -> None:
    """The API starts from the folder alone, in an interpreter that knows no other packages."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import cartwheel.entrypoints.api, cartwheel.storage.dynamodb, mangum\n"
        "from cartwheel.adapters import tables\n"
        "print(len(tables()) > 20, sorted({'sqlalchemy', 'granian', 'typer'} & {*sys.modules}))"
    )
    command = [sys.executable, "-I", "-S", "-B", "-c", program, str(here)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "True []\n", done.stderr


def test_the_same_sources_make_the_same_bytes(here: Path, build: Build) -> None:
    assert _files(build("here")) == _files(here)


def test_the_lock_names_what_the_package_needs_in_the_versions_of_the_other_locks() -> None:
    needed = _pinned("requirements-lambda.lock")
    assert needed.items() <= _pinned("requirements-dev.lock").items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {
        one.split(";")[0].split(">")[0].split("[")[0].strip()
        for one in [*project["dependencies"], *project["optional-dependencies"]["aws"]]
    }
    assert asked - needed.keys() == set(UNWANTED)


def _pinned(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" ")[0].split("==") for line in lines if "==" in line]
    return dict(pairs)
