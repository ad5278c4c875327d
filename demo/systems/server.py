"""How do a company's systems become one server?"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import async_sessionmaker
from starlette.responses import JSONResponse

from demo.systems import control
from demo.systems.clock import Clock
from demo.systems.company import Company
from demo.systems.database import open_engine
from demo.systems.documents import build_apps
from demo.systems.faults import FaultPlan
from demo.systems.problems import Problem, invalid_request
from demo.systems.settings import DemoSettings
from demo.systems.signing_keys import SigningKeys
from demo.systems.world import World


def open_world(company: Company, database_url: str, settings: DemoSettings) -> World:
    """The world of one process; its connections open with the first call."""
    engine = open_engine(database_url)
    return World(
        company=company,
        engine=engine,
        sessions=async_sessionmaker(engine, expire_on_commit=False),
        clock=Clock(settings.now),
        settings=settings,
        keys=SigningKeys(settings.jwks_url),
        faults=FaultPlan(),
    )


def build_server(world: World) -> FastAPI:
    """The apps under their prefixes, /healthz, and the way behind the counter (/_control, /_ledger, …)."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        await world.engine.dispose()

    root = FastAPI(title=world.company.title, docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    root.state.world = world
    root.add_exception_handler(Problem, _problem)
    root.add_exception_handler(RequestValidationError, _invalid)
    root.add_api_route("/healthz", _health(world), methods=["GET"])
    root.include_router(control.router)
    root.include_router(world.company.control)
    for system, app in build_apps(world.company, world).items():
        root.mount(f"/{system}", app)
    return root


def _health(world: World) -> Callable[[], Awaitable[Response]]:
    async def healthz() -> Response:
        """200 when the database answers, else 503."""
        try:
            async with world.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (DBAPIError, OSError):
            return world.company.refusals.respond(Problem("unavailable", "the database does not answer"))
        return JSONResponse({"status": "ok", "today": world.clock.today().isoformat()})

    return healthz


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return request.app.state.world.company.refusals.respond(error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return request.app.state.world.company.refusals.respond(invalid_request(error))
