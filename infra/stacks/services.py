"""The containers: a service for each part of the API, and the worker."""

from collections.abc import Sequence

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_servicediscovery as discovery
from constructs import Construct

from infra.constructs.logs import log_group
from infra.containers import SERVICES, WORKER, Service, paths
from infra.doors import Uses
from infra.grants import allow
from infra.options import Options
from infra.shop import ShopData
from infra.stacks.cluster import Ground
from infra.stacks.network import APP, CIDR, PRIVATE, NetworkStack
from infra.told import prefixed, told, told_for

PER_RULE = 5
"""Values that a rule of a balancer may have."""

LAST = 1000
"""The rank of the rule for what belongs to no service."""

MOST = 10
"""Containers of one service."""

BUSY = 70
"""Percent of the processor's time, above which one more is started (seed S3)."""

REQUESTS_A_MINUTE = 3000
"""Of one container: a third of what one did in docs/reference/benchmarks.md."""

STOPS = Duration.seconds(60)
"""From SIGTERM to SIGKILL; a batch of messages takes less."""

ALIVE = "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/health', timeout=4)"

_PROCESSORS = {"arm64": ecs.CpuArchitecture.ARM64, "x86_64": ecs.CpuArchitecture.X86_64}

WRITABLE = "/data"
"""A volume of the task's own, which the image gives to the shop's user; all else is read-only."""


