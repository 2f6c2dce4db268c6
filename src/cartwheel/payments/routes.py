"""The provider's door: webhooks. They are kept, answered at once, and worked out by the queue."""

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from cartwheel.edge.errors import documented
from cartwheel.edge.routing import api_router
from cartwheel.payments.service import Payments


class Received(BaseModel):
    """The webhook is kept."""

    received: bool = True


def router(payments: Payments) -> APIRouter:
    """``POST /payments/webhooks``."""
    routes = api_router("payments")

    event = {"content": {"application/json": {"schema": {"type": "object"}}}, "required": True}

    @routes.post("/payments/webhooks", responses=documented(), openapi_extra={"requestBody": event})
    async def receive_webhook(
        request: Request, stripe_signature: str = Header(default="", max_length=1000)
    ) -> Received:
        """Keeps a signed webhook of the payment provider. The same event again changes nothing."""
        await payments.receive(await request.body(), stripe_signature)
        return Received()

    return routes
