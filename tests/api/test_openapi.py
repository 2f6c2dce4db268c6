"""The committed document is the one that the routes make: the web client is generated from it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.project import ROOT

COMMITTED = ROOT / "docs" / "reference" / "openapi.json"


def test_the_committed_document_is_up_to_date(tmp_path: Path) -> None:
    made = tmp_path / "openapi.json"
    command = [sys.executable, "-m", "cartwheel", "openapi", str(made)]
    subprocess.run(command, check=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""})
    assert list(tmp_path.iterdir()) == [made]
    told = "The routes have changed: run `make openapi` and commit docs/reference/openapi.json."
    assert COMMITTED.is_file(), told
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == json.loads(
        made.read_text(encoding="utf-8")
    ), told
    assert COMMITTED.read_bytes() == made.read_bytes(), told