class ServicesStack(Stack):
    """Every service deploys alone: new containers first, and back again when they do not get healthy."""

    def __init__(
        self, scope: Construct, id: str, options: Options, shop: ShopData, ground: Ground, address: str
    ) -> None:
        super().__init__(scope, id, description="Cartwheel: containers")
        self._options, self._ground, self._address = options, ground, address
        self.targets: dict[str, elb.ApplicationTargetGroup] = {}
        self.services: dict[str, ecs.FargateService] = {}
        *named, otherwise = SERVICES
        for service in SERVICES:
            self._serves(service)
        parts = [
            (service, _patterns(some))
            for service in named
            for some in _in_parts(paths(service, shop), PER_RULE // 2)
        ]
        telling = [service for service in named if Uses.PAGES in service.uses]
        parts += [(service, some) for service in telling for some in _in_parts(shop.pages, PER_RULE)]
        for priority, (service, patterns) in enumerate(parts, start=1):
            self._route(service, priority, patterns)
        self._route(otherwise, LAST, ["/*"])
        for service in SERVICES:  # once a rule leads to them
            self._scaled(self.services[service.name]).scale_on_request_count(
                "Requests", requests_per_target=REQUESTS_A_MINUTE, target_group=self.targets[service.name]
            )
        self._works()
        CfnOutput(self, "Image", value=options.image)

    def _route(self, service: Service, priority: int, patterns: list[str]) -> None:
        elb.ApplicationListenerRule(
            self,
            f"To-{service.name}-{priority}",
            listener=self._ground.cluster.balancer.listener,
            priority=priority,
            conditions=[elb.ListenerCondition.path_patterns(patterns)],
            action=elb.ListenerAction.forward([self.targets[service.name]]),
        )

    def _serves(self, service: Service) -> None:
        task = self._task(service, ["serve", "--services", ",".join(service.serves)])
        made = self._service(service, task)
        target = self._ground.cluster.balancer.targets(self, f"{service.name}-targets", self._network)
        made.attach_to_application_target_group(target)
        self.targets[service.name] = target

    def _works(self) -> None:
        """On Spot: what a worker had in hand when it is taken away comes to another one."""
        task = self._task(WORKER, ["worker"])
        self._scaled(self._service(WORKER, task))

    @property
    def _network(self) -> NetworkStack:
        return self._ground.cluster.network

    def _task(self, service: Service, command: list[str]) -> ecs.FargateTaskDefinition:
        options = self._options
        group = log_group(self, f"{service.name}-logs", options, f"/aws/ecs/{options.prefix}-{service.name}")
        task = ecs.FargateTaskDefinition(
            self,
            f"{service.name}-task",
            family=f"{options.prefix}-{service.name}",
            cpu=service.cpu,
            memory_limit_mib=service.memory,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=_PROCESSORS[options.architecture],
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
            volumes=[ecs.Volume(name="scratch")],
        )
        allow(task.task_role, service.uses, options, self._ground.data, self._ground.messaging)
        images = self._ground.registry.images
        assert images is not None  # noqa: S101 - of this topology, see the registry
        container = task.add_container(
            "shop",
            image=ecs.ContainerImage.from_ecr_repository(images, options.image),
            command=command,
            environment={**self._told(), **told_for(service.uses, options, self._ground.data)},
            readonly_root_filesystem=True,
            stop_timeout=STOPS,
            logging=ecs.LogDrivers.aws_logs(stream_prefix=service.name, log_group=group),
            health_check=_health() if service.serves else None,
            port_mappings=[ecs.PortMapping(container_port=APP)] if service.serves else None,
            linux_parameters=ecs.LinuxParameters(self, f"{service.name}-linux", init_process_enabled=True),
        )
        container.add_mount_points(
            ecs.MountPoint(container_path=WRITABLE, source_volume="scratch", read_only=False)
        )
        return task

    def _told(self) -> dict[str, str]:
        own = {
            "DATA": WRITABLE,
            "PROXIES": CIDR,
            "SHARED": self._ground.cluster.cache.url,
            "WORKFLOW": "local",
        }
        common = told(self._options, self._ground.data, self._ground.messaging, self._address)
        return common | prefixed(own) | {"AWS_REGION": Aws.REGION, "TMPDIR": WRITABLE}

    @property
    def _least(self) -> int:
        """Containers of a service that always run: in production one for each zone."""
        return 2 if self._options.keeps else 1

    def _service(self, service: Service, task: ecs.FargateTaskDefinition) -> ecs.FargateService:
        provider = "FARGATE" if service.serves else "FARGATE_SPOT"
        made = ecs.FargateService(
            self,
            service.name,
            service_name=service.name,
            cluster=self._ground.cluster.cluster,
            task_definition=task,
            desired_count=self._least,
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            capacity_provider_strategies=[ecs.CapacityProviderStrategy(capacity_provider=provider, weight=1)],
            vpc_subnets=PRIVATE,
            security_groups=[self._network.app],
            assign_public_ip=False,
            health_check_grace_period=Duration.seconds(60) if service.serves else None,
            cloud_map_options=ecs.CloudMapOptions(
                name=service.name,
                cloud_map_namespace=self._ground.cluster.names,
                dns_record_type=discovery.DnsRecordType.A,
            ),
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            enable_execute_command=False,
        )
        self.services[service.name] = made
        return made

    def _scaled(self, service: ecs.FargateService) -> ecs.ScalableTaskCount:
        made = service.auto_scale_task_count(min_capacity=self._least, max_capacity=MOST)
        made.scale_on_cpu_utilization(
            "Busy",
            target_utilization_percent=BUSY,
            scale_in_cooldown=Duration.minutes(5),
            scale_out_cooldown=Duration.minutes(1),
        )
        return made


def _health() -> ecs.HealthCheck:
    return ecs.HealthCheck(
        command=["CMD", "python", "-c", ALIVE],
        interval=Duration.seconds(10),
        timeout=Duration.seconds(5),
        retries=3,
        start_period=Duration.seconds(60),
    )


def _patterns(paths: list[str]) -> list[str]:
    """The paths themselves, and everything below them."""
    return [pattern for path in paths for pattern in (f"/{path}", f"/{path}/*")]


def _in_parts(paths: Sequence[str], size: int) -> list[list[str]]:
    return [list(paths[start : start + size]) for start in range(0, len(paths), size)]
