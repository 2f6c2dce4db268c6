"""The DynamoDB engine. Imports neither SQLAlchemy nor boto3."""

from cartwheel.storage.dynamodb.engine import DynamoStore

__all__ = ["DynamoStore"]
