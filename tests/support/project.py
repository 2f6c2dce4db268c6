"""The repository as data, for the tests of its own shape."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "cartwheel"


@cache
def files() -> list[Path]:
    """Every file that is, or could next be, committed; what .gitignore names is left out."""
    # A clone made by another user (a CI container) is not "safe" to git unless told so.
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (ROOT / name for name in listing.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def python_files(*folders: str) -> list[Path]:
    """The Python files below the given folders of the repository."""
    roots = [ROOT / folder for folder in folders]
    return [
        path for path in files() if path.suffix == ".py" and any(path.is_relative_to(root) for root in roots)
    ]


@cache
def layers(contract: str) -> list[list[str]]:
    """The layers of an import contract in pyproject.toml, top first, each as the names that share it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {entry["id"]: entry for entry in settings["tool"]["importlinter"]["contracts"]}
    return [[name.strip(" ()") for name in layer.split("|")] for layer in contracts[contract]["layers"]]


def domains() -> list[str]:
    """The names of all planned domains: the layers between settings and the kits."""
    names = [name for layer in layers("layers") for name in layer]
    return names[names.index("settings") + 1 : names.index("edge")]


def adapters() -> set[str]:
    """The file names that stand for an adapter: they share the top layer of a domain with its drivers."""
    return set(layers("inside-a-domain")[0]) - {"routes", "tasks"}
