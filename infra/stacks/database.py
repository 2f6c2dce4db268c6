"""MySQL on RDS, for instances: encrypted, restorable, with a password that nobody knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from constructs import Construct

from infra.constructs.alarms import FIVE_MINUTES, MINUTE
from infra.options import Options
from infra.stacks.network import ISOLATED, MYSQL, NetworkStack

NAME, USER = "cartwheel", "cartwheel"

GIGABYTES, MOST_GIGABYTES = 20, 200
"""Of the disk: it grows by itself."""

AUTHORITIES = "/etc/cartwheel/rds.pem"


@dataclass(frozen=True, slots=True)
class Size:
    """A class of instances, and the connections that it is set to take."""

    kind: str
    connections: int


SIZES: Mapping[str, Size] = {"dev": Size("t4g.small", 150), "prod": Size("t4g.medium", 300)}
"""A connection takes up to 12 MB of the server's memory: 2 GB in dev, 4 GB in production."""


class DatabaseStack(Stack):
    """MySQL 8.4: 8.0 costs extra since AWS ended its standard support in July 2026.

    Production has a standby in another zone and a replica to read from; both are encrypted with the shop's
    own key. RDS keeps the password in Secrets Manager and changes it every week; no template, log or person
    ever sees it.
    """

    def __init__(self, scope: Construct, id: str, options: Options, network: NetworkStack) -> None:
        super().__init__(scope, id, description="Cartwheel: database", termination_protection=options.keeps)
        self.size = SIZES[options.stage]
        self._options, self._network = options, network
        self.key = kms.Key(
            self,
            "Key",
            description=f"{options.prefix}: database and its backups",
            enable_key_rotation=True,
            removal_policy=options.removal,
        )
        self.primary = self._primary()
        self.replica = self._replica() if options.keeps else None
        secret = self.primary.secret
        assert secret is not None  # noqa: S101 - RDS makes it
        self.secret = secret
        CfnOutput(self, "DatabaseHost", value=self.primary.db_instance_endpoint_address)

    def url(self, host: str, pool_size: int) -> str:
        """As ``CARTWHEEL_DATABASE`` takes it: no user and no password, but where they are."""
        more = f"pool_size={pool_size}&ssl_ca={AUTHORITIES}&secret={self.secret.secret_arn}"
        return f"mysql://{host}:{MYSQL}/{NAME}?{more}"

    @property
    def metrics(self) -> Mapping[str, cloudwatch.IMetric]:
        """What alarms and the dashboard look at."""
        made: dict[str, cloudwatch.IMetric] = {
            "connections": self.primary.metric_database_connections(statistic="Maximum", period=MINUTE),
            "cpu": self.primary.metric_cpu_utilization(period=FIVE_MINUTES),
            "free": self.primary.metric_free_storage_space(statistic="Minimum", period=FIVE_MINUTES),
        }
        if self.replica:
            made["lag"] = self.replica.metric("ReplicaLag", statistic="Maximum", period=MINUTE)
        return made

    @property
    def servers(self) -> Mapping[str, Callable[..., cloudwatch.IMetric]]:
        """What the dashboard asks for metrics of its own."""
        replica = {"replica": self.replica.metric} if self.replica else {}
        return {"database": self.primary.metric, **replica}

    def _primary(self) -> rds.DatabaseInstance:
        options, engine = (
            self._options,
            rds.DatabaseInstanceEngine.mysql(version=rds.MysqlEngineVersion.VER_8_4_8),
        )
        return rds.DatabaseInstance(
            self,
            "Primary",
            instance_identifier=options.prefix,
            engine=engine,
            credentials=rds.Credentials.from_username(USER),
            manage_master_user_password=True,
            database_name=NAME,
            parameter_group=self._parameters(engine),
            removal_policy=RemovalPolicy.SNAPSHOT if options.keeps else RemovalPolicy.DESTROY,
            multi_az=options.keeps,
            storage_encrypted=True,  # the replica's as well, with the same key
            storage_encryption_key=self.key,
            backup_retention=Duration.days(35 if options.keeps else 7),
            preferred_backup_window="03:00-04:00",
            preferred_maintenance_window="sun:04:30-sun:05:30",
            delete_automated_backups=not options.keeps,
            copy_tags_to_snapshot=True,
            allocated_storage=GIGABYTES,
            max_allocated_storage=MOST_GIGABYTES,
            cloudwatch_logs_exports=["error", "slowquery"],
            **self._shared(),
        )

    def _replica(self) -> rds.DatabaseInstanceReadReplica:
        return rds.DatabaseInstanceReadReplica(
            self,
            "Replica",
            instance_identifier=f"{self._options.prefix}-replica",
            source_database_instance=self.primary,
            removal_policy=RemovalPolicy.DESTROY,  # RDS takes no last snapshot of replicas
            **self._shared(),
        )

    def _shared(self) -> dict[str, Any]:
        """What primary and replica have in common."""
        options = self._options
        insights = options.keeps  # the small classes have none
        return {
            "instance_type": ec2.InstanceType(self.size.kind),
            "vpc": self._network.vpc,
            "vpc_subnets": ISOLATED,
            "security_groups": [self._network.database],
            "port": MYSQL,
            "storage_type": rds.StorageType.GP3,
            "publicly_accessible": False,
            "deletion_protection": options.keeps,
            "auto_minor_version_upgrade": True,
            "enable_performance_insights": insights,
            "performance_insight_encryption_key": self.key if insights else None,
            "performance_insight_retention": rds.PerformanceInsightRetention.DEFAULT if insights else None,
        }

    def _parameters(self, engine: rds.IInstanceEngine) -> rds.ParameterGroup:
        return rds.ParameterGroup(
            self,
            "Parameters",
            engine=engine,
            description=f"{self._options.prefix}: TLS only, and as many connections as memory allows",
            parameters={
                "require_secure_transport": "1",
                "max_connections": str(self.size.connections),
                "character_set_server": "utf8mb4",
                "collation_server": "utf8mb4_0900_bin",
                "slow_query_log": "1",
                "long_query_time": "1",
            },
        )
