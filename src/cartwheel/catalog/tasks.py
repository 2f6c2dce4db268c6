"""What the catalogue does when pictures have changed."""

from cartwheel.catalog.pictures import ProductPictures
from cartwheel.messaging import Event, Subscription


def subscriptions(pictures: ProductPictures) -> list[Subscription]:
    """The consumers of this domain."""

    async def shown_changed(event: Event) -> None:
        await pictures.refresh(event.subject)

    async def media_ready(event: Event) -> None:
        await pictures.refresh_all(event.subject)

    return [
        Subscription("media", frozenset({"PicturesChanged"}), shown_changed),
        Subscription("media", frozenset({"MediaReady"}), media_ready),
    ]
