"""What containers and instances need before their stacks: an image or a release, and tables that fit it."""

import time
from collections.abc import Callable
from pathlib import Path

from cartwheel.cloud.account import Account
from cartwheel.cloud.tools import CloudError, Tell

MIGRATION_SECONDS = 600


class ImageMissing(CloudError):
    """The repository has no image of that tag."""

    def __init__(self, repository: str, tag: str, architecture: str) -> None:
        registry = repository.partition("/")[0]
        platform = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}[architecture]
        super().__init__(
            f"There is no image {repository}:{tag} yet. On a machine with Docker, in the checkout:\n"
            f"  aws ecr get-login-password | docker login --username AWS --password-stdin {registry}\n"
            f"  docker buildx build --platform {platform} --tag {repository}:{tag} --push .\n"
            f"Then deploy again."
        )


class MigrationFailed(CloudError):
    """The tables could not be brought up to date; the release before goes on."""

    def __init__(self, instance: str, status: str, told: str) -> None:
        super().__init__(
            f"The migration on {instance} ended as {status}. Nothing was deployed, and the shop goes on with"
            f" the release that it has.\n{told}"
        )


def check_image(account: Account, prefix: str, tag: str, architecture: str) -> None:
    """Raises ``ImageMissing``."""
    if not account.has_image(prefix, tag):
        raise ImageMissing(account.outputs(f"{prefix}-registry")["ImageRepository"], tag, architecture)


def release_in(folder: Path) -> Path:
    """The archive that ``make release`` has left. Raises ``CloudError`` where there is not exactly one."""
    found = sorted(folder.glob("*.tar.gz"))
    if len(found) != 1:
        raise CloudError(f"{folder} holds {len(found)} releases: run `make release`.")
    return found[0]


def name_of(release: Path) -> str:
    """What instances fetch it by."""
    return release.name.removesuffix(".tar.gz")


def publish(account: Account, prefix: str, release: Path, tell: Tell) -> None:
    """Puts a release where instances fetch it from."""
    bucket = account.outputs(f"{prefix}-registry")["ReleaseBucket"]
    if account.put_once(bucket, f"releases/{release.name}", release):
        tell(f"{release.name} is in {bucket}.")
    else:
        tell(f"{release.name} is in {bucket} already.")


def migrate(
    account: Account, prefix: str, release: str, tell: Tell, pause: Callable[[float], None] = time.sleep
) -> None:
    """Brings the tables up to date on one instance, before any runs the release. Raises ``MigrationFailed``.

    Where nothing runs yet, the first instance does it when it starts.
    """
    fleet = account.outputs(f"{prefix}-fleet").get("FleetName")
    instance = account.one_of_fleet(fleet) if fleet else None
    if instance is None:
        tell("No instance runs yet: the first one makes the tables.")
        return
    command = account.run_document(f"{prefix}-migrate", instance, {"Release": [release]})
    for _ in range(MIGRATION_SECONDS // 5):
        status, told = account.command(command, instance)
        if status == "Success":
            tell(f"The tables are up to date (by {instance}).")
            return
        if status not in ("Pending", "InProgress", "Delayed"):
            raise MigrationFailed(instance, status, told)
        pause(5)
    raise MigrationFailed(instance, "unfinished", f"after {MIGRATION_SECONDS} s")
