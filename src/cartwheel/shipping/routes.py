"""How the shop ships."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from cartwheel.edge.errors import documented
from cartwheel.edge.routing import api_router
from cartwheel.kernel.money import json_number
from cartwheel.shipping.model import FlatRates


class ShippingMethodOut(BaseModel):
    """One way of sending. Prices are major units of ``currency``."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    id: str
    name: str
    price: float
    currency: str
    days: str
    free_from: float | None = None


def router(rates: FlatRates, currency: str) -> APIRouter:
    """``GET /shipping/methods``."""
    routes = api_router("shipping")

    @routes.get("/shipping/methods", responses=documented())
    async def list_shipping_methods() -> list[ShippingMethodOut]:
        """The ways in which the shop sends; the first is what an order without a choice gets."""
        return [
            ShippingMethodOut(
                id=method.id,
                name=method.name,
                price=json_number(method.price, currency),
                currency=currency,
                days=method.days,
                free_from=None if method.free_from is None else json_number(method.free_from, currency),
            )
            for method in rates.methods
        ]

    return routes
