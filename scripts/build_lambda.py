"""Builds what AWS Lambda runs: ``python scripts/build_lambda.py [--platform arm64|x86_64|here] [folder]``.

The folder holds the locked dependencies, the package, and nothing that a function never loads: no web server,
no SQL library, no command line, and of botocore only the services that the shop speaks to. The same sources
make the same bytes. Docker is not needed: uv picks the wheels of another machine by name.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements-lambda.lock"
PACKAGE = ROOT / "src" / "cartwheel"

PYTHON = "3.13"
"""The Python of Lambda that functions run on."""

PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
"""By Lambda's names, what uv calls them. Lambda's Python 3.13 has glibc 2.34."""

LEFT_OUT = frozenset({"alembic", "granian", "rich", "sqlalchemy", "typer", "uvloop"})
"""Requirements of the package that only other topologies load: SQL, the web server, the command line."""

UNUSED_PARTS = ("cloud", "entrypoints/cli", "entrypoints/demo", "storage/sql", "web")
"""Parts of the package that need them, or that functions have no use for."""

SERVICES = frozenset(
    {
        "apigatewaymanagementapi",
        "cognito-idp",
        "dynamodb",
        "s3",
        "secretsmanager",
        "ses",
        "sesv2",
        "sns",
        "sqs",
        "stepfunctions",
        "sts",
    }
)
"""Of the 400 services that botocore describes, those that the shop calls."""

_NEVER_LOADED = (
    "PIL/_imagingft.*",
    "babel/messages",
    "cffi",
    "dns",
    "dnspython-*",
    "pillow.libs/libbrotli*",
    "pillow.libs/libfreetype*",
    "pillow.libs/libharfbuzz*",
    "pillow.libs/libpng16*",
    "pycparser*",
)
"""Of what is installed: what writes on pictures, translates programs, compiles C, and asks who takes mail."""

# What an installer writes about itself, and what only type checkers read.
_IDLE = ("*.pyi", "*.dist-info/INSTALLER", "*.dist-info/RECORD", "*.dist-info/REQUESTED")

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip file can hold, for all of its entries."""


def main() -> None:
    """Builds, and says how large it is."""
    parser = argparse.ArgumentParser(description="Build what AWS Lambda runs.")
    parser.add_argument("--platform", choices=[*PLATFORMS, "here"], default="arm64")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, help="for faster cold starts")
    parser.add_argument("--zip", type=Path, help="also write it as a zip file")
    parser.add_argument("--requirements", action="store_true", help="only print what `make lock` pins")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build" / "lambda")
    options = parser.parse_args()
    if options.requirements:
        print("\n".join(requirements()))
        return
    wanted = options.platform != "here" if options.compile is None else options.compile
    build(options.folder, options.platform, compiler=_compiler(options.platform) if wanted else None)
    size = sum(path.stat().st_size for path in options.folder.rglob("*") if path.is_file())
    print(f"{options.folder}: {size / 1e6:.1f} MB for {options.platform}, {digest(options.folder)[:12]}")
    if options.zip:
        pack(options.folder, options.zip)
        print(f"{options.zip}: {options.zip.stat().st_size / 1e6:.1f} MB")


def requirements() -> list[str]:
    """What the package needs on Lambda, as ``pyproject.toml`` says it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["aws"]]
    return [one for one in wanted if _name(one) not in LEFT_OUT]


def _name(requirement: str) -> str:
    return requirement.split(";")[0].split(">")[0].split("[")[0].split("=")[0].strip().lower()


def build(folder: Path, platform: str, compiler: str | None = None) -> None:
    """Replaces ``folder``, at the very end: one that exists is whole.

    A function cannot keep what it compiles, and would do so at every cold start: ``compiler`` is the Python
    that does it beforehand, which halves the time until the first answer.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".lambda-") as made:
        install(Path(made), LOCK, platform, PYTHON)
        _drop_idle(Path(made))
        shutil.copytree(PACKAGE, Path(made) / "cartwheel", ignore=_ignored)
        if compiler:
            _compile(Path(made), compiler)
        Path(made).chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        Path(made).rename(folder)
        Path(made).mkdir()  # for the clean-up to find


def install(folder: Path, lock: Path, platform: str, python: str) -> None:
    """Puts what ``lock`` names into ``folder``, for machines of a platform with that Python.

    Without descriptions of services and languages that the shop never asks for.
    """
    command = [_uv(), "pip", "install", "--quiet", "--no-config", "--target", str(folder)]
    command += ["--require-hashes", "--requirement", str(lock), "--only-binary", ":all:", "--no-deps"]
    if platform == "here":
        command += ["--python", sys.executable]
    else:
        command += ["--python-platform", PLATFORMS[platform], "--python-version", python]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{lock.name} could not be installed for {platform}:\n{done.stderr}")
    drop_unused(folder)


def drop_unused(folder: Path) -> None:
    """Removes from ``folder`` what the shop never loads: what botocore knows of services that it does not
    call, what Babel does of languages that it does not write in (amounts for people of others are written in
    one that it does), and parts of libraries.
    """
    for path in (folder / "botocore" / "data").iterdir():
        if path.is_dir() and path.name not in SERVICES:
            shutil.rmtree(path)
    languages = {path.name for path in (PACKAGE / "notifications" / "templates").iterdir() if path.is_dir()}
    for path in (folder / "babel" / "locale-data").glob("*.dat"):
        if path.stem.partition("_")[0] not in {"root", *languages}:
            path.unlink()
    remove(folder, *_NEVER_LOADED)


def remove(folder: Path, *patterns: str) -> None:
    """Removes the files and folders in ``folder`` that a pattern fits."""
    for path in [path for pattern in patterns for path in folder.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _compiler(platform: str) -> str | None:
    """A Python of the version that functions run on; ``None`` where this machine has none."""
    if platform == "here":
        return sys.executable
    command = [_uv(), "python", "find", "--no-config", "--no-python-downloads", "--system", PYTHON]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    if not found:
        print(f"There is no Python {PYTHON} here to compile with: cold starts will take twice as long.")
    return found or None


def _compile(folder: Path, compiler: str) -> None:
    """Beside each source its code, which is taken without a look at the source: the same bytes each time."""
    command = [compiler, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", "/var/task", str(folder)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # not all sources are for this version


def _uv() -> str:
    """The uv of the development environment, of this interpreter, or of the machine."""
    places = [Path(sys.executable).parent, ROOT / ".venv" / "bin", ROOT / ".venv-lock" / "bin"]
    found = next((str(place / "uv") for place in places if (place / "uv").exists()), shutil.which("uv"))
    if found is None:
        sys.exit("uv is missing: `make lambda` installs it, or pip install uv")
    return found


def _drop_idle(folder: Path) -> None:
    remove(folder, *(f"**/{pattern}" for pattern in _IDLE), "bin", ".lock", "**/__pycache__")


def _ignored(folder: str, names: list[str]) -> set[str]:
    inside = Path(folder).relative_to(PACKAGE)
    return {name for name in names if name == "__pycache__" or (inside / name).as_posix() in UNUSED_PARTS}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    yield from sorted(
        (path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()
    )


def digest(folder: Path) -> str:
    """The same for the same names and contents."""
    told = hashlib.sha256()
    for name, path in _files(folder):
        told.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return told.hexdigest()


def pack(folder: Path, target: Path) -> None:
    """Writes the folder as a zip file: the same bytes for the same content."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in _files(folder):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    main()
