"""The cache that containers and instances share."""

from aws_cdk import aws_elasticache as elasticache
from constructs import Construct

from infra.options import Options
from infra.stacks.network import ISOLATED, REDIS, NetworkStack

NODE = "cache.t4g.micro"


class Cache(Construct):
    """Valkey, encrypted. Counts of attempts and word of changes go through it; nothing is kept in it.

    Dev has one node. Production has two in two zones, of which the second takes over; without any the shop
    goes on with its database (docs/how-to/run-in-containers.md).
    """

    def __init__(self, scope: Construct, id: str, options: Options, network: NetworkStack) -> None:
        super().__init__(scope, id)
        subnets = elasticache.CfnSubnetGroup(
            self,
            "Subnets",
            description=f"{options.prefix}: cache",
            subnet_ids=network.vpc.select_subnets(subnet_group_name=ISOLATED.subnet_group_name).subnet_ids,
        )
        self.group = elasticache.CfnReplicationGroup(
            self,
            "Group",
            replication_group_id=options.prefix,
            replication_group_description=f"{options.prefix}: what processes share for moments",
            engine="valkey",
            engine_version="8.0",
            cache_node_type=NODE,
            num_cache_clusters=2 if options.keeps else 1,
            automatic_failover_enabled=options.keeps,
            multi_az_enabled=options.keeps,
            port=REDIS,
            cache_subnet_group_name=subnets.ref,
            security_group_ids=[network.cache.security_group_id],
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            auto_minor_version_upgrade=True,
            snapshot_retention_limit=0,
        )

    @property
    def url(self) -> str:
        """As ``CARTWHEEL_SHARED`` takes it; TLS, and no password: the security group says who may ask."""
        return f"rediss://{self.group.attr_primary_end_point_address}:{REDIS}/0"
