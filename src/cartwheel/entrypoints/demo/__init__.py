"""The demo shop: three vendors, sixty products with pictures, three months of orders. Never in production."""

from collections.abc import Callable

from cartwheel.entrypoints.demo.goods import hang_pictures, stock_up
from cartwheel.entrypoints.demo.history import DAYS, History
from cartwheel.entrypoints.demo.people import invite
from cartwheel.kernel.errors import Denied
from cartwheel.shop import Shop

__all__ = ["DAYS", "NotInProduction", "hang_pictures", "load", "load_when_empty"]


class NotInProduction(Denied):
    """The demo's passwords are public."""

    code = "not_in_production"


async def load_when_empty(shop: Shop) -> dict[str, str]:
    """Loads the demo shop where there is no product yet; answers the user ids by e-mail address."""
    if not await shop.catalog.categories():
        await load(shop)
    return await invite(shop)


async def load(
    shop: Shop, *, reset: bool = False, days: int = DAYS, tell: Callable[[int], None] = lambda _: None
) -> int:
    """Makes what is missing of the demo shop, and with ``reset`` puts back what was changed.

    ``days``: how long it has been selling; nothing has been sold in none. Answers how many products it has.
    Raises ``NotInProduction``.
    """
    if shop.settings.stage == "prod":
        raise NotInProduction("The demo shop has public passwords: it is not loaded in production.")
    is_new = not await shop.catalog.categories()
    ids = await invite(shop)
    count = await stock_up(shop, ids, reset=reset)
    if is_new and days:
        await History(shop, ids).play(days, tell)
    return count
