"""Does the real process start, answer over HTTP, keep its data, stop in order, and say what is wrong?"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.demo_airline.airline import ADMIN, claims, fresh_key, sign

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {"PATH": os.environ["PATH"], "HANDRAIL_DEMO_NOW": "2026-11-21T09:12:00Z", "PYTHONUNBUFFERED": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "demo.airline", *arguments]


@contextmanager
def _running(port: int, url: str, **environment: str) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        _command("--port", str(port), "--database-url", url),
        cwd=ROOT,
        env={**ENVIRONMENT, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        _await_health(process, port)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _await_health(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError("the demo airline did not start")


def _note(port: int) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {sign(claims('add_customer_note'))}", "Idempotency-Key": fresh_key()}
    url = f"http://127.0.0.1:{port}/customers/customers/C101/notes"
    return httpx2.post(url, json={"text": "called again"}, headers=headers)


def _effects(port: int) -> int:
    return len(httpx2.get(f"http://127.0.0.1:{port}/_ledger", headers=ADMIN).json()["rows"])


def test_a_process_seeds_serves_dies_and_finds_its_data_again(empty_database: str) -> None:
    port = _free_port()
    plain_url = empty_database.replace("postgresql+asyncpg", "postgresql")  # either form of the URL will do
    with _running(port, plain_url) as process:
        documents = httpx2.get(f"http://127.0.0.1:{port}/payments/openapi.json").json()
        assert documents["servers"] == [{"url": "/payments"}]
        assert _note(port).status_code == 200
        process.kill()
    with _running(port, empty_database, HANDRAIL_DEMO_ADMIN_TOKEN="demo-admin") as process:
        assert _effects(port) == 1
        assert _note(port).status_code == 200
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")
        assert "data found as it was left" in output


def test_sigterm_lets_a_call_finish(database_url: str) -> None:
    port = _free_port()
    with _running(port, database_url) as process:
        slow = {"system": "customers", "mode": "slow", "delay_ms": 600}
        httpx2.post(f"http://127.0.0.1:{port}/_control", json=slow, headers=ADMIN).raise_for_status()
        stop = subprocess.Popen(
            [sys.executable, "-c", f"import os, time; time.sleep(0.2); os.kill({process.pid}, {int(signal.SIGTERM)})"]
        )
        assert _note(port).status_code == 200
        assert stop.wait(10) == 0
        assert process.wait(20) == 0


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        ([], {}, "no database: give --database-url"),
        (["--database-url", "sqlite:///x.db"], {}, "must be PostgreSQL, not 'sqlite'"),
        (["--database-url", "postgresql+asyncpg://127.0.0.1:1/none"], {}, "cannot be used"),
        (["--database-url", "postgresql://x/y"], {"HANDRAIL_DEMO_NOW": "yesterday"}, "HANDRAIL_DEMO_NOW"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(arguments: list[str], environment: dict[str, str], sentence: str) -> None:
    ended = subprocess.run(
        _command("--port", str(_free_port()), *arguments),
        cwd=ROOT,
        env={**ENVIRONMENT, **environment},
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_said_in_a_sentence(database_url: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        ended = subprocess.run(
            _command("--port", port, "--database-url", database_url),
            cwd=ROOT,
            env=ENVIRONMENT,
            text=True,
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert (ended.returncode, ended.stderr.startswith(f"demo airline: port {port} on 127.0.0.1 is taken")) == (1, True)
