"""What the Dockerfile puts into the image, made for this machine: it runs, and holds nothing else."""

import re
import subprocess
import sys
import tarfile
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cartwheel.notifications import LANGUAGES
from cartwheel.notifications.rendering import money
from tests.support.processes import ShopProcess, free_port, settings_of, wait_until_ready
from tests.support.project import ROOT

MB = 1_000_000

BASE_PULLED = 45 * MB
"""What the registry sends for ``python:3.13-slim``, compressed (2026-11)."""


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("image") / "app"
    done = subprocess.run(
        [sys.executable, "-m", "scripts.build_image", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def server(image: Path, tmp_path: Path) -> Iterator[int]:
    """``cartwheel serve`` of the image's folder alone: of this environment it has the interpreter only."""
    port = free_port()
    more = {"PYTHONPATH": str(image), "CARTWHEEL_SERVICES": "products,desk"}
    process = ShopProcess(["serve", "--no-demo"], settings_of(tmp_path, port) | more, ("-S",))
    process.start()
    yield port
    process.kill()


def run(image: Path, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs a program with what is in the image alone."""
    return subprocess.run(
        [sys.executable, "-S", "-c", program, *arguments],
        env={"PYTHONPATH": str(image)},
        capture_output=True,
        text=True,
        check=check,
    )


def test_it_serves_the_api_and_the_pages(server: int) -> None:
    wait_until_ready(server)
    with httpx.Client(base_url=f"http://127.0.0.1:{server}") as http:
        assert http.get("/api/health").json()["status"] == "ok"
        assert http.get("/api/products").json() == []
        assert "<title>" in http.get("/").text
        assert http.get("/api/cart").status_code == 404  # not one of its services


def test_drivers_of_every_store_are_there(image: Path) -> None:
    modules = "asyncmy, asyncpg, redis.asyncio, aiobotocore.session, tantivy, uvloop, argon2, PIL.Image"
    told = run(image, f"import {modules}; print(asyncpg.__file__)")
    assert Path(told.stdout.strip()).is_relative_to(image)


def test_what_developers_use_is_not(image: Path) -> None:
    there = {path.name.partition("-")[0].lower() for path in image.iterdir()}
    assert there >= {"cartwheel", "fastapi", "granian", "redis", "sqlalchemy"}
    assert not there & {
        "pytest",
        "_pytest",
        "mypy",
        "ruff",
        "hypothesis",
        "playwright",
        "pip",
        "setuptools",
        "uv",
    }
    assert not [*image.rglob("*.c"), *image.rglob("*.pyx"), *image.glob("*/testing"), *image.glob("*/tests")]


def test_mails_are_written_in_every_language_and_others_are_left_out(image: Path) -> None:
    kept = {path.stem.partition("_")[0] for path in (image / "babel" / "locale-data").glob("*.dat")}
    assert kept == {"root", *LANGUAGES}
    locales = ("en-GB", "de-CH", "fr-FR", "no locale")
    program = (
        "import sys; from cartwheel.notifications.rendering import money;"
        "print(ascii([money(123456, 'CHF', one) for one in sys.argv[1:]]))"
    )
    assert literal_eval(run(image, program, *locales).stdout) == [
        money(123456, "CHF", one) for one in locales
    ]


def test_the_command_line_shows_its_own_errors(image: Path) -> None:
    """In color, for which most of what brings the colors is left out."""
    program = (
        "import json; from rich.console import Console; from rich.traceback import Traceback\n"
        "try: json.loads('')\n"
        "except ValueError: Console(force_terminal=True).print(Traceback())"
    )
    told = run(image, program).stdout
    assert "JSONDecodeError" in told
    assert re.search(r"\x1b\[[\d;]*mraise\x1b", told)  # lines of code


def test_it_is_small(image: Path, tmp_path: Path) -> None:
    packed = tmp_path / "app.tar.gz"
    with tarfile.open(packed, "w:gz", compresslevel=6) as archive:
        archive.add(image, "app")
    assert packed.stat().st_size + BASE_PULLED <= 200 * MB
