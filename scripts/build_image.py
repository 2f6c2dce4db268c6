"""Builds what a container runs: ``python -m scripts.build_image [folder]``.

The folder holds the locked dependencies for this machine and this Python, as code without its source, the
package with its pages, and nothing that a running shop never loads. The Dockerfile runs this, and so does a
machine without Docker: then ``PYTHONPATH=build/image python -m cartwheel serve`` is what the container would
be.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.build_lambda import drop_unused, remove

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements-image.lock"
PACKAGE = ROOT / "src" / "cartwheel"
PAGES = ROOT / "web" / "dist"

_IDLE = ("*.c", "*.h", "*.proto", "*.pxd", "*.pyi", "*.pyx", "*.dist-info/RECORD", "*.dist-info/REQUESTED")
"""Sources of what is compiled, and what only compilers, type checkers and installers read."""

_UNUSED = (
    "*/testing",
    "*/tests",
    "asyncmy/**/tests",
    "bin",
    "sqlalchemy/dialects/mssql",
    "sqlalchemy/dialects/oracle",
    "uvloop/_testbase.py",
)

_LEXERS = {"__init__.py", "_mapping.py", "python.py", "special.py"}
"""What the command line shows its own errors in color with."""


def main() -> None:
    """Builds, and says how large it is."""
    parser = argparse.ArgumentParser(description="Build what a container runs.")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build" / "image")
    folder = parser.parse_args().folder
    if not PAGES.is_dir():
        sys.exit("The shop's pages are not built: make web")
    build(folder)
    print(f"{folder}: {size_mb(folder):.0f} MB")


def build(folder: Path) -> None:
    """Replaces ``folder``, at the very end: one that exists is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".image-") as made:
        target = Path(made)
        _install(target)
        _drop_idle(target)
        compile_all(target, "/app", "-b")
        for source in target.rglob("*.py"):
            if source.with_suffix(".pyc").exists():  # not all are for this version
                source.unlink()
        package = target / "cartwheel"
        shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "web"))
        shutil.copytree(PAGES, package / "web")
        compile_all(package, "/app/cartwheel")
        target.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        target.rename(folder)
        target.mkdir()  # for the clean-up to find


def size_mb(folder: Path) -> float:
    """What the files take, in millions of bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _install(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    command += ["--target", str(folder), "--require-hashes", "--requirement", str(LOCK)]
    command += ["--only-binary", ":all:", "--no-deps"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{LOCK.name} could not be installed:\n{done.stderr}")


def _drop_idle(folder: Path) -> None:
    drop_unused(folder)
    remove(folder, *(f"**/{pattern}" for pattern in _IDLE), *_UNUSED)
    for path in folder.glob("pygments/lexers/*.py"):
        if path.name not in _LEXERS:
            path.unlink()
    strip(folder)


def strip(folder: Path) -> None:
    """Takes out of libraries what only debuggers and linkers read."""
    if program := shutil.which("strip"):
        libraries = [path for path in folder.rglob("*.so*") if not path.is_symlink()]
        subprocess.run([program, "--strip-unneeded", *libraries], stderr=subprocess.DEVNULL, check=False)


def compile_all(folder: Path, place: str, *options: str) -> None:
    """Puts beside each source its code, taken without a look at the source: a container keeps nothing.

    Errors will say that the source is at ``place``.
    """
    command = [sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", place, *options, str(folder)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # not all sources are for this version


if __name__ == "__main__":
    main()
