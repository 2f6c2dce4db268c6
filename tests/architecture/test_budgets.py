"""The size budgets of style: what outgrows its budget is two things. Split it, do not raise the budget."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.project import PACKAGE, ROOT, adapters, domains, files, python_files

CODE = ("src", "tests", "infra", "benchmarks", "scripts")

FILE_LINES = 400
FUNCTION_LINES = 50
PORT_METHODS = 10
DOMAIN_FILES = 10
ENTRY_POINT_LINES = 100

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _nodes(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in python_files(*folders):
        for node in ast.walk(ast.parse(path.read_bytes())):
            yield path, node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end. The docstring is free: nobody shall save on it."""
    first, last = function.body[0], function.body[-1]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    docstring_lines = (first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0
    return (last.end_lineno or last.lineno) - function.lineno + 1 - docstring_lines


def _is_port(node: ast.ClassDef) -> bool:
    bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    names = {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in bases}
    return bool(names & {"ABC", "Protocol"})


def test_no_file_is_too_long() -> None:
    too_long = {
        _name(path): _line_count(path) for path in python_files(*CODE) if _line_count(path) > FILE_LINES
    }
    assert too_long == {}


def test_no_function_is_too_long() -> None:
    functions = [(path, node) for path, node in _nodes(*CODE) if isinstance(node, FUNCTION)]
    too_long = {
        f"{_name(path)}:{node.lineno} {node.name}": _length(node)
        for path, node in functions
        if _length(node) > FUNCTION_LINES
    }
    assert too_long == {}


def test_no_port_is_too_wide() -> None:
    ports = [
        (path, node) for path, node in _nodes("src") if isinstance(node, ast.ClassDef) and _is_port(node)
    ]
    methods = {
        f"{_name(path)} {node.name}": {item.name for item in node.body if isinstance(item, FUNCTION)}
        for path, node in ports
    }
    assert {port: names for port, names in methods.items() if len(names) > PORT_METHODS} == {}


@pytest.mark.parametrize("domain", domains())
def test_no_domain_has_too_many_files(domain: str) -> None:
    # an adapter may be a folder: what is in there is the adapter's, not the domain's
    modules = [
        path.stem
        for path in python_files(f"src/cartwheel/{domain}")
        if path.stem not in adapters() and path.parent.name not in adapters()
    ]
    assert len(modules) <= DOMAIN_FILES, modules


def test_entry_points_only_hand_over() -> None:
    paths = [path for path in python_files("src") if path.is_relative_to(PACKAGE / "entrypoints")]
    too_long = {_name(path): _line_count(path) for path in paths if _line_count(path) > ENTRY_POINT_LINES}
    assert too_long == {}


# Put together here, so that this file does not contain them.
PACKAGE_INDEX_HOSTS = [
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
    )
]


def test_no_file_names_a_package_index() -> None:
    """Whoever builds Cartwheel chooses where packages come from; hashes vouch for what arrives."""
    found = [
        (_name(path), host)
        for path in files()
        for host in PACKAGE_INDEX_HOSTS
        if host in path.read_text(encoding="utf-8", errors="ignore")
    ]
    assert found == []


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-emulator.lock",
        "requirements-infra.lock",
        "requirements-lambda.lock",
        "requirements-load.lock",
    ],
)
def test_a_lock_names_packages_and_hashes_only(name: str) -> None:
    lines = [line.strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    assert lines
    assert [line for line in lines if not line.startswith("--hash=sha256:") and "==" not in line] == []
