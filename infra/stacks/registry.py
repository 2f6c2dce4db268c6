"""What is run: images of containers, or releases of instances. It stands before anything can run."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.bucket import PrivateBucket
from infra.options import Options

KEPT_IMAGES = 20
"""Enough to go back to; more would only cost."""

KEPT_RELEASES = Duration.days(365)


class RegistryStack(Stack):
    """A repository whose tags never change, looked through for known weaknesses; or a bucket of releases."""

    def __init__(self, scope: Construct, id: str, options: Options) -> None:
        super().__init__(scope, id, description="Cartwheel: what is run")
        self.images: ecr.Repository | None = None
        self.releases: s3.Bucket | None = None
        if options.topology == "containers":
            self.images = ecr.Repository(
                self,
                "Images",
                repository_name=options.prefix,
                image_scan_on_push=True,
                image_tag_mutability=ecr.TagMutability.IMMUTABLE,
                encryption=ecr.RepositoryEncryption.AES_256,
                lifecycle_rules=[ecr.LifecycleRule(description="old", max_image_count=KEPT_IMAGES)],
                empty_on_delete=not options.keeps,
                removal_policy=options.removal,
            )
            CfnOutput(self, "ImageRepository", value=self.images.repository_uri)
        else:
            old = s3.LifecycleRule(id="old", prefix="releases/", expiration=KEPT_RELEASES)
            self.releases = PrivateBucket(self, "Releases", options, "releases", lifecycle_rules=[old])
            CfnOutput(self, "ReleaseBucket", value=self.releases.bucket_name)
