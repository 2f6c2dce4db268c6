"""The shop's pages: the built app behind the API's routes, with heads and a sitemap from the catalogue."""

from functools import partial

import structlog
from starlette.types import ASGIApp

from cartwheel.edge.webapp import Site, heads, webapp
from cartwheel.entrypoints.telling import Teller
from cartwheel.kernel.errors import Unavailable
from cartwheel.media import Files
from cartwheel.shop import Shop
from cartwheel.storage import Unavailable as StorageUnavailable

log = structlog.get_logger()

HEADED = ("/", "/categories/*", "/products/*", "/sellers/*", "/robots.txt", "/sitemap.xml")
"""Where the catalogue has something to say: a service answers there also if the pages lie in a bucket."""

_LARGEST = 1_000_000
"""Bytes of ``index.html``, which has a few thousand."""


def pages(shop: Shop) -> ASGIApp | None:
    """The app of ``settings.pages``, or the one in ``settings.web``; ``None`` where none was built."""
    if shop.pages is None and not (shop.settings.web / "index.html").is_file():
        return None
    teller = Teller(shop)
    allowed = {"connect-src": (shop.files.origin,)} if shop.files.origin else {}  # uploads go there
    site = Site(shop.settings.shop_name, shop.settings.base_url, allowed)
    if shop.pages is None:
        return webapp(shop.settings.web, site, teller.describe, teller.places)
    return heads(partial(_index, shop.pages), shop.clock, site, teller.describe, teller.places)


class PagesUnavailable(Unavailable):
    """The bucket has no ``index.html``, or does not answer."""

    code = "pages_unavailable"

    def __init__(self, reason: str) -> None:
        log.error("pages_unavailable", reason=reason)
        super().__init__("The pages are not there just now. Try again in a moment.")


async def _index(files: Files) -> str:
    try:
        found = await files.read("index.html", _LARGEST)
    except StorageUnavailable as error:  # also of a missing file, to whoever may not list the others
        raise PagesUnavailable(str(error)) from error
    if found is None:
        raise PagesUnavailable("no index.html")
    return found.decode()
