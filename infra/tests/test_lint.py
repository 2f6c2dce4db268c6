"""cfn-lint over every template; cdk-nag has its say while they are synthesized."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

IGNORED = {"W3005": "CDK names dependencies that a reference implies as well."}


LINT = Path(sys.executable).with_name("cfn-lint")

STACKS = {"dev": 8, "prod": 8, "containers": 10, "containers-prod": 10, "instances": 10, "instances-prod": 11}


def lint(*paths: Path) -> list[tuple[str, str, str]]:
    """What cfn-lint finds: rule, file and message."""
    command: list[str | Path] = [LINT, "--format", "json", "--ignore-checks", *IGNORED, "--", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 2, 4, 6, 8, 10, 12, 14), done.stderr  # 1 and 32 are no findings
    found = json.loads(done.stdout)
    return [(one["Rule"]["Id"], Path(one["Filename"]).name, one["Message"]) for one in found]


@pytest.mark.parametrize("name", ["dev", "prod", "containers-prod", "instances-prod"])
def test_templates_are_clean(assembly: Callable[[str], Path], name: str) -> None:
    paths = sorted(assembly(name).glob("*.template.json"))
    assert len(paths) == STACKS[name]
    assert lint(*paths) == []


def test_the_linter_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"Colour": "red"}}}}
    path = tmp_path / "wrong.template.json"
    path.write_text(json.dumps(wrong))
    assert [rule for rule, _, _ in lint(path)] == ["E3002"]


@pytest.mark.parametrize("name", STACKS)
def test_cdk_nag_has_looked_through_every_stack(assembly: Callable[[str], Path], name: str) -> None:
    report = json.loads((assembly(name) / "validation-report.json").read_text())
    conclusions = {one["pluginName"]: one["conclusion"] for one in report["pluginReports"]}
    assert conclusions["AwsSolutions"] == "success"
    assert set(conclusions.values()) == {"success"}  # CDK brings checks of its own
