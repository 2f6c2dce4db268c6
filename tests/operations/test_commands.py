"""`cartwheel jobs` and `cartwheel queues`, on a shop in a folder of its own."""

import pytest
from typer.testing import CliRunner, Result

from cartwheel.entrypoints.cli import app

pytestmark = pytest.mark.usefixtures("shop_of_commands")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def _row(listing: str, name: str) -> list[str]:
    """The cells of a row of a printed table."""
    line = next(line for line in listing.splitlines() if name in line)
    return [cell.strip() for cell in line.strip("│ ").split("│")]


def test_a_job_is_run_and_its_run_is_listed() -> None:
    before = _run("jobs", "list")
    assert before.exit_code == 0
    assert _row(before.output, "expired-rows")[1] == "0:05:00"
    assert len([cell for cell in _row(before.output, "expired-rows") if cell]) == 3
    ran = _run("jobs", "run", "expired-rows")
    assert (ran.exit_code, ran.output.startswith("expired-rows dealt with 0 in ")) == (0, True)
    cells = _row(_run("jobs", "list").output, "expired-rows")
    assert cells[4].endswith(" ms")
    assert cells[5] == "0"


def test_an_unknown_job_is_named() -> None:
    result = _run("jobs", "run", "no-such-job")
    assert result.exit_code == 2
    assert "Job not found" in result.output


def test_queues_are_listed() -> None:
    result = _run("queues", "list")
    assert result.exit_code == 0
    assert _row(result.output, "imports")[:3] == ["imports", "0", "0"]
