"""The instances: what each does when it starts, and how many there are."""

from pathlib import Path

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from aws_cdk.aws_cloudwatch_actions import AutoScalingAction
from constructs import Construct

from infra.constructs.alarms import MINUTE, RUNBOOKS
from infra.constructs.logs import log_group
from infra.doors import Uses
from infra.grants import allow
from infra.options import Options
from infra.stacks.entry import Land
from infra.stacks.network import CIDR, PRIVATE
from infra.told import prefixed, told

SCRIPTS = Path(__file__).parents[1] / "instances"

LEAST, MOST = 2, 10
"""Instances (seed S3)."""

KINDS = {"arm64": "t4g.small", "x86_64": "t3.small"}
"""Two processors and 2 GB: for two servers and a worker."""

PROCESSES = 3
"""Of an instance, each with a pool of connections: two servers and a worker (infra/instances)."""

OUT, IN = 70, 30
"""Percent of processors: above for two minutes one more, below for five minutes one less (seed S3)."""

WARM_UP = Duration.seconds(300)

REPLACED = Duration.days(30)
"""No instance grows older: each new one has what Amazon Linux has mended meanwhile."""

EVERYTHING = (
    Uses.QUEUES
    | Uses.WORK
    | Uses.DEAD_LETTERS
    | Uses.MEDIA
    | Uses.INDEX
    | Uses.NEW_INDEX
    | Uses.USERS
    | Uses.MAIL
    | Uses.QUOTA
    | Uses.TOPIC
)
"""Every instance serves everything, and works."""

MIGRATES = "/usr/local/sbin/cartwheel-release migrate '{{ Release }}'"


