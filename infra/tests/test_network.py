"""The network of containers and instances: who can reach whom."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.tests.conftest import Templates

TCP = 6


@pytest.fixture
def network(templates: Callable[[str], Templates]) -> dict[str, Any]:
    """The resources of production's network, by logical id."""
    resources: dict[str, Any] = templates("containers-prod")["network"].to_json()["Resources"]
    return resources


def of_kind(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def test_two_zones_have_three_kinds_of_subnets(network: dict[str, Any]) -> None:
    (vpc,) = of_kind(network, "AWS::EC2::VPC").values()
    assert vpc["CidrBlock"] == "10.0.0.0/16"
    subnets = of_kind(network, "AWS::EC2::Subnet").values()
    assert len(subnets) == 6
    assert {one["MapPublicIpOnLaunch"] for one in subnets} == {False}


def test_production_has_a_way_out_in_each_zone_and_dev_one(
    network: dict[str, Any], templates: Callable[[str], Templates]
) -> None:
    assert len(of_kind(network, "AWS::EC2::NatGateway")) == 2
    templates("containers")["network"].resource_count_is("AWS::EC2::NatGateway", 1)


def test_isolated_subnets_lead_nowhere(network: dict[str, Any]) -> None:
    tables = {
        one["SubnetId"]["Ref"]: one["RouteTableId"]["Ref"]
        for one in of_kind(network, "AWS::EC2::SubnetRouteTableAssociation").values()
    }
    out = {one["RouteTableId"]["Ref"] for one in of_kind(network, "AWS::EC2::Route").values()}
    isolated = {table for subnet, table in tables.items() if "isolated" in subnet}
    assert len(isolated) == 2
    assert isolated.isdisjoint(out)
    assert set(tables.values()) - isolated == out


def test_s3_and_dynamodb_are_reached_without_the_way_out(network: dict[str, Any]) -> None:
    endpoints = of_kind(network, "AWS::EC2::VPCEndpoint").values()
    assert {one["VpcEndpointType"] for one in endpoints} == {"Gateway"}
    assert len(endpoints) == 2


def test_security_groups_form_a_chain(network: dict[str, Any]) -> None:
    """From where to where, and on which port."""
    chain = {
        (
            one["SourceSecurityGroupId"]["Fn::GetAtt"][0][:-8],
            one["GroupId"]["Fn::GetAtt"][0][:-8],
            one["ToPort"],
        )
        for one in of_kind(network, "AWS::EC2::SecurityGroupIngress").values()
    }
    assert chain == {("Balancer", "App", 8000), ("App", "Database", 3306), ("App", "Cache", 6379)}
    groups = of_kind(network, "AWS::EC2::SecurityGroup")
    inline = [rule for one in groups.values() for rule in one.get("SecurityGroupIngress", ())]
    assert [(rule["CidrIp"], rule["ToPort"]) for rule in inline] == [("10.0.0.0/16", 443)]


def test_nothing_may_come_in_from_the_internet_but_answers(network: dict[str, Any]) -> None:
    rules = of_kind(network, "AWS::EC2::NetworkAclEntry").values()
    outside = [one for one in rules if not one["Egress"] and one["CidrBlock"] == "0.0.0.0/0"]
    assert [one["PortRange"] for one in outside if one["Protocol"] == TCP] == [
        {"From": 1024, "To": 65535}
    ] * 2
    assert [one["Icmp"] for one in outside if one["Protocol"] != TCP] == [{"Type": 3, "Code": 4}] * 2
    vault = [one for one in rules if "Isolated" in one["NetworkAclId"]["Ref"] and not one["Egress"]]
    assert {one["PortRange"]["From"] for one in vault} == {3306, 6379, 32768}
    assert {one["CidrBlock"] for one in vault} == {"10.0.0.0/16"}
    assert len(of_kind(network, "AWS::EC2::SubnetNetworkAclAssociation")) == 6


def test_flows_are_logged_all_in_production_and_refused_ones_in_dev(
    network: dict[str, Any], templates: Callable[[str], Templates]
) -> None:
    (log,) = of_kind(network, "AWS::EC2::FlowLog").values()
    assert (log["TrafficType"], log["LogDestinationType"]) == ("ALL", "cloud-watch-logs")
    templates("containers")["network"].has_resource_properties("AWS::EC2::FlowLog", {"TrafficType": "REJECT"})
