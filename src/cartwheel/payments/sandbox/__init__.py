"""The embedded payment provider: no money, everything else."""

from cartwheel.payments.sandbox.provider import TABLES, Sandbox, sandbox_subscription
from cartwheel.payments.sandbox.routes import page_router, router

__all__ = ["TABLES", "Sandbox", "page_router", "router", "sandbox_subscription"]
