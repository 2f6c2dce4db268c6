"""Where an order goes and what that costs: addresses and flat rates."""

from cartwheel.shipping.model import Address, FlatRates, ShippingMethod, UnknownShippingMethod

__all__ = ["Address", "FlatRates", "ShippingMethod", "UnknownShippingMethod"]
