"""Buckets that nobody reads directly."""

from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.options import PURGE_AFTER, Options


class PrivateBucket(s3.Bucket):
    """Encrypted, closed to the public, over TLS only. In dev it goes with its stack, when it is empty."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        options: Options,
        purpose: str,
        *,
        cors: list[s3.CorsRule] | None = None,
        lifecycle_rules: list[s3.LifecycleRule] | None = None,
    ) -> None:
        purge = s3.LifecycleRule(id="unfinished", abort_incomplete_multipart_upload_after=PURGE_AFTER)
        super().__init__(
            scope,
            id,
            bucket_name=options.bucket(purpose),
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            removal_policy=options.removal,
            cors=cors,
            lifecycle_rules=[purge, *(lifecycle_rules or [])],
        )
