"""A web application firewall before the API, where the operator pays for one."""

from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.options import Options

MANAGED = (
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
)
"""Rules that AWS keeps: cross-site scripting, known attacks, SQL injection, known attackers."""

PER_ADDRESS = 2000
"""Requests of one address in five minutes."""


class Firewall(Construct):
    """Refuses known attacks, and addresses that ask too often."""

    def __init__(self, scope: Construct, id: str, options: Options, stage: rest.Stage) -> None:
        super().__init__(scope, id)
        rules = [_managed(number, name) for number, name in enumerate(MANAGED)]
        self.acl = waf.CfnWebACL(
            self,
            "Acl",
            name=f"{options.prefix}-firewall",
            scope="REGIONAL",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow=waf.CfnWebACL.AllowActionProperty()),
            visibility_config=_seen(f"{options.prefix}-firewall"),
            rules=[*rules, _limit(len(rules))],
        )
        waf.CfnWebACLAssociation(
            self, "Association", resource_arn=stage.stage_arn, web_acl_arn=self.acl.attr_arn
        )


def _managed(priority: int, name: str) -> waf.CfnWebACL.RuleProperty:
    group = waf.CfnWebACL.ManagedRuleGroupStatementProperty(vendor_name="AWS", name=name)
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        statement=waf.CfnWebACL.StatementProperty(managed_rule_group_statement=group),
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        visibility_config=_seen(name),
    )


def _limit(priority: int) -> waf.CfnWebACL.RuleProperty:
    rate = waf.CfnWebACL.RateBasedStatementProperty(aggregate_key_type="IP", limit=PER_ADDRESS)
    return waf.CfnWebACL.RuleProperty(
        name="TooMany",
        priority=priority,
        statement=waf.CfnWebACL.StatementProperty(rate_based_statement=rate),
        action=waf.CfnWebACL.RuleActionProperty(block=waf.CfnWebACL.BlockActionProperty()),
        visibility_config=_seen("TooMany"),
    )


def _seen(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
