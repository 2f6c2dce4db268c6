"""What the ``media`` queue does."""

from cartwheel.media.service import MediaLibrary
from cartwheel.messaging import Event, Subscription


def subscriptions(library: MediaLibrary) -> list[Subscription]:
    """The consumers of this domain."""

    async def uploaded(event: Event) -> None:
        await library.derive(event.subject)

    return [Subscription("media", frozenset({"MediaUploaded"}), uploaded)]
