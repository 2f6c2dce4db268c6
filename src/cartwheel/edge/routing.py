"""Routes of a domain, made so that an application takes them as they are.

FastAPI's own way, ``include_router`` with a prefix, builds each route a second time, and looks for that of
each request twice.
"""

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute


def api_router(tag: str, prefix: str = "/api") -> APIRouter:
    """Where a domain puts its routes. Operations are called by the names of their functions."""
    return APIRouter(prefix=prefix, tags=[tag], generate_unique_id_function=_name)


def take(app: FastAPI, *routers: APIRouter) -> None:
    """Has the application answer these routes too, after those that it has already."""
    for router in routers:
        app.router.routes.extend(router.routes)


def _name(route: APIRoute) -> str:
    return route.name
