"""A shop of its own for a test that runs commands within its process."""

from pathlib import Path

import pytest


@pytest.fixture
def shop_of_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on a shop in a new folder, and print wide tables whatever the terminal is."""
    monkeypatch.setenv("CARTWHEEL_DATA", str(tmp_path / "shop"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("TTY_COMPATIBLE", raising=False)
