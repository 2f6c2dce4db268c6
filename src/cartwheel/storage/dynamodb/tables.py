"""Creates tables, their indexes and time to live. What a deployment has created already stays as it is."""

from typing import Any

from botocore.exceptions import ClientError

from cartwheel.aws import code_of
from cartwheel.storage.dynamodb.calls import Calls
from cartwheel.storage.dynamodb.codec import TTL
from cartwheel.storage.dynamodb.requests import Request, attribute_definitions, index_requests, table_request
from cartwheel.storage.port import Backoff, Unavailable
from cartwheel.storage.schema import Table

_SECONDS = 600
"""Filling an index that is added to a large table takes minutes."""

_BUSY = {"LimitExceededException", "ResourceInUseException"}


async def prepare_table(calls: Calls, table: Table[Any], name: str) -> None:
    """Returns when the table and its indexes can be used. Any number of processes may do this at once."""
    backoff = Backoff(_SECONDS)
    while not await _is_ready(calls, table, name):
        if not await backoff.wait():
            raise Unavailable(f"The table {name} did not become active.")
    if table.ttl:
        await _enable_ttl(calls, name)


async def _is_ready(calls: Calls, table: Table[Any], name: str) -> bool:
    """Makes at most one step towards a table that can be used."""
    try:
        found = (await calls.call("describe_table", {"TableName": name}))["Table"]
        indexes = {index["IndexName"]: index for index in found.get("GlobalSecondaryIndexes", ())}
        if any(part.get("IndexStatus", "ACTIVE") != "ACTIVE" for part in indexes.values()):
            return False
        if found["TableStatus"] != "ACTIVE":
            return False
        missing = [wanted for wanted in index_requests(table) if wanted["IndexName"] not in indexes]
        if not missing:
            return True
        request: Request = {
            "TableName": name,
            "AttributeDefinitions": attribute_definitions(table),
            "GlobalSecondaryIndexUpdates": [{"Create": missing[0]}],  # DynamoDB adds one at a time
        }
        await calls.call("update_table", request)
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            await _create(calls, table, name)
        elif code_of(error) not in _BUSY:
            raise
    return False


async def _create(calls: Calls, table: Table[Any], name: str) -> None:
    try:
        await calls.call("create_table", table_request(table, name))
    except ClientError as error:
        if code_of(error) not in _BUSY:  # another process was faster
            raise


async def _enable_ttl(calls: Calls, name: str) -> None:
    found = await calls.call("describe_time_to_live", {"TableName": name})
    if found["TimeToLiveDescription"].get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
        return
    wanted = {"Enabled": True, "AttributeName": TTL}
    await calls.call("update_time_to_live", {"TableName": name, "TimeToLiveSpecification": wanted})