def pool_size(connections: int) -> int:
    """Connections of a process, so that all that may run take 70 percent of what the database has.

    The alarm is at 80: whatever goes beyond is not the shop, or somebody at a console.
    """
    return max(1, connections * 70 // 100 // (MOST * PROCESSES))


class FleetStack(Stack):
    """An Auto Scaling group behind the load balancer. A new release replaces one instance after the other."""

    def __init__(self, scope: Construct, id: str, options: Options, land: Land, address: str) -> None:
        super().__init__(scope, id, description="Cartwheel: instances")
        self._options, self._land = options, land
        self.target = land.balancer.targets(self, "Targets", land.network)
        elb.ApplicationListenerRule(
            self,
            "Everything",
            listener=land.balancer.listener,
            priority=1,
            conditions=[elb.ListenerCondition.path_patterns(["/*"])],
            action=elb.ListenerAction.forward([self.target]),
        )
        self._logs()
        template = self._template(self._role())
        self.group = self._group(template)
        self.group.attach_to_application_target_group(self.target)
        self._tell(template, address)
        self._scale()
        self._migrations()
        CfnOutput(self, "FleetName", value=self.group.auto_scaling_group_name)
        CfnOutput(self, "Release", value=options.release)

    @property
    def busy(self) -> cloudwatch.Metric:
        """Percent of the processors of all instances."""
        return cloudwatch.Metric(
            namespace="AWS/EC2",
            metric_name="CPUUtilization",
            dimensions_map={"AutoScalingGroupName": self.group.auto_scaling_group_name},
            statistic="Average",
            period=MINUTE,
        )

    def _role(self) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("AmazonSSMManagedInstanceCore"),
                iam.ManagedPolicy.from_aws_managed_policy_name("CloudWatchAgentServerPolicy"),
            ],
        )
        allow(role, EVERYTHING, self._options, self._land.data, self._land.messaging)
        releases = f"arn:{Aws.PARTITION}:s3:::{self._options.bucket('releases')}/releases/*"
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[releases]))
        if self._land.database:
            self._land.database.secret.grant_read(role)
        return role

    def _template(self, role: iam.Role) -> ec2.LaunchTemplate:
        options = self._options
        arm = options.architecture == "arm64"
        cpu = ec2.AmazonLinuxCpuType.ARM_64 if arm else ec2.AmazonLinuxCpuType.X86_64
        disk = ec2.BlockDeviceVolume.ebs(16, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3)
        return ec2.LaunchTemplate(
            self,
            "Template",
            launch_template_name=options.prefix,
            machine_image=ec2.MachineImage.latest_amazon_linux2023(cpu_type=cpu),
            instance_type=ec2.InstanceType(KINDS[options.architecture]),
            role=role,
            security_group=self._land.network.app,
            user_data=ec2.UserData.for_linux(),
            block_devices=[ec2.BlockDevice(device_name="/dev/xvda", volume=disk)],
            require_imdsv2=True,
            http_tokens=ec2.LaunchTemplateHttpTokens.REQUIRED,
            http_put_response_hop_limit=1,
            detailed_monitoring=True,
            associate_public_ip_address=False,
        )

    def _group(self, template: ec2.LaunchTemplate) -> autoscaling.AutoScalingGroup:
        return autoscaling.AutoScalingGroup(
            self,
            "Group",
            auto_scaling_group_name=self._options.prefix,
            vpc=self._land.network.vpc,
            vpc_subnets=PRIVATE,
            launch_template=template,
            min_capacity=LEAST,
            max_capacity=MOST,
            default_instance_warmup=WARM_UP,
            max_instance_lifetime=REPLACED,
            group_metrics=[autoscaling.GroupMetrics.all()],
            health_checks=autoscaling.HealthChecks.with_additional_checks(
                additional_types=[autoscaling.AdditionalHealthCheckType.ELB], grace_period=WARM_UP
            ),
            signals=autoscaling.Signals.wait_for_min_capacity(timeout=Duration.minutes(15)),
            update_policy=autoscaling.UpdatePolicy.rolling_update(
                max_batch_size=1, min_instances_in_service=LEAST, pause_time=Duration.minutes(15)
            ),
            min_healthy_percentage=100,
            max_healthy_percentage=150,
        )

    def _tell(self, template: ec2.LaunchTemplate, address: str) -> None:
        """Settings, the script that fetches releases, and what runs at the first start."""
        group = self.group.node.default_child
        assert isinstance(group, autoscaling.CfnAutoScalingGroup)  # noqa: S101 - tells the type checker
        where = {
            "PREFIX": self._options.prefix,
            "BUCKET": self._options.bucket("releases"),
            "RELEASE": self._options.release,
            "STACK": self.stack_name,
            "RESOURCE": self.get_logical_id(group),
            "AWS_REGION": Aws.REGION,
        }
        data = template.user_data
        assert data is not None  # noqa: S101 - given above
        data.add_commands(
            *(f"export {name}={value}" for name, value in where.items()),
            'install --directory "${ROOT:-}/etc/cartwheel"',
            'echo "$BUCKET" >"${ROOT:-}/etc/cartwheel/bucket"',
            _written("/etc/cartwheel/environment", _lines(self._settings(address))),
            _written("/usr/local/sbin/cartwheel-release", (SCRIPTS / "cartwheel-release").read_text()),
            'chmod 0755 "${ROOT:-}/usr/local/sbin/cartwheel-release"',
            (SCRIPTS / "user-data.sh").read_text(),
        )

    def _settings(self, address: str) -> dict[str, str]:
        land = self._land
        own = {"DATA": "/var/lib/cartwheel", "WORKFLOW": "local", "PROXIES": CIDR}
        if land.database:
            size = pool_size(land.database.size.connections)
            own["DATABASE"] = land.database.url(land.database.primary.db_instance_endpoint_address, size)
            if land.database.replica:
                host = land.database.replica.db_instance_endpoint_address
                own["DATABASE_REPLICA"] = land.database.url(host, size)
        common = told(self._options, land.data, land.messaging, address)
        return common | prefixed(own) | {"AWS_REGION": Aws.REGION}

    def _scale(self) -> None:
        """In steps and not towards a target: the seed's two thresholds have their own durations."""
        out = self._step("Out", 1)
        # From 85 percent on two at once, which is how CDK wants the upper step told apart from the lower.
        out.add_adjustment(adjustment=1, lower_bound=0, upper_bound=15)
        out.add_adjustment(adjustment=2, lower_bound=15)
        above = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
        self._alarm("Busy", OUT, above, minutes=2).add_alarm_action(AutoScalingAction(out))
        back = self._step("In", -1)
        back.add_adjustment(adjustment=-1, upper_bound=0)
        below = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
        self._alarm("Idle", IN, below, minutes=5).add_alarm_action(AutoScalingAction(back))

    def _step(self, id: str, direction: int) -> autoscaling.StepScalingAction:
        return autoscaling.StepScalingAction(
            self,
            id,
            auto_scaling_group=self.group,
            adjustment_type=autoscaling.AdjustmentType.CHANGE_IN_CAPACITY,
            estimated_instance_warmup=WARM_UP if direction > 0 else None,
        )

    def _alarm(
        self, id: str, percent: int, comparison: cloudwatch.ComparisonOperator, *, minutes: int
    ) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            id,
            alarm_name=f"{self._options.prefix}-scale-{id.lower()}",
            alarm_description=f"How many instances there are: {percent} percent (seed S3). {RUNBOOKS}#scale",
            metric=self.busy,
            threshold=percent,
            evaluation_periods=minutes,
            comparison_operator=comparison,
        )

    def _logs(self) -> None:
        for name in ("api", "worker"):
            log_group(self, f"{name}-logs", self._options, f"/aws/ec2/{self._options.prefix}-{name}")

    def _migrations(self) -> None:
        """What `cartwheel deploy instances` runs on one instance before it lets the others follow."""
        step = {
            "action": "aws:runShellScript",
            "name": "migrate",
            "inputs": {"runCommand": [MIGRATES], "timeoutSeconds": "600"},
        }
        ssm.CfnDocument(
            self,
            "Migrate",
            name=f"{self._options.prefix}-migrate",
            document_type="Command",
            document_format="JSON",
            update_method="NewVersion",
            content={
                "schemaVersion": "2.2",
                "description": "Brings the database's tables up to date with a release.",
                "parameters": {
                    "Release": {
                        "type": "String",
                        "description": "The name of the release.",
                        "allowedPattern": "^[0-9a-f]{64}$",
                    }
                },
                "mainSteps": [step],
            },
        )


def _lines(settings: dict[str, str]) -> str:
    """As systemd and shells both read them; ``infra.options`` refuses values that would need more quoting."""
    return "".join(f'{name}="{value}"\n' for name, value in settings.items())


def _written(path: str, text: str) -> str:
    return f"cat >\"${{ROOT:-}}{path}\" <<'END_OF_FILE'\n{text.rstrip()}\nEND_OF_FILE"
