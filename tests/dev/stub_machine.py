"""A whole machine whose own processes are small stubs: real supervisor, real PostgreSQL, real Temporal server.

Run as a program by the tests, which send it signals. Every stub answers HTTP on its port and, when asked to end, writes
its name into STUB_ENDINGS.
"""

import sys
from collections.abc import Mapping
from datetime import timedelta

from rich.console import Console

from workers.dev.child import Child, StopRank
from workers.dev.command import Script, run
from workers.dev.health import answers_http
from workers.dev.places import DevSettings, Ports
from workers.dev.plan import Plan

STUB = """
import http.server, os, signal, sys
name, port = sys.argv[1], int(sys.argv[2])
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *arguments):
        pass
def end(number, frame):
    with open(os.environ["STUB_ENDINGS"], "a") as endings:
        endings.write(name + "\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, end)
http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""


def stub(name: str, port: int, rank: StopRank, environment: Mapping[str, str]) -> Child:
    """A child that answers on `port` until it is asked to end."""
    return Child(
        name=name,
        command=[sys.executable, "-c", STUB, name, str(port)],
        environment=environment,
        rank=rank,
        is_healthy=answers_http(f"http://127.0.0.1:{port}/"),
        port=port,
        grace=timedelta(seconds=5),
        patience=timedelta(seconds=30),
    )


def plan_stubs(settings: DevSettings, ports: Ports, environment: Mapping[str, str]) -> Plan:
    """The shape of the real plan: a demo system, one worker, the gateway."""
    del settings
    worker = stub("runtime 1", ports.metrics(0), StopRank.WORKER, environment)
    gateway = stub("gateway", ports.gateway, StopRank.GATEWAY, environment)
    return Plan(demo=(stub("demo airline", ports.airline, StopRank.DEMO, environment),), core=(gateway, worker))


def skip_migrations(environment: Mapping[str, str]) -> None:
    """The stubs have no tables."""
    del environment


if __name__ == "__main__":
    sys.exit(run(DevSettings(), Console(), Script(skip_migrations, plan_stubs)))
