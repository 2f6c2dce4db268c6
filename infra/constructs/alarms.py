"""Alarms: what an operator must hear of."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

MINUTE, FIVE_MINUTES = Duration.minutes(1), Duration.minutes(5)

RUNBOOKS = "docs/how-to/runbooks.md"

AT_LEAST = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD


class Alarms(Construct):
    """Every alarm tells the same topic when it begins and when it is over."""

    def __init__(self, scope: Construct, id: str, prefix: str, topic: sns.ITopic) -> None:
        super().__init__(scope, id)
        self._prefix = prefix
        self._action = actions.SnsAction(topic)
        self.made: list[cloudwatch.Alarm] = []

    def at(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        tells: str,
        *,
        periods: int = 1,
        runbook: str = "",
    ) -> None:
        """Raised when the metric reaches the threshold in so many periods in a row. No data is no alarm.

        ``runbook`` is the heading below which it says what to do, if not the alarm's name.
        """
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{self._prefix}-{name}",
            alarm_description=f"{tells} {RUNBOOKS}#{runbook or name}",
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=AT_LEAST,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        self.made.append(alarm)
