"""How does a system's router become a service with its own OpenAPI document?"""

from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from demo.systems.company import Company
from demo.systems.problems import Problem
from demo.systems.world import World

_BEARER = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    scheme_name="delegated",
    description="Delegated token (ES256, signed with a key of Handrail's JWK set): iss handrail, "
    "aud the system, sub the customer, act the agent, scope the operation ids, jti single-use for writes.",
)


async def _refuse_route(request: Request, error: Exception) -> Response:
    refusals = request.app.state.company.refusals
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        return refusals.respond(Problem("method_not_allowed", "this address takes another method; see /openapi.json"))
    return refusals.respond(Problem("not_found", "there is nothing at this address; see /openapi.json", status=status))


def system_app(company: Company, system: str, world: World | None = None) -> FastAPI:
    """The app of one system; without a world it only documents itself."""
    api = company.apis[system]
    app = FastAPI(
        title=api.TITLE,
        version="1.0.0",
        description=api.DESCRIPTION,
        servers=[{"url": f"/{system}"}],
        dependencies=[Depends(_BEARER)],
        docs_url=None,
        redoc_url=None,
        exception_handlers={HTTPException: _refuse_route},
    )
    app.include_router(api.router)
    app.state.company = company
    app.state.world = world
    app.state.system = system
    app.openapi = lambda: _document(app)  # FastAPI's documented way to extend its document
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is not None:
        return app.openapi_schema
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=app.servers,
    )
    document["components"]["schemas"]["Problem"] = app.state.company.refusals.schema
    app.openapi_schema = tidy = _tidy(document)
    return tidy


def _tidy(node: Any) -> Any:
    """The document with whole bounds as integers, without derived titles, and each description on one line."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return int(node) if isinstance(node, float) and node.is_integer() else node
    derived = isinstance(node.get("title"), str) and "properties" not in node and ("type" in node or "anyOf" in node)
    tidy = {key: _tidy(value) for key, value in node.items() if not (derived and key == "title")}
    if isinstance(tidy.get("description"), str):
        tidy["description"] = " ".join(tidy["description"].split())
    return tidy
