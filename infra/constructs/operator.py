"""What every topology tells its operator: alarms of queues and tables, and what the month costs."""

from aws_cdk import Aws, CfnOutput, Stack
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk.aws_sns_subscriptions import EmailSubscription

from infra.constructs.alarms import FIVE_MINUTES, MINUTE, Alarms
from infra.options import Options
from infra.stacks.messaging import MessagingStack

_GIVEN_UP = "A message was given up. Look: cartwheel queues list; again: cartwheel queues replay {queue}"


def operator_topic(stack: Stack, options: Options) -> sns.Topic:
    """Where alarms are told, and the operator's subscription."""
    topic = sns.Topic(
        stack,
        "Operator",
        topic_name=f"{options.prefix}-operator",
        display_name=f"{options.shop_name}: alarms",
        enforce_ssl=True,
    )
    topic.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com"))
    if options.operator:
        topic.add_subscription(EmailSubscription(options.operator))
    CfnOutput(stack, "OperatorTopicArn", value=topic.topic_arn)
    return topic


def watch_queues(alarms: Alarms, messaging: MessagingStack) -> None:
    """Of paid orders that wait, and of every message that was given up."""
    alarms.at(
        "queue-depth",
        messaging.queues.queues["orders"].metric_approximate_number_of_messages_visible(period=FIVE_MINUTES),
        100,
        "A hundred paid orders wait to be confirmed (seed S1).",
    )
    for name, queue in messaging.queues.dead.items():
        alarms.at(
            f"dead-letters-{name}",
            queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=MINUTE),
            1,
            _GIVEN_UP.format(queue=name),
            runbook="dead-letters",
        )


def watch_tables(alarms: Alarms, prefix: str) -> None:
    """Of the tables that every order writes to."""
    for name in ("orders", "stock", "outbox"):
        metric = cloudwatch.Metric(
            namespace="AWS/DynamoDB",
            metric_name="WriteThrottleEvents",
            dimensions_map={"TableName": f"{prefix}-{name}"},
            statistic="Sum",
            period=FIVE_MINUTES,
        )
        tells = f"DynamoDB slows writes to {name} down."
        alarms.at(f"table-{name}-throttled", metric, 10, tells, runbook="table-throttled")


def budget(stack: Stack, options: Options) -> None:
    """Mails at 80 %, at 100 % and when more is forecast."""
    subscriber = budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=options.operator)
    told = [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    budgets.CfnBudget(
        stack,
        "Budget",
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_name=f"{options.prefix}-month-{Aws.REGION}",
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(amount=options.budget, unit="USD"),
        ),
        notifications_with_subscribers=[
            budgets.CfnBudget.NotificationWithSubscribersProperty(
                notification=budgets.CfnBudget.NotificationProperty(
                    comparison_operator="GREATER_THAN",
                    notification_type=kind,
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                ),
                subscribers=[subscriber],
            )
            for kind, percent in told
        ],
    )
