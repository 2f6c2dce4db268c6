"""The estimate of a month on AWS."""

from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from cartwheel.cloud.cost import as_of, comparison, estimate, prices, seed_total, total, unconfirmed
from cartwheel.cloud.usage import Load, usage
from cartwheel.entrypoints.cli import app
from tests.support.project import ROOT

SEED = Load(orders=100, requests=10_000)
"""What seed S1 estimates for."""


def test_a_small_shop_costs_a_tenth_of_what_seed_s1_expected() -> None:
    lines = estimate(SEED)
    assert seed_total(lines) == Decimal("38.42")
    assert Decimal(0) < total(lines) < 4


def test_a_shop_that_nobody_visits_costs_what_always_runs() -> None:
    costs = {line.service: line.cost for line in estimate(Load(orders=0, requests=0))}
    assert costs["API Gateway"] == costs["Lambda"] == costs["SES"] == 0
    assert costs["Secrets Manager"] >= Decimal("0.40")
    assert costs["SQS"] > 1  # Lambda keeps asking every queue


def test_more_customers_cost_more_and_production_pays_for_alarms_and_snapshots() -> None:
    assert total(estimate(Load(orders=10_000, requests=1_000_000))) > total(estimate(SEED))
    costs = {line.service: line.cost for line in estimate(Load(100, 10_000, "prod"))}
    assert costs["CloudWatch"] == Decimal("1.5")  # twenty-five alarms, ten of them free
    assert costs["Lambda SnapStart"] > 10


def test_what_is_free_is_not_paid_for_and_the_rest_is() -> None:
    load = Load(orders=10_000, requests=0)
    line = next(line for line in estimate(load) if line.service == "Step Functions")
    assert usage(load)["state_transitions"] == 120_000
    assert line.cost == Decimal(120_000 - 4_000) * Decimal("0.025") / 1000


def test_every_price_has_its_date_and_source() -> None:
    assert isinstance(as_of(), date)
    told = prices()
    assert {item["service"] for item in told["items"].values()} <= told["sources"].keys()
    assert all(source.startswith("https://aws.amazon.com/") for source in told["sources"].values())
    assert usage(SEED).keys() <= told["items"].keys()


@pytest.mark.parametrize("topology", ["containers", "instances"])
def test_servers_cost_also_when_nobody_comes_and_grow_with_those_who_do(topology: str) -> None:
    idle, busy = Load(0, 0, "prod", topology), Load(1_000_000, 100_000_000, "prod", topology)
    costs = {line.service: line.cost for line in estimate(idle)}
    assert costs["Load balancer"] > 15
    assert costs["NAT gateway"] > 60  # two of them
    assert total(estimate(busy)) > 2 * total(estimate(idle))
    assert usage(idle).keys() <= prices()["items"].keys()
    assert "NAT gateway" in unconfirmed(idle)


def test_serverless_is_cheapest_for_few_and_instances_for_many() -> None:
    few, _, many = (
        [float(cost.replace(",", "")) for cost in row.strip("|").split("|")[1:]]
        for row in comparison().splitlines()[2:]
    )
    assert min(few) == few[0]
    assert min(many) == many[2]


def test_the_page_of_costs_holds_what_the_command_prints() -> None:
    done = CliRunner().invoke(app, ["cost", "--compare"])
    assert done.stdout.strip() == comparison()
    page = (ROOT / "docs" / "reference" / "cost.md").read_text()
    assert comparison() in page
    assert str(as_of()) in page


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_command_shows_both_estimates_side_by_side(stage: str) -> None:
    done = CliRunner().invoke(app, ["cost", "--orders", "100", "--requests", "10000", "--stage", stage])
    assert done.exit_code == 0
    together = next(line for line in done.stdout.splitlines() if "Together" in line)
    assert f"{total(estimate(Load(100, 10_000, stage))):.2f}" in together
    assert "38.42" in together
    assert str(as_of()) in done.stdout
