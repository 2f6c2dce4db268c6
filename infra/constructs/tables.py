"""The shop's tables, from the same requests that the storage engine would send."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import CfnTag, Fn
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.options import Options
from infra.shop import TableData

OUTBOX = "outbox"
"""Its stream tells of every event; the relay moves them to the queues."""

_ACTIONS = (
    "BatchGetItem",
    "ConditionCheckItem",
    "DeleteItem",
    "DescribeTable",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
)


class ShopTables(Construct):
    """Every table: paid by request, restorable to any second of 35 days, encrypted with a key of AWS."""

    def __init__(self, scope: Construct, id: str, options: Options, tables: Sequence[TableData]) -> None:
        super().__init__(scope, id)
        self._options = options
        made = {table.name: self._table(table) for table in tables}
        self.names = sorted(f"{options.prefix}-{name}" for name in made)
        self.outbox_stream = made[OUTBOX].attr_stream_arn

    def _table(self, table: TableData) -> dynamodb.CfnTable:
        options = self._options
        made = dynamodb.CfnTable(
            self,
            table.name,
            table_name=f"{options.prefix}-{table.name}",
            billing_mode="PAY_PER_REQUEST",
            key_schema=_keys(table.request["KeySchema"]),
            attribute_definitions=[
                dynamodb.CfnTable.AttributeDefinitionProperty(
                    attribute_name=one["AttributeName"], attribute_type=one["AttributeType"]
                )
                for one in table.request["AttributeDefinitions"]
            ],
            global_secondary_indexes=_indexes(table.request) or None,
            point_in_time_recovery_specification=dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_specification=_ttl(table),
            stream_specification=_stream(table),
            deletion_protection_enabled=options.keeps,
            contributor_insights_specification=dynamodb.CfnTable.ContributorInsightsSpecificationProperty(
                enabled=True
            )
            if options.insights
            else None,
            tags=[CfnTag(key="cartwheel:table", value=table.name)],
        )
        made.apply_removal_policy(options.removal)
        return made


def table_access(scope: Construct, id: str, options: Options) -> iam.ManagedPolicy:
    """Leave to read and write items of the shop's tables; never to change or drop a table.

    By the names' prefix: 45 tables with their indexes, one by one, exceed what a role's policy can hold.
    Servers look at every table when they start, also whether its items expire.
    """
    arn = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/"
    more = () if options.topology == "serverless" else ("DescribeTimeToLive",)
    statement = iam.PolicyStatement(
        actions=[f"dynamodb:{action}" for action in (*_ACTIONS, *more)],
        resources=[Fn.sub(f"{arn}{options.prefix}-*"), Fn.sub(f"{arn}{options.prefix}-*/index/*")],
    )
    return iam.ManagedPolicy(scope, id, statements=[statement])


def _keys(schema: Sequence[Mapping[str, Any]]) -> list[dynamodb.CfnTable.KeySchemaProperty]:
    return [
        dynamodb.CfnTable.KeySchemaProperty(attribute_name=key["AttributeName"], key_type=key["KeyType"])
        for key in schema
    ]


def _indexes(request: Mapping[str, Any]) -> list[dynamodb.CfnTable.GlobalSecondaryIndexProperty]:
    return [
        dynamodb.CfnTable.GlobalSecondaryIndexProperty(
            index_name=index["IndexName"],
            key_schema=_keys(index["KeySchema"]),
            projection=dynamodb.CfnTable.ProjectionProperty(
                projection_type=index["Projection"]["ProjectionType"]
            ),
        )
        for index in request.get("GlobalSecondaryIndexes", ())
    ]


def _ttl(table: TableData) -> dynamodb.CfnTable.TimeToLiveSpecificationProperty | None:
    if table.ttl is None:
        return None
    return dynamodb.CfnTable.TimeToLiveSpecificationProperty(attribute_name=table.ttl, enabled=True)


def _stream(table: TableData) -> dynamodb.CfnTable.StreamSpecificationProperty | None:
    if table.name != OUTBOX:
        return None
    return dynamodb.CfnTable.StreamSpecificationProperty(stream_view_type="NEW_IMAGE")
