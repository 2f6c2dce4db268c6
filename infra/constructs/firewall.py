"""A web application firewall before the API, where the operator pays for one."""

from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.options import Options

COMMON = "AWSManagedRulesCommonRuleSet"

MANAGED = (
    COMMON,
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
)
"""Rules that AWS keeps: cross-site scripting, known attacks, SQL injection, known attackers."""

COUNTED = {COMMON: ("SizeRestrictions_BODY",)}
"""Rules that only count: this one refuses every body above 8 KB, imports of catalogues among them."""

PER_ADDRESS = 2000
"""Requests of one address in five minutes."""

DIGITS = 8
"""Of the largest body's length, in bytes: the shop itself takes 20 MB at most (imports)."""

QUERY = 4096
"""Bytes of a query: the longest that the shop makes have some hundred."""


class Firewall(Construct):
    """Refuses known attacks, what is too large, and addresses that ask too often.

    ``guarded`` is the ARN of a stage of API Gateway or of a load balancer. Before both stands CloudFront: the
    address that counts is the first that was forwarded. Who makes one up goes uncounted here; the shop's own
    limits count by account and e-mail address as well.
    """

    def __init__(self, scope: Construct, id: str, options: Options, guarded: str) -> None:
        super().__init__(scope, id)
        rules = [_managed(number, name) for number, name in enumerate(MANAGED)]
        own = [_limit(len(rules)), _too_large(len(rules) + 1), _too_long(len(rules) + 2)]
        self.acl = waf.CfnWebACL(
            self,
            "Acl",
            name=f"{options.prefix}-firewall",
            scope="REGIONAL",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow=waf.CfnWebACL.AllowActionProperty()),
            visibility_config=_seen(f"{options.prefix}-firewall"),
            rules=[*rules, *own],
        )
        waf.CfnWebACLAssociation(self, "Association", resource_arn=guarded, web_acl_arn=self.acl.attr_arn)


def _managed(priority: int, name: str) -> waf.CfnWebACL.RuleProperty:
    counts = waf.CfnWebACL.RuleActionProperty(count=waf.CfnWebACL.CountActionProperty())
    group = waf.CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name=name,
        rule_action_overrides=[
            waf.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=counts)
            for rule in COUNTED.get(name, ())
        ]
        or None,
    )
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        statement=waf.CfnWebACL.StatementProperty(managed_rule_group_statement=group),
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        visibility_config=_seen(name),
    )


def _limit(priority: int) -> waf.CfnWebACL.RuleProperty:
    forwarded = waf.CfnWebACL.ForwardedIPConfigurationProperty(
        header_name="X-Forwarded-For", fallback_behavior="MATCH"
    )
    rate = waf.CfnWebACL.RateBasedStatementProperty(
        aggregate_key_type="FORWARDED_IP", forwarded_ip_config=forwarded, limit=PER_ADDRESS
    )
    return _blocks(priority, "TooMany", waf.CfnWebACL.StatementProperty(rate_based_statement=rate))


def _too_large(priority: int) -> waf.CfnWebACL.RuleProperty:
    """By the number of digits: the firewall itself reads only the first kilobytes of a body."""
    length = waf.CfnWebACL.FieldToMatchProperty(single_header={"Name": "content-length"})
    return _blocks(priority, "TooLarge", _above(length, DIGITS))


def _too_long(priority: int) -> waf.CfnWebACL.RuleProperty:
    return _blocks(priority, "TooLong", _above(waf.CfnWebACL.FieldToMatchProperty(query_string={}), QUERY))


def _above(field: waf.CfnWebACL.FieldToMatchProperty, size: int) -> waf.CfnWebACL.StatementProperty:
    as_it_is = waf.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")
    return waf.CfnWebACL.StatementProperty(
        size_constraint_statement=waf.CfnWebACL.SizeConstraintStatementProperty(
            comparison_operator="GT", field_to_match=field, size=size, text_transformations=[as_it_is]
        )
    )


def _blocks(
    priority: int, name: str, statement: waf.CfnWebACL.StatementProperty
) -> waf.CfnWebACL.RuleProperty:
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        statement=statement,
        action=waf.CfnWebACL.RuleActionProperty(block=waf.CfnWebACL.BlockActionProperty()),
        visibility_config=_seen(name),
    )


def _seen(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
