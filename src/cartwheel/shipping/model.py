"""Addresses and flat-rate shipping. Prices are minor units of the shop's currency."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cartwheel.kernel.errors import Invalid


class Address(BaseModel):
    """A postal address as people write it."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)

    name: str = Field(min_length=1, max_length=200)
    line1: str = Field(min_length=1, max_length=200)
    line2: str = Field(default="", max_length=200)
    city: str = Field(min_length=1, max_length=100)
    region: str = Field(default="", max_length=100)
    postal_code: str = Field(default="", max_length=20)
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1, two letters.")
    phone: str = Field(default="", max_length=40)


class ShippingMethod(BaseModel):
    """One way of sending, at one price whatever is in the parcel."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    price: int = Field(ge=0)
    days: str
    free_from: int | None = None
    """The goods' value from which sending is free."""


class UnknownShippingMethod(Invalid):
    """The shop does not send like that."""

    code = "unknown_shipping_method"


class FlatRates:
    """The shop's ways of sending. The first one is what an order without a choice gets."""

    def __init__(self, methods: Sequence[ShippingMethod]) -> None:
        if not methods:
            raise ValueError("A shop needs at least one shipping method.")
        self.methods = tuple(methods)

    def choose(self, method_id: str | None) -> ShippingMethod:
        """The method of that id, the first without one. Raises ``UnknownShippingMethod``."""
        if method_id is None:
            return self.methods[0]
        for method in self.methods:
            if method.id == method_id:
                return method
        raise UnknownShippingMethod("The shop does not ship like that.", shippingMethod=method_id)

    @staticmethod
    def price(method: ShippingMethod, goods: int) -> int:
        """What sending goods of that value costs."""
        free = method.free_from is not None and goods >= method.free_from
        return 0 if free else method.price
