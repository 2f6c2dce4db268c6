"""The workflow that deploys from GitHub: who gets credentials, and what production waits for."""

from typing import Any

import pytest
import yaml

from tests.support.project import ROOT

FOLDER = ROOT / ".github" / "workflows"


def load(name: str) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text())
    return told


@pytest.fixture
def jobs() -> dict[str, Any]:
    found: dict[str, Any] = load("deploy.yml")["jobs"]
    return found


def test_production_waits_for_dev_and_dev_for_the_tests(jobs: dict[str, Any]) -> None:
    assert (jobs["prod"]["needs"], jobs["dev"]["needs"], jobs["diff"]["needs"]) == ("dev", "test", "test")
    for stage in ("dev", "prod"):
        assert jobs[stage]["with"] == {"stage": stage}
        assert "github.event_name == 'push'" in jobs[stage]["if"]
    job = load("deploy-to.yml")["jobs"]["deploy"]
    assert job["environment"] == "${{ inputs.stage }}"  # which asks for an approval


def test_only_who_deploys_or_compares_may_ask_for_credentials(jobs: dict[str, Any]) -> None:
    assert load("deploy.yml")["permissions"] == {"contents": "read"}
    asks = {name for name, job in jobs.items() if job.get("permissions", {}).get("id-token") == "write"}
    assert asks == {"diff", "dev", "prod"}
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    assert same in jobs["diff"]["if"]  # pull requests from forks get none


@pytest.mark.parametrize("name", ["deploy.yml", "deploy-to.yml"])
def test_no_key_is_stored(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert "secrets." not in text
    assert "aws-access-key-id" not in text


def test_images_go_where_the_stack_says() -> None:
    """And not to a name that the option ``name`` would change."""
    (step,) = [
        one for one in load("deploy-to.yml")["jobs"]["deploy"]["steps"] if "docker" in one.get("run", "")
    ]
    assert "cartwheel-" not in step["run"]
    assert "'.[].ImageRepository' build/registry.json" in step["run"]
    assert step["run"].index("make lambda") < step["run"].index("make cdk")  # which synthesizes all stacks


def test_nothing_runs_before_a_region_is_chosen(jobs: dict[str, Any]) -> None:
    assert all("vars.AWS_REGION != ''" in job["if"] for job in jobs.values())


def test_every_command_of_make_exists(jobs: dict[str, Any]) -> None:
    makefile = (ROOT / "Makefile").read_text()
    steps = [
        step
        for job in (*jobs.values(), load("deploy-to.yml")["jobs"]["deploy"])
        for step in job.get("steps", ())
    ]
    used = {
        line.split()[1]
        for step in steps
        for line in step.get("run", "").splitlines()
        if line.strip().startswith("make ")
    }
    assert used == {"test-fast", "test-infra", "lambda", "cdk", "infra"}
    assert all(f"\n{name}:" in makefile for name in used)
