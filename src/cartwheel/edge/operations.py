"""What operators and their machines ask of a process: is it alive, is it ready, how is it doing."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from cartwheel.edge.draining import Drain
from cartwheel.edge.errors import documented
from cartwheel.edge.metrics import Prometheus
from cartwheel.edge.routing import api_router


def router(
    drain: Drain, metrics: Prometheus, check: Callable[[], Awaitable[None]], version: str
) -> APIRouter:
    """``/api/health``, ``/api/ready``, ``/metrics``; ``check`` raises ``Unavailable`` for what is away."""
    routes = api_router("operations", "")

    @routes.get("/api/health")
    async def health() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok", "version": version}

    @routes.get("/api/ready", responses=documented(503))
    async def ready() -> dict[str, str]:
        """Every adapter that requests need answers, and the process is not about to stop."""
        drain.check()
        await check()
        return {"status": "ready", "storage": "ok"}

    @routes.get("/metrics", include_in_schema=False)
    async def prometheus() -> Response:
        """Prometheus metrics of this process."""
        return Response(await metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return routes
