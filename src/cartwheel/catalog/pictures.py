"""Keeps products and the pictures that were uploaded for them in step."""

from collections.abc import Mapping

from cartwheel.catalog import tables
from cartwheel.catalog.model import Picture
from cartwheel.catalog.service import Catalog
from cartwheel.kernel.clock import Clock
from cartwheel.media import Media, MediaLibrary, media_id_of
from cartwheel.messaging import emit
from cartwheel.storage import Conflict, Store


class ProductPictures:
    """Notes which product shows what, and tells products which sizes of their pictures there are."""

    def __init__(self, store: Store, clock: Clock, catalog: Catalog, library: MediaLibrary) -> None:
        self._store = store
        self._clock = clock
        self._catalog = catalog
        self._library = library

    async def refresh(self, product_id: str) -> None:
        """Brings one product and its pictures in step. Repeatable; a deleted product shows nothing."""
        while True:
            product = (await self._catalog.products([product_id])).get(product_id)
            media_ids = tables.shown(product) if product else []
            await self._library.show(product_id, media_ids)
            if product is None or not media_ids:
                return None
            media = await self._library.many(media_ids)
            pictures = [_described(picture, media) for picture in product.images]
            if pictures == product.images:
                return None
            told = emit(self._clock, "ProductChanged", product_id, {"slug": product.slug})
            try:
                return await self._store.write(tables.pictured(product, pictures), told)
            except Conflict:  # it has changed meanwhile: look again
                continue

    async def refresh_all(self, media_id: str) -> None:
        """Brings everything that shows a picture in step with it."""
        for user in await self._library.users(media_id):
            if ":" not in user:  # else it is a vendor's logo, which no product's id can be taken for
                await self.refresh(user)


def _described(picture: Picture, media: Mapping[str, Media]) -> Picture:
    found = media.get(media_id_of(picture.url) or "")
    if found is None:
        return picture
    known = {name: getattr(found, name) for name in ("width", "height", "placeholder", "widths")}
    return picture.model_copy(update=known)
