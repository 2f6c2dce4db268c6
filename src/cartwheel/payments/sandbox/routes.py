"""The bank's page of the sandbox: where a payer confirms or refuses a payment (3-D Secure)."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from cartwheel.edge.errors import documented
from cartwheel.edge.routing import api_router
from cartwheel.payments.sandbox.provider import Sandbox

IntentId = Annotated[str, Path(max_length=64)]

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sandbox bank</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<body><main><h1>Sandbox bank</h1><p>Confirm the payment {intent}?</p>
<form method="post" action="/api/payments/sandbox/{intent}/confirm"><button>Confirm</button></form>
<form method="post" action="/api/payments/sandbox/{intent}/refuse"><button>Refuse</button></form>
</main></body></html>"""


class Answered(BaseModel):
    """The payer's answer was taken."""

    answered: bool = True


def router(sandbox: Sandbox) -> APIRouter:
    """``POST /payments/sandbox/{intentId}/confirm`` and ``/refuse``."""
    routes = api_router("payments")

    @routes.post("/payments/sandbox/{intentId}/confirm", responses=documented(404))
    async def confirm_sandbox_payment(intentId: IntentId) -> Answered:  # noqa: N803
        """Confirms a payment that asked for 3-D Secure."""
        await sandbox.authenticate(intentId, confirmed=True)
        return Answered()

    @routes.post("/payments/sandbox/{intentId}/refuse", responses=documented(404))
    async def refuse_sandbox_payment(intentId: IntentId) -> Answered:  # noqa: N803
        """Refuses a payment that asked for 3-D Secure."""
        await sandbox.authenticate(intentId, confirmed=False)
        return Answered()

    return routes


def page_router() -> APIRouter:
    """``GET /sandbox/authenticate/{intentId}``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/sandbox/authenticate/{intentId}", response_class=HTMLResponse)
    async def sandbox_bank(intentId: IntentId) -> str:  # noqa: N803
        """The page that a bank would show."""
        return _PAGE.format(intent=escape(intentId, quote=True))

    return routes
