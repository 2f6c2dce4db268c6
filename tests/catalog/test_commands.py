"""`cartwheel import` and `cartwheel export`, on a shop in a folder of its own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cartwheel.entrypoints.cli.catalogue import app

pytestmark = pytest.mark.usefixtures("shop_of_commands")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def _write(name: str, *lines: object) -> None:
    Path(name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def test_in_and_out_and_in_again() -> None:
    _write("in.jsonl", *({"productId": f"p-{n}", "name": f"Shoe {n}", "price": 1.5} for n in range(3)))
    result = _run("import", "in.jsonl", "--dry-run")
    assert "Nothing is written. This would happen: 3 created" in result.output
    result = _run("import", "in.jsonl")
    assert result.exit_code == 0
    assert "Done: 3 created, 0 updated, 0 unchanged, 0 rejected" in result.output
    for name in ("out.jsonl", "out.csv"):
        assert "3 products are in" in _run("export", name).output
        assert "Done: 0 created, 0 updated, 3 unchanged, 0 rejected" in _run("import", name).output
    assert not list(Path().glob("*.part"))


def test_rejected_rows_are_told_and_reported() -> None:
    _write("in.jsonl", {"productId": "p-1", "name": "[bold]Shoe", "price": -1}, {"name": "Boot", "price": 1})
    result = _run("import", "in.jsonl", "--vendor", "vendor-1", "--report", "report.json")
    assert result.exit_code == 1
    assert "Done: 1 created, 0 updated, 0 unchanged, 1 rejected" in result.output
    reason = "price: Input should be greater than or equal to 0"
    assert reason in result.output
    assert json.loads(Path("report.json").read_text(encoding="utf-8")) == [
        {"line": 1, "key": "p-1", "reason": reason}
    ]


def test_text_in_another_encoding_loses_its_own_row_only() -> None:
    rows = [b"Handle,Title,Variant Price", b"a,Caf\xe9,1", "b,Café,1".encode()]
    Path("in.csv").write_bytes("\ufeff".encode() + b"\n".join(rows))
    result = _run("import", "in.csv", "--report", "report.csv")
    assert "Done: 1 created, 0 updated, 0 unchanged, 1 rejected" in result.output
    assert Path("report.csv").read_text(encoding="utf-8").startswith("line,key,reason\n2,a,")


@pytest.mark.parametrize(
    "arguments", [("import", "missing.csv"), ("import", "in.txt"), ("export", "out.yaml"), ("export", "out")]
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...]) -> None:
    Path("in.txt").touch()
    assert _run(*arguments).exit_code == 2
    assert _run("import", "in.txt", "--format", "csv").exit_code == 0
