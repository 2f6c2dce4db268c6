"""What the Dockerfile puts into the image, made for this machine: it runs, and holds nothing else."""

import os
import re
import shutil
import signal
import subprocess
import sys
from ast import literal_eval
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from cartwheel.notifications import LANGUAGES
from cartwheel.notifications.rendering import money
from scripts.build_image import size_mb
from scripts.build_root import build
from tests.plugins.engines import absent
from tests.support.processes import ShopProcess, free_port, settings_of, wait_until_ready
from tests.support.project import ROOT

MB = 1_000_000

LIMIT = 180 * MB
"""Unpacked, of all that an image holds."""

CONFINED = """
mount --rbind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --bind "$data" "$root/data"
mount --rbind /dev "$root/dev"
mount --rbind /proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
exec unshare --user --map-user=10001 --map-group=10001 --root="$root" --wd=/data "$@"
"""
"""What ``docker run --read-only --tmpfs /tmp --volume $data:/data`` does, as far as a shell can."""


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


@pytest.fixture(scope="session")
def root(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that an image holds, with this environment's Python."""
    if not all(shutil.which(program) for program in ("dpkg", "ldd", "unshare")):
        absent("A Debian")
    folder = tmp_path_factory.mktemp("root")
    shutil.copytree(image, folder / "app", symlinks=True)
    build(folder)
    return folder


def confined(root: Path, data: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """Python in that root, which it cannot write to, as the user of the image."""
    namespace = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode:
        absent("The right to make a root of one's own")
    inside = {"PATH": f"{sys.base_prefix}/bin:{os.environ['PATH']}", "PYTHONPATH": "/app"}
    return subprocess.Popen(
        [*namespace, "sh", "-euc", CONFINED, "sh", "python", *arguments],
        env={"root": str(root), "data": str(data), "PYTHONDONTWRITEBYTECODE": "1"} | inside | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )


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


def test_libraries_are_there_as_code_alone_and_the_shop_with_its_source(image: Path) -> None:
    sources = {path for path in image.rglob("*.py") if not path.is_relative_to(image / "cartwheel")}
    assert not sources
    assert (image / "cartwheel" / "shop.py").is_file()
    program = "import fastapi; print(fastapi.applications.FastAPI.__init__.__code__.co_filename)"
    assert run(image, program).stdout == "/app/fastapi/applications.py\n"


def test_every_part_of_the_shop_finds_what_it_imports(image: Path) -> None:
    program = (
        "import importlib, pkgutil, cartwheel\n"
        "for found in pkgutil.walk_packages(cartwheel.__path__, 'cartwheel.'):\n"
        "    if not found.name.endswith(('.__main__', '.asgi', '.env')) and '.lambda_' not in found.name:\n"
        "        importlib.import_module(found.name); print(found.name)"
    )
    assert "cartwheel.storage.dynamodb.engine" in run(image, program).stdout.split()


def test_it_serves_from_a_root_that_it_cannot_write_to(root: Path, tmp_path: Path) -> None:
    port = free_port()
    settings = {"CARTWHEEL_PORT": str(port), "CARTWHEEL_DATA": "/data", "CARTWHEEL_TOPOLOGY": "containers"}
    process = confined(root, tmp_path, "-m", "cartwheel", "serve", "--no-demo", **settings)
    try:
        wait_until_ready(port)
        assert "<title>" in httpx.get(f"http://127.0.0.1:{port}/").text
        process.terminate()
        assert "Cartwheel opens at" in process.communicate(timeout=30)[0]
        assert process.returncode == 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert (tmp_path / "shop.db").is_file()


def test_who_runs_it_what_it_trusts_and_where_it_may_write(root: Path, tmp_path: Path) -> None:
    program = """
import os, ssl, zoneinfo
from pathlib import Path
print(os.getuid(), Path.home(), len(ssl.create_default_context().get_ca_certs()) > 100)
print(zoneinfo.ZoneInfo("Europe/Zurich"))
for folder in ("/", "/app", "/etc", "/data", "/tmp"):
    try:
        Path(folder, "written").touch()
        print(folder)
    except OSError:
        pass
"""
    told, _ = confined(root, tmp_path, "-c", program).communicate(timeout=30)
    assert told == "10001 /data True\nEurope/Zurich\n/data\n/tmp\n"


def test_everybody_may_read_it(root: Path) -> None:
    modes = {path: path.stat().st_mode for path in root.rglob("*") if not path.is_symlink()}
    assert [path for path, mode in modes.items() if not mode & 0o004 or mode & 0o6000] == []


def test_scanners_are_told_whose_libraries_these_are(root: Path) -> None:
    records = {path.name: path.read_text() for path in (root / "var/lib/dpkg/status.d").iterdir()}
    assert records.keys() >= {"libc6", "libssl3", "libstdc++6"}
    assert all(text.startswith(f"Package: {name}\n") for name, text in records.items())
    assert all((root / "usr/share/doc" / name / "copyright").is_file() for name in records)


def test_it_is_small(root: Path) -> None:
    assert size_mb(root) * MB <= LIMIT
