"""What happens to an error that nobody expected? It is counted and logged by its place, without text."""

import structlog
from prometheus_client import Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.gateway.problems import problem
from workers.logs import places_of

log = structlog.get_logger(__name__)

UNEXPECTED = Counter("handrail_gateway_errors", "Requests that ended in an unexpected error", ["error"])


class Outermost:
    """ASGI middleware: 500 as problem+json. Exceptions quote values, so that only their types and lines are kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; whatever comes out of it ends here."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - the outermost edge; logged and counted
            UNEXPECTED.labels(type(error).__name__).inc()
            log.error("request_failed", error=type(error).__name__, at=places_of(error))
            if not started:
                await problem(500, "failed", "Something went wrong on our side.")(scope, receive, send)
