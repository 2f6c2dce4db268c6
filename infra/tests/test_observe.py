"""Alarms and dashboard."""

import json
import re
from collections.abc import Callable

import pytest

from infra.panels import PANELS
from infra.shop import ROOT, ShopData
from infra.tests.conftest import Templates

SEEDS = {
    # name: threshold, seconds, periods
    "lambda-errors": (10, 300, 1),  # S0.100
    "payment-errors": (5, 300, 1),  # S1.148
    "queue-depth": (100, 300, 1),  # S1.149
    "cart-errors": (10, 60, 1),  # S1.213
    "api-high-latency": (2000, 300, 2),  # S1.214
}


@pytest.fixture
def watched(templates: Callable[[str], Templates]) -> Templates:
    return templates("dev-with-alarms")


@pytest.mark.parametrize("name", SEEDS)
def test_the_alarms_of_the_seeds_are_there(watched: Templates, name: str) -> None:
    alarms = [
        one["Properties"] for one in watched["observe"].find_resources("AWS::CloudWatch::Alarm").values()
    ]
    found = next(one for one in alarms if one["AlarmName"] == f"cartwheel-dev-{name}")
    threshold, seconds, periods = SEEDS[name]
    assert (found["Threshold"], found["EvaluationPeriods"]) == (threshold, periods)
    assert found["Period"] == seconds
    assert found["AlarmActions"] == found["OKActions"]
    assert len(found["AlarmActions"]) == 1


def test_every_dead_letter_raises_an_alarm(watched: Templates, shop: ShopData) -> None:
    alarms = watched["observe"].find_resources("AWS::CloudWatch::Alarm").values()
    names = {one["Properties"]["AlarmName"] for one in alarms}
    assert {f"cartwheel-dev-dead-letters-{queue}" for queue in (*shop.queues, "unrelayed")} <= names


def test_dev_has_a_dashboard_but_no_alarms(dev: Templates) -> None:
    dev["observe"].resource_count_is("AWS::CloudWatch::Dashboard", 1)
    dev["observe"].resource_count_is("AWS::CloudWatch::Alarm", 0)


def test_production_tells_its_operator_of_alarms_and_costs(prod: Templates) -> None:
    mail = {"Protocol": "email", "Endpoint": "operator@shop.example"}
    prod["observe"].has_resource_properties("AWS::SNS::Subscription", mail)
    prod["observe"].resource_count_is("AWS::Budgets::Budget", 1)


def test_the_estimate_of_costs_counts_as_many_alarms_and_snapshots(prod: Templates) -> None:
    told = (ROOT / "src" / "cartwheel" / "cloud" / "usage.py").read_text()
    alarms = len(prod["observe"].find_resources("AWS::CloudWatch::Alarm"))
    functions = json.dumps(prod["compute"].find_resources("AWS::Lambda::Function"))
    assert f'ALARMS = {{"dev": 0, "prod": {alarms}}}' in told
    assert f'SNAPSHOTS = {{"dev": 0, "prod": {functions.count("PublishedVersions")}}}' in told


@pytest.mark.parametrize("topology", ["containers", "instances"])
def test_so_it_does_for_servers(templates: Callable[[str], Templates], topology: str) -> None:
    told = (ROOT / "src" / "cartwheel" / "cloud" / "usage.py").read_text()
    prod = templates(f"{topology}-prod")
    alarms = sum(len(one.find_resources("AWS::CloudWatch::Alarm")) for one in prod.values())
    assert re.search(rf'"{topology}": {{"dev": \d, "prod": {alarms}}}', told), alarms


OF_BOTH = {"queues", "dead"}
PARTS = {
    "prod": {*OF_BOTH, "api", "checkout", "functions", "relay", "tables"},
    "containers-prod": {*OF_BOTH, "balancer", "targets", "servers", "tables"},
    "instances-prod": {*OF_BOTH, "balancer", "targets", "servers", "database", "replica"},
}


@pytest.mark.parametrize("name", PARTS)
def test_the_dashboard_shows_what_grafana_does_where_aws_keeps_it(
    templates: Callable[[str], Templates], name: str
) -> None:
    (page,) = templates(name)["observe"].find_resources("AWS::CloudWatch::Dashboard").values()
    text = json.dumps(page["Properties"]["DashboardBody"]).replace('\\"', '"')
    shown = re.findall(r'"title":"([^"]*)"', text)
    expected = [panel.title for panel in PANELS if {kept.of for kept in panel.kept} & PARTS[name]]
    assert shown == expected + (["Errors"] if name == "prod" else [])
    for panel in PANELS:
        for kept in panel.kept:
            if kept.of in PARTS[name]:
                assert kept.name in text
