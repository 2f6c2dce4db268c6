"""What AWS tells of its own accord: files that arrived in S3, mail that came back to SES.

Lambda's doors are handed it; a worker takes it from the queues that ``CARTWHEEL_AWS_QUEUES`` names. It may
come more than once, and late.
"""

import json
from collections.abc import Mapping
from typing import Any

from cartwheel.adapters import arrived_files, returned_mail
from cartwheel.media import MediaLibrary
from cartwheel.messaging import FOREIGN, Event, Handle, Subscription
from cartwheel.notifications import Notifications


async def uploaded(media: MediaLibrary, told: Mapping[str, Any]) -> None:
    """Completes uploads whose file has arrived in the bucket, should the browser not say so."""
    for name in arrived_files(told):
        await media.arrived(name)


async def returned(notifications: Notifications, told: str) -> None:
    """Marks the addresses whose mail came back or was called spam."""
    for address, reason, detail in returned_mail(told):
        await notifications.suppress(address, reason, detail)


def subscriptions(queues: str, media: MediaLibrary, notifications: Notifications) -> list[Subscription]:
    """The consumers of those queues, as ``CARTWHEEL_AWS_QUEUES`` names them."""

    async def on_upload(event: Event) -> None:
        await uploaded(media, json.loads(event.payload["body"]))

    async def on_return(event: Event) -> None:
        await returned(notifications, event.payload["body"])

    handlers: Mapping[str, Handle] = {"uploads": on_upload, "returned-mail": on_return}
    return [Subscription(name, frozenset({FOREIGN}), handlers[name]) for name in queues.split(",") if name]
