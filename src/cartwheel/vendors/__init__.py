"""Vendors: who sells in the shop, what the shop keeps of it, and what it pays them."""

from cartwheel.vendors.accounting import Accounting
from cartwheel.vendors.desk import VendorDesk
from cartwheel.vendors.model import NoSuchVendor, PayoutDetails, ShopFront, Vendor, VendorStatus, basis_points
from cartwheel.vendors.service import Vendors
from cartwheel.vendors.tables import TABLES

__all__ = [
    "TABLES",
    "Accounting",
    "NoSuchVendor",
    "PayoutDetails",
    "ShopFront",
    "Vendor",
    "VendorDesk",
    "VendorStatus",
    "Vendors",
    "basis_points",
]
