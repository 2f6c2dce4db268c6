"""Routes get into an application as they are."""

from fastapi import FastAPI

from cartwheel.edge.routing import api_router, take


def test_an_application_takes_the_routes_themselves_and_calls_them_by_their_functions() -> None:
    routes = api_router("things")

    @routes.get("/things/{thingId}")
    def get_thing() -> None: ...

    app = FastAPI(openapi_url=None)
    take(app, routes)
    assert app.router.routes == routes.routes
    operation = app.openapi()["paths"]["/api/things/{thingId}"]["get"]
    assert (operation["operationId"], operation["tags"]) == ("get_thing", ["things"])
