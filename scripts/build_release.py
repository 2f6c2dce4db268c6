"""Packs what an instance runs: ``python -m scripts.build_release [--platform arm64|x86_64|here] [folder]``.

The archive holds the locked dependencies, the package with its pages, and the units of systemd. It is named
by the SHA-256 of its bytes, so that whoever fetches it by its name can tell whether it is whole. The same
sources make the same bytes. uv picks the wheels of another machine by name.
"""

import argparse
import gzip
import hashlib
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from scripts.build_image import LOCK, PACKAGE, PAGES, ROOT
from scripts.build_lambda import PLATFORMS, install, remove

PYTHON = "3.11"
"""Of Amazon Linux 2023, as ``infra/instances`` starts it."""

UNITS = ROOT / "infra" / "instances"


def main() -> None:
    """Packs, and prints the name."""
    parser = argparse.ArgumentParser(description="Pack what an instance runs.")
    parser.add_argument("--platform", choices=[*PLATFORMS, "here"], default="arm64")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build" / "release")
    options = parser.parse_args()
    if not PAGES.is_dir():
        sys.exit("The shop's pages are not built: make web")
    path = build(options.folder, options.platform)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB for {options.platform}")


def build(folder: Path, platform: str) -> Path:
    """Leaves one archive in ``folder``: the path of it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as made:
        lib = Path(made) / "lib"
        install(lib, LOCK, platform, PYTHON)
        _drop_idle(lib)
        shutil.copytree(PACKAGE, lib / "cartwheel", ignore=shutil.ignore_patterns("__pycache__", "web"))
        shutil.copytree(PAGES, lib / "cartwheel" / "web")
        shutil.copytree(UNITS, Path(made) / "instances")
        archive = folder / "made"
        pack(Path(made), archive)
    return archive.rename(folder / f"{hashlib.sha256(archive.read_bytes()).hexdigest()}.tar.gz")


def pack(folder: Path, target: Path) -> None:
    """Writes the folder as an archive: the same bytes for the same content."""
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        for path in sorted(folder.rglob("*")):
            archive.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_of_nobody)


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


def _drop_idle(folder: Path) -> None:
    remove(folder, "bin", ".lock", "**/__pycache__", "*.dist-info/RECORD", "*.dist-info/INSTALLER")


if __name__ == "__main__":
    main()
