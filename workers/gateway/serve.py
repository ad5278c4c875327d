"""How does the gateway serve, from its settings to its exit code?"""

import sys

import uvicorn

from contracts.errors import NotReady
from workers.gateway.app import make_app
from workers.logs import set_up_logs
from workers.settings import Settings


def serve() -> int:
    """Serve until SIGTERM or Ctrl-C; 1, with a sentence, where something is missing."""
    set_up_logs()
    settings = Settings()
    try:
        app = make_app(settings)
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
        server_header=False,
    )
    server = uvicorn.Server(config)
    try:
        server.run()
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if server.started else 1
