"""Every alarm says where it is written what to do, and there it is."""

import re
from collections.abc import Callable

import pytest

from infra.shop import ROOT
from infra.tests.conftest import Templates


@pytest.mark.parametrize("name", ["dev-with-alarms", "containers-prod", "instances-prod"])
def test_every_alarm_leads_to_its_runbook(templates: Callable[[str], Templates], name: str) -> None:
    page = (ROOT / "docs" / "how-to" / "runbooks.md").read_text()
    headings = set(re.findall(r"^### (\S+)$", page, re.MULTILINE))
    alarms = [
        one["Properties"]
        for stack in templates(name).values()
        for one in stack.find_resources("AWS::CloudWatch::Alarm").values()
    ]
    assert len(alarms) > 15
    for alarm in alarms:
        told = re.search(r" docs/how-to/runbooks\.md#(\S+)$", alarm["AlarmDescription"])
        assert told, alarm["AlarmName"]
        assert told[1] in headings
