"""Which parts make up the gateway, and what do they share?"""

import contextlib
import sys
from collections.abc import AsyncGenerator
from typing import Any, Final

import structlog
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.middleware.cors import CORSMiddleware

from contracts.errors import NotReady
from storage.pack_shelf import PackShelf
from storage.vault import Vault
from workers.connect import connect_database, connect_temporal, served_packs
from workers.follow_versions import VersionFollower
from workers.gateway import (
    chat_page,
    codec_api,
    control_api,
    demo_api,
    desk_api,
    desk_view,
    drawings,
    effects_api,
    events_api,
    health,
    keys_api,
    requests_api,
    versions_api,
)
from workers.gateway.delivery import Delivery
from workers.gateway.listener import EventListener
from workers.gateway.measured import Measured
from workers.gateway.origins import PathOrigins
from workers.gateway.outermost import Outermost
from workers.gateway.problems import add_problem_handlers
from workers.gateway.rate_limit import RateLimit
from workers.gateway.served_packs import ServedPacks
from workers.gateway.service import Service
from workers.gateway.strict_body import StrictBody
from workers.gateway.sweeper import Sweeper
from workers.gateway.tokenise import Tokeniser
from workers.keys import master_keys
from workers.names import name_finder
from workers.settings import Settings, require_safe_secrets

log = structlog.get_logger(__name__)


_EMBEDDING: Final[dict[str, Any]] = {
    "allow_methods": ["GET", "POST"],
    "allow_headers": ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"],
    "expose_headers": ["Date", "Retry-After", "Location", "Idempotent-Replayed"],
    "allow_credentials": False,
    "max_age": 600,
}
"""What the chat on another origin's page sends and reads. Cookies take no part: it sends its token itself."""
_DECODING: Final[dict[str, Any]] = {
    "allow_methods": ["POST"],
    "allow_headers": ["Authorization", "Authorization-Extras", "Content-Type", "X-Namespace"],
    "allow_credentials": False,
    "max_age": 600,
}
"""What Temporal's pages send to a remote codec (https://docs.temporal.io/codec-server)."""

_PARTS = (
    *(requests_api, events_api, chat_page, drawings, health, keys_api),
    *(desk_view, desk_api, effects_api, control_api, versions_api, codec_api),
)


def make_app(settings: Settings) -> FastAPI:
    """The gateway as an ASGI application; it connects when it starts. Raises NotReady for secrets that are none."""
    require_safe_secrets(settings)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        try:
            async with make_service(settings) as service:
                app.state.service = service
                yield
        except NotReady as error:
            print(error, file=sys.stderr)
            raise

    app = FastAPI(
        title="Handrail",
        version="0.1.0",
        description="Customer requests as durable workflows. Errors are problem+json (RFC 9457).",
        lifespan=lifespan,
    )
    add_problem_handlers(app)
    app.add_middleware(StrictBody)
    app.add_middleware(Outermost)
    app.add_middleware(Measured)
    if settings.allowed_origins:
        app.add_middleware(CORSMiddleware, **_EMBEDDING, allow_origins=settings.allowed_origins)
    if settings.temporal_ui_origin:
        app.add_middleware(PathOrigins, codec_api.PREFIX, **_DECODING, allow_origins=[settings.temporal_ui_origin])
    for part in _PARTS:
        app.include_router(part.router)
    if settings.serves_demo:
        app.include_router(demo_api.router)
    return app


@contextlib.asynccontextmanager
async def make_service(settings: Settings) -> AsyncGenerator[Service]:
    """Connect to everything the gateway needs, and disconnect in the end. Raises NotReady."""
    names = served_packs(settings)
    database = await connect_database(settings)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        client = await connect_temporal(settings)
        vault = Vault(await stack.enter_async_context(master_keys(settings)))
        shelf = PackShelf(settings.pack_variables)
        packs = ServedPacks(database, shelf, names)
        finder = await stack.enter_async_context(name_finder(settings))
        tokeniser = Tokeniser(database, vault, processes=settings.pii_processes, names=finder)
        stack.callback(tokeniser.close)

        async def prepare(connection: AsyncConnection, name: str) -> None:
            used = await shelf.in_use(connection, [name])
            await tokeniser.cover({one for pack in used for one in pack.manifest.regions})

        await stack.enter_async_context(VersionFollower(database, names, prepare))
        listener = await stack.enter_async_context(EventListener(database))
        delivery = Delivery(database, client, packs)
        await stack.enter_async_context(Sweeper(database, delivery, names))
        yield Service(
            settings=settings,
            database=database,
            client=client,
            vault=vault,
            packs=packs,
            tokeniser=tokeniser,
            listener=listener,
            delivery=delivery,
            limit=RateLimit(settings.messages_per_minute),
        )
