"""Puts into a folder what of Debian and of Python a shop runs on: ``python -m scripts.build_root folder``.

With what `scripts.build_image` made inside it, the folder becomes the whole of an image: the interpreter that
runs this, its library, the shared libraries that it and the shop load, certificates and time zones. There is
no shell and no package manager. Scanners of vulnerabilities find the records of the packages that libraries
are taken from.
"""

import argparse
import re
import shutil
import ssl
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from scripts.build_image import compile_all, size_mb, strip

USER = 10001
"""As whom the shop runs, and its group."""

_UNUSED = (
    "__pycache__",
    "_curses*.so",
    "_test*.so",
    "_tkinter*.so",
    "config-*",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "readline*.so",
    "site-packages",
    "test",
    "tests",
    "tkinter",
    "turtle*",
)
"""Of Python's library, what teaches, tests, installs, or needs a terminal or a window."""

_CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"

_DATA = ("etc/debian_version", "etc/ld.so.cache", "etc/os-release", "usr/share/zoneinfo", _CERTIFICATES)

_WRITTEN = {
    "etc/group": f"root:x:0:\ncartwheel:x:{USER}:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
    "etc/passwd": f"root:x:0:0::/:\ncartwheel:x:{USER}:{USER}::/data:\n",
}

_MOUNTED = ("data", "dev", "proc", "sys", "tmp")


def main() -> None:
    """Builds, and says how large all of it is."""
    parser = argparse.ArgumentParser(description="Add to a folder what of this machine a shop runs on.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.resolve()
    build(folder)
    print(f"{folder}: {size_mb(folder):.0f} MB, with nothing beneath it")


def build(folder: Path) -> None:
    """Adds to ``folder`` what the programs in it need."""
    for place in Path("/").iterdir():  # /lib is /usr/lib
        if place.is_symlink() and place.readlink() == Path("usr") / place.name:
            (folder / "usr" / place.name).mkdir(parents=True, exist_ok=True)
            (folder / place.name).symlink_to(place.readlink())
    _copy_python(folder)
    libraries = needed(folder)
    for library in libraries:
        _copy(library, folder)
    strip(folder)
    _copy_data(folder)
    _record(libraries, folder)


def _copy_python(folder: Path) -> None:
    library = Path(sysconfig.get_path("stdlib"))
    target = folder / library.relative_to("/")
    shutil.copytree(library, target, ignore=shutil.ignore_patterns(*_UNUSED))
    compile_all(target, str(library))
    program = Path(sys.base_prefix, "bin", "python{}.{}".format(*sys.version_info))
    _copy(program, folder)
    for name in ("python", "python3"):
        (folder / program.relative_to("/")).with_name(name).symlink_to(program.name)


def needed(folder: Path) -> set[Path]:
    """The libraries outside of ``folder`` that programs and libraries in it are linked with, and theirs."""
    programs = [path for path in folder.rglob("*") if ".so" in path.name or path.parent.name == "bin"]
    told = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
    if missing := re.findall(r"\S+ => not found", told):
        sys.exit(f"Not on this machine: {sorted(set(missing))}")
    found = {Path(path) for path in re.findall(r"(/\S+) \(0x", told)}
    return {path for path in found if not path.is_relative_to(folder)}


def _copy_data(folder: Path) -> None:
    for name in _DATA:
        _copy(Path("/") / name, folder)
    trusted = folder / Path(ssl.get_default_verify_paths().openssl_cafile).relative_to("/")
    trusted.parent.mkdir(parents=True, exist_ok=True)
    trusted.symlink_to(f"/{_CERTIFICATES}")
    for name, text in _WRITTEN.items():
        (folder / name).write_text(text)
    for name in _MOUNTED:
        (folder / name).mkdir()
    (folder / "tmp").chmod(0o1777)


def _record(libraries: Iterable[Path], folder: Path) -> None:
    """Copies what Debian's packages say about themselves, and their licenses."""
    files = {str(path) for library in libraries for path in (library, library.resolve())}
    told = subprocess.run(["dpkg", "--search", *files], capture_output=True, text=True, check=False).stdout
    records = folder / "var/lib/dpkg/status.d"
    records.mkdir(parents=True)
    for package in {line.partition(":")[0] for line in told.splitlines()}:
        status = subprocess.run(["dpkg", "--status", package], capture_output=True, text=True, check=True)
        (records / package).write_text(status.stdout)
        _copy(Path("/usr/share/doc", package, "copyright"), folder)


def _copy(source: Path, folder: Path) -> None:
    target = folder / source.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy(source, target)


if __name__ == "__main__":
    main()
