"""From which origins' pages may a browser call one part of the gateway, and no other?"""

from typing import Any

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send


class PathOrigins:
    """ASGI middleware: CORS for the paths under `prefix` alone; everything else passes as it came."""

    def __init__(self, app: ASGIApp, prefix: str, **cors: Any) -> None:
        self._app = app
        self._prefix = prefix
        self._cors = CORSMiddleware(app, **cors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; a browser's first question about a path of ours is answered here."""
        mine = scope["type"] == "http" and str(scope["path"]).startswith(self._prefix)
        await (self._cors if mine else self._app)(scope, receive, send)
