"""Vendors over HTTP: pages for everybody, a desk for each of them, decisions and payouts for admins."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from cartwheel.catalog import HOUSE, ProductOut, product_json
from cartwheel.edge import spreadsheets
from cartwheel.edge.caller import Admin, SignedIn, Vendor, vendor_in_question
from cartwheel.edge.errors import documented
from cartwheel.edge.paging import DEFAULT_LIMIT, Cursor, Limit, next_link
from cartwheel.edge.routing import api_router
from cartwheel.inventory import Inventory
from cartwheel.kernel.money import to_minor
from cartwheel.vendors.accounting import Accounting, account_of
from cartwheel.vendors.desk import Editor, VendorDesk
from cartwheel.vendors.model import VendorStatus, basis_points
from cartwheel.vendors.schemas import (
    ApplicationIn,
    BatchOut,
    CommissionIn,
    DeskOut,
    EditIn,
    LedgerEntryOut,
    OwnShopOut,
    PayIn,
    PayoutOut,
    ProfileIn,
    ReasonIn,
    RowOut,
    ShopOut,
    batch_json,
    entry_json,
    figures_json,
    own_shop_json,
    payout_json,
    row_json,
    shop_json,
)
from cartwheel.vendors.service import Vendors

VendorKey = Annotated[
    str, Path(alias="vendorId", min_length=1, max_length=200, description="The vendor's id or its slug.")
]
VendorId = Annotated[str, Path(alias="vendorId", min_length=1, max_length=64)]
BatchId = Annotated[str, Path(alias="batchId", min_length=1, max_length=64)]

Whose = Annotated[str, Depends(vendor_in_question(HOUSE))]


@dataclass(frozen=True, slots=True)
class Selling:
    """What the routes need."""

    vendors: Vendors
    accounting: Accounting
    desk: VendorDesk
    inventory: Inventory
    currency: str


def router(selling: Selling) -> APIRouter:
    """``/vendors``, ``/vendor`` and what admins do with them."""
    routes = api_router("vendors")
    _add_public(routes, selling)
    _add_own(routes, selling)
    _add_desk(routes, selling)
    _add_decisions(routes, selling)
    _add_payouts(routes, selling)
    return routes


def _add_public(routes: APIRouter, selling: Selling) -> None:
    @routes.get("/vendors/{vendorId}", responses=documented(404))
    async def get_vendor(vendor_id: VendorKey) -> ShopOut:
        """A vendor's page: who sells here under this name."""
        return shop_json(await selling.vendors.public(vendor_id))

    @routes.get(
        "/vendors/{vendorId}/products", response_model=list[ProductOut], responses=documented(400, 404)
    )
    async def list_vendor_shelf(
        request: Request,
        response: Response,
        vendor_id: VendorKey,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[dict[str, Any]]:
        """What a vendor sells, the newest first."""
        page = await selling.vendors.shelf(vendor_id, cursor, limit)
        variants = [variant.variant_id for product in page.items for variant in product.variants]
        stock = await selling.inventory.stock(variants)
        next_link(request, response, page.next)
        return [product_json(product, stock) for product in page.items]


def _add_own(routes: APIRouter, selling: Selling) -> None:
    @routes.get("/vendor", responses=documented(401, 404))
    async def get_own_shop(caller: SignedIn) -> OwnShopOut:
        """The caller's own shop or application, whatever became of it."""
        return own_shop_json(await selling.vendors.get(caller.user_id or ""))

    @routes.post("/vendor", status_code=201, responses=documented(401, 409))
    async def apply_as_vendor(body: ApplicationIn, caller: SignedIn) -> OwnShopOut:
        """Asks to sell. Until it is decided, and once it was declined, the same request replaces it."""
        made = await selling.vendors.apply(caller.user_id or "", body.front, body.payout.details)
        return own_shop_json(made)

    @routes.put("/vendor", responses=documented(401, 403, 404, 409))
    async def update_own_shop(body: ProfileIn, caller: Vendor) -> OwnShopOut:
        """Changes the caller's shop front and, if given, the account that payouts go to."""
        details = body.payout.details if body.payout else None
        return own_shop_json(await selling.vendors.revise(caller.user_id or "", body.front, details))


def _add_desk(routes: APIRouter, selling: Selling) -> None:
    @routes.get("/vendor/summary", responses=documented(401, 403))
    async def get_vendor_summary(vendor_id: Whose) -> DeskOut:
        """What waits for a vendor: orders to send, variants that run out, money."""
        return figures_json(await selling.desk.figures(vendor_id), selling.currency)

    @routes.patch("/vendor/products", responses=documented(401, 403))
    async def edit_vendor_products(body: EditIn, caller: Vendor, vendor_id: Whose) -> list[RowOut]:
        """Sets prices and stocks of up to 50 variants. Each row is told by itself whether it was done."""
        rows = body.wanted(selling.currency)
        editor = Editor(caller.user_id or "", is_staff=caller.is_admin)
        outcome = await selling.desk.edit(vendor_id, rows, editor)
        return [row_json(row, wrong) for row, wrong in zip(rows, outcome, strict=True)]

    @routes.get("/vendor/ledger", responses=documented(400, 401, 403))
    async def list_vendor_ledger(
        request: Request,
        response: Response,
        vendor_id: Whose,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[LedgerEntryOut]:
        """What moved a vendor's balance, the newest first."""
        page = await selling.accounting.statement(account_of(vendor_id), cursor, limit)
        next_link(request, response, page.next)
        return [entry_json(entry) for entry in page.items]

    @routes.get("/vendor/payouts", responses=documented(400, 401, 403))
    async def list_vendor_payouts(
        request: Request,
        response: Response,
        vendor_id: Whose,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[PayoutOut]:
        """What a vendor was paid, the newest first."""
        page = await selling.accounting.payouts_to(vendor_id, cursor, limit)
        next_link(request, response, page.next)
        return [payout_json(payout) for payout in page.items]


def _add_decisions(routes: APIRouter, selling: Selling) -> None:
    vendors = selling.vendors

    @routes.get("/admin/vendors", responses=documented(400, 401, 403))
    async def list_vendors(
        request: Request,
        response: Response,
        _: Admin,
        status: Annotated[VendorStatus | None, Query()] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[OwnShopOut]:
        """Vendors and those who would like to be, the newest first: `status=APPLIED` waits for a decision."""
        page = await vendors.all(status, cursor, limit)
        next_link(request, response, page.next)
        return [own_shop_json(vendor) for vendor in page.items]

    @routes.get("/admin/vendors/{vendorId}", responses=documented(401, 403, 404))
    async def get_vendor_as_admin(vendor_id: VendorId, _: Admin) -> OwnShopOut:
        """One vendor, whatever its status."""
        return own_shop_json(await vendors.get(vendor_id))

    @routes.post("/admin/vendors/{vendorId}/approve", responses=documented(401, 403, 404, 409))
    async def approve_vendor(vendor_id: VendorId, caller: Admin) -> OwnShopOut:
        """Lets an applicant sell, or a suspended vendor sell again: the products come back."""
        actor = caller.user_id or ""
        return own_shop_json(await vendors.decide(vendor_id, VendorStatus.APPROVED, "", actor))

    @routes.post("/admin/vendors/{vendorId}/decline", responses=documented(401, 403, 404, 409))
    async def decline_vendor(vendor_id: VendorId, body: ReasonIn, caller: Admin) -> OwnShopOut:
        """Declines an application. The applicant reads why, and may apply again."""
        actor = caller.user_id or ""
        return own_shop_json(await vendors.decide(vendor_id, VendorStatus.DECLINED, body.reason, actor))

    @routes.post("/admin/vendors/{vendorId}/suspend", responses=documented(401, 403, 404, 409))
    async def suspend_vendor(vendor_id: VendorId, body: ReasonIn, caller: Admin) -> OwnShopOut:
        """Keeps a vendor from selling: signed out at once, the products leave the shop within a moment."""
        actor = caller.user_id or ""
        return own_shop_json(await vendors.decide(vendor_id, VendorStatus.SUSPENDED, body.reason, actor))

    @routes.put("/admin/vendors/{vendorId}/commission", responses=documented(401, 403, 404))
    async def set_vendor_commission(vendor_id: VendorId, body: CommissionIn, caller: Admin) -> OwnShopOut:
        """Gives a vendor a rate of its own, for sales from now on."""
        points = None if body.commission is None else basis_points(body.commission)
        return own_shop_json(await vendors.set_commission(vendor_id, points, caller.user_id or ""))


def _add_payouts(routes: APIRouter, selling: Selling) -> None:
    accounting, currency = selling.accounting, selling.currency

    @routes.post("/admin/payouts", status_code=201, responses=documented(401, 403))
    async def make_payouts(body: PayIn, caller: Admin) -> BatchOut:
        """Pays every vendor to whom something is owed; the file for the bank is the batch's CSV."""
        least = to_minor(body.least, currency)
        return batch_json(await accounting.pay(body.batch_id, currency, caller.user_id or "", least))

    @routes.get("/admin/payouts", responses=documented(400, 401, 403))
    async def list_payouts(
        request: Request, response: Response, _: Admin, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> list[BatchOut]:
        """All batches of payouts, the newest first."""
        page = await accounting.batches(cursor, limit)
        next_link(request, response, page.next)
        return [batch_json(batch) for batch in page.items]

    @routes.get("/admin/payouts/{batchId}", responses=documented(401, 403, 404))
    async def get_payouts(batch_id: BatchId, _: Admin) -> BatchOut:
        """One batch of payouts."""
        return batch_json(await accounting.batch(batch_id))

    @routes.get(
        "/admin/payouts/{batchId}/csv",
        response_class=Response,
        responses=documented(401, 403, 404) | spreadsheets.CSV,
    )
    async def download_payouts(batch_id: BatchId, _: Admin) -> Response:
        """The batch as CSV, with the accounts that the money goes to."""
        await accounting.batch(batch_id)  # a missing one is told before the file begins
        lines = (spreadsheets.line(row) async for row in accounting.rows(batch_id))
        return spreadsheets.attachment("payouts.csv", lines)
