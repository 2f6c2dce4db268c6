"""For the day when something is lost or somebody asks who did it: backups, trial restores, CloudTrail."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_backup as backup
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.bucket import PrivateBucket
from infra.options import Options
from infra.stacks.database import DatabaseStack

DAYS, MONTHS = Duration.days(35), Duration.days(365)
"""How long daily and monthly backups are kept."""

AUDITED = Duration.days(365)

SUNDAY = "cron(0 6 ? * SUN *)"

KEPT_FOR = 4
"""Hours that a copy is there to be looked at, before AWS Backup deletes it."""

TRIED = ("orders", "stock", "users")
"""Tables of DynamoDB that are restored to see that backups can be: the others are kept the same way."""


class GuardStack(Stack):
    """A vault of backups beside what the database keeps itself; every Sunday one is restored, to be sure.

    Where there are options against it (``trail``), CloudTrail is left to the account.
    """

    def __init__(self, scope: Construct, id: str, options: Options, database: DatabaseStack | None) -> None:
        super().__init__(scope, id, description="Cartwheel: backups and audit")
        self._options = options
        self.key = kms.Key(
            self,
            "Key",
            description=f"{options.prefix}: backups and audit",
            enable_key_rotation=True,
            removal_policy=options.removal,
        )
        vault = self._backups(database)
        if options.keeps:
            self._trial_restores(vault, self._copy_of(database) if database else self._copies_of_tables())
        if options.trail:
            self._trail()

    def _backups(self, database: DatabaseStack | None) -> backup.BackupVault:
        options = self._options
        vault = backup.BackupVault(
            self,
            "Vault",
            backup_vault_name=options.prefix,
            encryption_key=self.key,
            removal_policy=options.removal,
        )
        plan = backup.BackupPlan(self, "Plan", backup_plan_name=options.prefix, backup_vault=vault)
        plan.add_rule(_rule("daily", events.Schedule.cron(hour="2", minute="0"), DAYS))
        if options.keeps:
            plan.add_rule(_rule("monthly", events.Schedule.cron(hour="2", minute="30", day="1"), MONTHS))
        what = (
            backup.BackupResource.from_rds_database_instance(database.primary)
            if database
            else backup.BackupResource.from_arn(self._table("*"))
        )
        plan.add_selection("Data", resources=[what], allow_restores=False)
        return vault

    def _table(self, name: str) -> str:
        return (
            f"arn:{self.partition}:dynamodb:{self.region}:{self.account}:table/{self._options.prefix}-{name}"
        )

    def _copy_of(self, database: DatabaseStack) -> dict[str, Any]:
        """Where only the shop's servers reach it: left alone, AWS takes the account's default network."""
        instance = database.primary.node.default_child
        assert isinstance(instance, rds.CfnDBInstance)  # noqa: S101 - tells the type checker
        assert instance.db_subnet_group_name and instance.vpc_security_groups  # noqa: S101, PT018 - as above
        return {
            "protected_resource_type": "RDS",
            "protected_resource_arns": [database.primary.instance_arn],
            "restore_metadata_overrides": {
                "dbSubnetGroupName": instance.db_subnet_group_name,
                "multiAz": "false",
                "publiclyAccessible": "false",
                "vpcSecurityGroupIds": self.to_json_string(instance.vpc_security_groups),
            },
        }

    def _copies_of_tables(self) -> dict[str, Any]:
        return {
            "protected_resource_type": "DynamoDB",
            "protected_resource_arns": [self._table(name) for name in TRIED],
        }

    def _trial_restores(self, vault: backup.BackupVault, copied: Mapping[str, Any]) -> None:
        """A copy of the newest backup is made, seen to start, and deleted after some hours."""
        role = iam.Role(
            self,
            "Restores",
            assumed_by=iam.ServicePrincipal("backup.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(
                    "service-role/AWSBackupServiceRolePolicyForRestores"
                )
            ],
        )
        name = self._options.prefix.replace("-", "_")
        plan = backup.CfnRestoreTestingPlan(
            self,
            "Trial",
            restore_testing_plan_name=name,
            schedule_expression=SUNDAY,
            start_window_hours=2,
            recovery_point_selection=backup.CfnRestoreTestingPlan.RestoreTestingRecoveryPointSelectionProperty(
                algorithm="LATEST_WITHIN_WINDOW",
                include_vaults=[vault.backup_vault_arn],
                recovery_point_types=["SNAPSHOT"],
                selection_window_days=7,
            ),
        )
        selection = backup.CfnRestoreTestingSelection(
            self,
            "TrialOf",
            restore_testing_plan_name=name,
            restore_testing_selection_name="database",
            iam_role_arn=role.role_arn,
            validation_window_hours=KEPT_FOR,
            **copied,
        )
        selection.add_resource_dependency(plan)

    def _trail(self) -> None:
        options = self._options
        old = s3.LifecycleRule(id="old", expiration=AUDITED)
        bucket = PrivateBucket(self, "Audit", options, "audit", lifecycle_rules=[old])
        self.key.grant_encrypt_decrypt(iam.ServicePrincipal("cloudtrail.amazonaws.com"))
        group = logs.LogGroup(
            self,
            "AuditLog",
            log_group_name=f"/aws/cloudtrail/{options.prefix}",
            retention=options.retention,
            removal_policy=RemovalPolicy.DESTROY,
        )
        cloudtrail.Trail(
            self,
            "Trail",
            trail_name=options.prefix,
            bucket=bucket,
            encryption_key=self.key,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_file_validation=True,
            send_to_cloud_watch_logs=True,
            cloud_watch_log_group=group,
        )


def _rule(name: str, schedule: events.Schedule, kept: Duration) -> backup.BackupPlanRule:
    return backup.BackupPlanRule(
        rule_name=name,
        schedule_expression=schedule,
        start_window=Duration.hours(1),
        completion_window=Duration.hours(4),
        delete_after=kept,
    )
