"""Templates for those who deploy without CDK."""

import json
from pathlib import Path

import pytest

from infra.shop import ShopData
from infra.templates import write


def test_templates_need_nothing_of_cdk(tmp_path: Path, shop: ShopData) -> None:
    write(tmp_path / "templates", {"stage": "dev"}, shop)
    names = sorted(path.name for path in (tmp_path / "templates").iterdir())
    stacks = ("data", "messaging", "api", "web", "compute", "workflow", "media", "observe")
    assert names == [
        *(f"{number:02}-{stack}.template.json" for number, stack in enumerate(stacks, start=1)),
        "README.md",
    ]
    for path in (tmp_path / "templates").glob("*.json"):
        text = path.read_text()
        assert "cdk-hnb659fds" not in text, path.name
        assert "BootstrapVersion" not in text, path.name


@pytest.mark.parametrize(
    ("topology", "told"),
    [("containers", "push the image"), ("instances", "below `releases/`")],
)
def test_every_topology_has_its_templates(tmp_path: Path, shop: ShopData, topology: str, told: str) -> None:
    write(tmp_path / "templates", {"stage": "dev", "topology": topology}, shop)
    page = (tmp_path / "templates" / "README.md").read_text()
    assert told in page
    assert page.index("cartwheel-dev-registry") < page.index("cartwheel-dev-network")
    for path in (tmp_path / "templates").glob("*.json"):
        assert "cdk-hnb659fds" not in path.read_text(), path.name
        assert path.name in page
    assert ("lambda.zip" in page) == (topology == "containers")


def test_the_artefact_is_asked_for_and_the_page_says_how(tmp_path: Path, shop: ShopData) -> None:
    write(tmp_path / "templates", {"stage": "dev"}, shop)
    compute = json.loads((tmp_path / "templates" / "05-compute.template.json").read_text())
    parameters = [name for name, one in compute["Parameters"].items() if one["Type"] == "String"]
    assert len(parameters) == 2
    page = (tmp_path / "templates" / "README.md").read_text()
    assert all(f"{name}=" in page for name in parameters)
    functions = [one for one in compute["Resources"].values() if one["Type"] == "AWS::Lambda::Function"]
    assert {json.dumps(one["Properties"]["Code"], sort_keys=True) for one in functions} == {
        json.dumps({"S3Bucket": {"Ref": parameters[0]}, "S3Key": {"Ref": parameters[1]}}, sort_keys=True)
    }
