"""A real HTTP server that answers with what it was sent, byte for byte."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

AT_MOST = 0.01
"""Seconds until the server notices that it is to end."""


class EchoServer(ThreadingHTTPServer):
    """`planned` answers come first: (status, headers, body); then every request is echoed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.planned: list[tuple[int, dict[str, str], bytes]] = []
        self.seen: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        server = self.server
        assert isinstance(server, EchoServer)
        length = int(self.headers.get("Content-Length", 0))
        seen = {
            "method": self.command,
            "target": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": self.rfile.read(length).decode(),
        }
        server.seen.append(seen)
        status, headers, body = server.planned.pop(0) if server.planned else (200, {}, json.dumps(seen).encode())
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer


@contextmanager
def echo_server() -> Generator[EchoServer]:
    """A running echo server that ends with the block."""
    server = EchoServer()
    thread = threading.Thread(target=server.serve_forever, args=(AT_MOST,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
