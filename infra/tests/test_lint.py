"""cfn-lint over every template; cdk-nag has its say while they are synthesized."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

IGNORED = {"W3005": "CDK names dependencies that a reference implies as well."}


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_templates_are_clean(assembly: Callable[[str], Path], name: str) -> None:
    paths = sorted(str(path) for path in assembly(name).glob("*.template.json"))
    assert len(paths) == 8
    command = [sys.executable, "-m", "cfnlint", "--format", "json", "--ignore-checks", *IGNORED]
    done = subprocess.run([*command, "--", *paths], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout or "[]")
    told = [(one["Rule"]["Id"], Path(one["Filename"]).name, one["Message"]) for one in found]
    assert told == [], done.stderr


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_cdk_nag_has_looked_through_every_stack(assembly: Callable[[str], Path], name: str) -> None:
    report = json.loads((assembly(name) / "validation-report.json").read_text())
    conclusions = {one["pluginName"]: one["conclusion"] for one in report["pluginReports"]}
    assert conclusions["AwsSolutions"] == "success"
    assert set(conclusions.values()) == {"success"}  # CDK brings checks of its own
