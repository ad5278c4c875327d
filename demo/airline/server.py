"""How do the six systems become one server?"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import async_sessionmaker
from starlette.responses import JSONResponse

from demo.airline import control
from demo.airline.clock import Clock
from demo.airline.database import open_engine
from demo.airline.documents import build_apps
from demo.airline.faults import FaultPlan
from demo.airline.problems import Problem, invalid_request
from demo.airline.settings import AirlineSettings
from demo.airline.world import World


def open_world(database_url: str, settings: AirlineSettings) -> World:
    """The world of one process; its connections open with the first call."""
    engine = open_engine(database_url)
    return World(
        engine=engine,
        sessions=async_sessionmaker(engine, expire_on_commit=False),
        clock=Clock(settings.now),
        secret=settings.systems_secret,
        admin_token=settings.admin_token,
        tracing=settings.tracing,
        faults=FaultPlan(),
    )


def build_server(world: World) -> FastAPI:
    """The six apps under their prefixes, /healthz, and the way behind the counter (/_control, /_ledger, …)."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        await world.engine.dispose()

    root = FastAPI(title="Northwind Air", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    root.state.world = world
    root.add_exception_handler(Problem, _problem)
    root.add_exception_handler(RequestValidationError, _invalid)
    root.add_api_route("/healthz", _health(world), methods=["GET"])
    root.include_router(control.router)
    for system, app in build_apps(world).items():
        root.mount(f"/{system}", app)
    return root


def _health(world: World) -> Callable[[], Awaitable[Response]]:
    async def healthz() -> Response:
        """200 when the database answers, else 503."""
        try:
            async with world.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (DBAPIError, OSError):
            return Problem("unavailable", "the database does not answer").response()
        return JSONResponse({"status": "ok", "today": world.clock.today().isoformat()})

    return healthz


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return invalid_request(error).response()
