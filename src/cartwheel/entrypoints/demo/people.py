"""Who is in the demo shop: accounts for each role, three vendors, guests. The passwords are public."""

from random import Random

from cartwheel.accounts import EmailTaken, Group, NewAccount
from cartwheel.checkout import Placement
from cartwheel.shipping import Address
from cartwheel.shop import Shop
from cartwheel.vendors import PayoutDetails, ShopFront

VERA, STEN, PIA = "vendor@livekart.com", "skerry@livekart.com", "paperboat@livekart.com"
ADMIN, CUSTOMER = "admin@livekart.com", "customer@livekart.com"

ACCOUNTS: tuple[tuple[str, str, str, tuple[Group, ...]], ...] = (
    (ADMIN, "Admin123!", "Ada Admin", ("customers", "admins")),
    (VERA, "Vendor123!", "Vera Vendor", ("customers", "vendors")),
    (STEN, "Vendor123!", "Sten Skerry", ("customers", "vendors")),
    (PIA, "Vendor123!", "Pia Paperboat", ("customers", "vendors")),
    (CUSTOMER, "Customer123!", "Carl Customer", ("customers",)),
)

FRONTS = {
    VERA: ShopFront(
        shop_name="Harbour Goods",
        description="Well-made things for the desk and the kitchen, picked one by one by Vera.",
    ),
    STEN: ShopFront(
        shop_name="Skerry & Tarn",
        description="Clothes and shoes for weather, mended for free as long as we are here.",
    ),
    PIA: ShopFront(
        shop_name="Paper Boat Books",
        description="Two small presses and a notebook. We read everything before we sell it.",
    ),
}
SELLERS = {"Electronics": VERA, "Home": VERA, "Clothing": STEN, "Books": PIA}
"""Who sells what, by category."""

PEOPLE = (
    ("Mina Okafor", "14 Canal Street", "Rotterdam", "NL"),
    ("Jonas Feld", "Am Hang 3", "Freiburg", "DE"),
    ("Aoife Brennan", "27 Quay Road", "Galway", "IE"),
    ("Tomás Rivas", "Calle Mayor 8", "Cádiz", "ES"),
    ("Ingrid Solheim", "Bryggen 11", "Bergen", "NO"),
    ("Noor Haddad", "52 Rue des Lilas", "Lyon", "FR"),
    ("Wei Lin", "9 Harbour Walk", "Bristol", "GB"),
    ("Elif Demir", "Ufer 20", "Hamburg", "DE"),
)
"""Guests who buy: name, street, city, country."""

TOKENS = ("tok_visa",) * 24 + ("tok_chargeDeclined",)


def wish(dice: Random) -> Placement:
    """What a guest sends to order."""
    number = dice.randrange(len(PEOPLE))
    name, street, city, country = PEOPLE[number]
    address = Address(
        name=name, line1=street, city=city, postal_code=str(1000 + number * 97), country=country
    )
    return Placement(
        payment_token=dice.choice(TOKENS),
        email=f"{name.split()[0].lower()}@example.com",
        address=address,
        shipping_method=dice.choice(("standard", "standard", "express")),
    )


async def invite(shop: Shop) -> dict[str, str]:
    """Makes the accounts that are missing; answers the user ids by e-mail address."""
    ids = {}
    for email, password, name, groups in ACCOUNTS:
        try:
            ids[email] = (await shop.accounts.create_user(NewAccount(email, password, name), groups)).user_id
        except EmailTaken:
            if (user := await shop.accounts.find_user(email)) is None:
                raise
            ids[email] = user.user_id
    for email, front in FRONTS.items():
        owner = next(name for address, _, name, _ in ACCOUNTS if address == email)
        payout = PayoutDetails(holder=owner, account="DE02120300000000202051", bank="BYLADEM1001")
        await shop.vendors.enrol(ids[email], front, payout)
    return ids
