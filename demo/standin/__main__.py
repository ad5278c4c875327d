"""How is the stand-in model started? `python -m demo.standin --port 8084`."""

import argparse
import socket
import sys

import uvicorn

from demo.standin import LABEL
from demo.standin.app import create_app
from demo.standin.control import Control


def main() -> int:
    """Serve until a signal; 1 with one sentence when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m demo.standin", description=f"OpenAI-compatible server: {LABEL}.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--latency", choices=("quick", "none"), default="quick", help="none: answer at once, for tests")
    options = parser.parse_args()
    control = Control() if options.latency == "quick" else Control(profile={})
    listener = socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
    except OSError as taken:
        place = f"{options.host}:{options.port}"
        print(f"The stand-in model cannot listen on {place} ({taken.strerror}); choose a free --port.", file=sys.stderr)
        return 1
    print(f"{LABEL}: http://{options.host}:{options.port}/v1", file=sys.stderr)
    config = uvicorn.Config(create_app(control), log_level="critical", access_log=False, timeout_graceful_shutdown=2)
    uvicorn.Server(config).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
