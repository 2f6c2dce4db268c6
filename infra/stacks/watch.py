"""What the operator of containers or instances sees and hears: dashboard, alarms, costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from infra.constructs.alarms import FIVE_MINUTES, MINUTE, Alarms
from infra.constructs.dashboard import Ask, Parts, ShopDashboard, of_queues, of_tables, same
from infra.constructs.operator import budget, operator_topic, watch_queues, watch_tables
from infra.options import Options
from infra.stacks.messaging import MessagingStack

BUSY = 70
"""Percent of the processors (seed S3)."""

SLOW = 2
"""Seconds of an answer, of one in twenty: as long as seed S1 lets the average take."""

LAG = 2
"""Seconds that the replica may be behind: what the shop promises of its catalogue."""

FREE = 5_000_000_000
"""Bytes of the database's disk."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched, by names that operators read."""

    messaging: MessagingStack
    balancer: elb.ApplicationLoadBalancer
    targets: Mapping[str, elb.ApplicationTargetGroup]
    busy: Mapping[str, cloudwatch.Metric]
    """Percent of processors in use."""

    connections: int = 0
    """How many the database takes; 0 where there is none."""

    database: Mapping[str, cloudwatch.IMetric] = field(default_factory=dict)
    """Of the database: ``connections``, ``cpu``, ``free``, ``lag``."""

    databases: Mapping[str, Ask] = field(default_factory=dict)
    """``database`` and ``replica``, where there are any: any metric of theirs."""


class WatchStack(Stack):
    """A dashboard always; alarms where they are asked for, because each costs ten cents a month."""

    def __init__(self, scope: Construct, id: str, options: Options, watched: Watched) -> None:
        super().__init__(scope, id, description="Cartwheel: dashboard and alarms")
        self._watched = watched
        ShopDashboard(self, "Dashboard", options, self._parts(options))
        topic = operator_topic(self, options)
        if options.alarms:
            alarms = Alarms(self, "Alarms", options.prefix, topic)
            self._of_servers(alarms)
            self._of_balancer(alarms)
            self._of_database(alarms)
            watch_queues(alarms, watched.messaging)
            if options.storage == "dynamodb":
                watch_tables(alarms, options.prefix)
        if options.operator:
            budget(self, options)

    def _of_servers(self, alarms: Alarms) -> None:
        for name, metric in self._watched.busy.items():
            tells = f"{name}: processors are above {BUSY} percent for ten minutes (seed S3)."
            alarms.at(f"busy-{name}", metric, BUSY, tells, periods=2, runbook="busy")
        for name, target in self._watched.targets.items():
            unwell = target.metrics.unhealthy_host_count(statistic="Maximum", period=MINUTE)
            tells = f"{name}: a server has not answered its health check for five minutes (seed S3)."
            alarms.at(f"unhealthy-{name}", unwell, 1, tells, periods=5, runbook="unhealthy")
            none = cloudwatch.MathExpression(
                expression="IF(well < 1, 1, 0)",
                using_metrics={"well": target.metrics.healthy_host_count(statistic="Maximum", period=MINUTE)},
                period=MINUTE,
            )
            tells = f"{name}: no server answers. Customers see errors."
            alarms.at(f"nobody-{name}", none, 1, tells, periods=2, runbook="nobody")

    def _of_balancer(self, alarms: Alarms) -> None:
        of = self._watched.balancer.metrics
        alarms.at(
            "slow",
            of.target_response_time(statistic="p95", period=FIVE_MINUTES),
            SLOW,
            f"One answer in twenty takes more than {SLOW} seconds for ten minutes (seed S3).",
            periods=2,
        )
        errors = of.http_code_target(
            elb.HttpCodeTarget.TARGET_5XX_COUNT, statistic="Sum", period=FIVE_MINUTES
        )
        alarms.at("failing", errors, 5, "Five answers in five minutes were errors of the shop.")
        unanswered = of.http_code_elb(elb.HttpCodeElb.ELB_5XX_COUNT, statistic="Sum", period=FIVE_MINUTES)
        alarms.at("unanswered", unanswered, 5, "The load balancer got no answer five times in five minutes.")

    def _of_database(self, alarms: Alarms) -> None:
        metrics = self._watched.database
        if not metrics:
            return
        most = self._watched.connections * 80 // 100
        alarms.at(
            "database-connections",
            metrics["connections"],
            most,
            f"More than {most} of the database's connections are in use: 80 percent (seed S3).",
        )
        alarms.at(
            "database-busy",
            metrics["cpu"],
            80,
            "The database computes at its limit for ten minutes.",
            periods=2,
        )
        full = cloudwatch.MathExpression(
            expression=f"IF(free < {FREE}, 1, 0)",
            using_metrics={"free": metrics["free"]},
            period=FIVE_MINUTES,
        )
        alarms.at("database-full", full, 1, "Less than 5 GB of the database's disk are free.")
        if "lag" in metrics:
            tells = f"The replica is more than {LAG} seconds behind for five minutes."
            alarms.at("replica-late", metrics["lag"], LAG + 1, tells, periods=5)

    def _parts(self, options: Options) -> Parts:
        watched = self._watched
        return {
            "balancer": {"": watched.balancer.metrics.custom},
            "targets": {name: one.metrics.custom for name, one in watched.targets.items()},
            "servers": {name: same(metric) for name, metric in watched.busy.items()},
            **of_queues(watched.messaging.queues),
            **({"tables": {"": of_tables(options.prefix)}} if options.storage == "dynamodb" else {}),
            **{name: {"": ask} for name, ask in watched.databases.items()},
        }
