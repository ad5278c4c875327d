"""Would the search find a leak? One value is put unmasked into every place, each in its own way."""

import base64
import contextlib
import json
from collections.abc import Generator
from urllib.parse import quote

import httpx2
from prometheus_client import CollectorRegistry, Gauge, start_http_server
from temporalio.client import Client

from evals.privacy.planted import Planter
from evals.privacy.search import letters_of
from evals.records import ask, rows
from evals.stack import Stack, free_ports


@contextlib.contextmanager
def measured_beside(value: str) -> Generator[str]:
    """The address of a process's metrics that have the value as a label."""
    registry = CollectorRegistry()
    Gauge("handrail_planted", "A value where none may be", ["value"], registry=registry).labels(value).set(1)
    (port,) = free_ports(1)
    server, thread = start_http_server(port, "127.0.0.1", registry)
    try:
        yield f"http://127.0.0.1:{port}/metrics"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def plant_controls(stack: Stack, planter: Planter, metric: str) -> dict[str, str]:
    """Put a value into each place (`metric` is in the metrics already); returns place → value."""
    found = {"metrics": metric} | {place: planter.name() for place in _WAYS}
    for place, put in _WAYS.items():
        put(stack, found[place])
    return found


def _into_a_log(stack: Stack, value: str) -> None:
    with (stack.folder / "gateway.log").open("a") as log:
        log.write(json.dumps({"event": "planted", "trace": f"ValueError: {value.swapcase()!r}"}) + "\n")


def _into_a_history(stack: Stack, value: str) -> None:
    async def start() -> None:
        client = await Client.connect(stack.temporal_address)
        given = base64.b64encode(json.dumps({"text": value}).encode()).decode()
        await client.start_workflow("Planted", {"payload": given}, id="planted", task_queue="nobody")

    ask(start())


def _into_a_table(stack: Stack, value: str) -> None:
    (request,) = rows(stack, "SELECT request_id FROM handrail.requests LIMIT 1")
    insert = "INSERT INTO handrail.audit VALUES (:r, 0, 'planted', 'planted', :value, '', '')"
    rows(stack, insert, r=request["request_id"], value=quote(f"to={value}&by=nobody"))


def _into_what_the_desk_sees(stack: Stack, value: str) -> None:
    (request,) = rows(stack, "SELECT request_id FROM handrail.requests WHERE erased_at IS NULL LIMIT 1")
    insert = (
        "INSERT INTO handrail.entries (request_id, entry_key, turn, step, n, kind, body, digest)"
        " VALUES (:r, 'planted', 1, 99, 0, 'reply', CAST(:body AS jsonb), '')"
    )
    body = json.dumps({"text": "  ".join(value), "by": "runtime"})
    rows(stack, insert, r=request["request_id"], body=body)


def _into_a_prompt(stack: Stack, value: str) -> None:
    body = {"model": "gpt-4.1", "input": json.dumps(value), "planted": letters_of(value).encode().hex()}
    url = f"{stack.standin_url}/v1/responses"
    httpx2.post(url, json=body, headers={"Authorization": "Bearer sk-stand-in"}, trust_env=False)


_WAYS = {
    "logs": _into_a_log,
    "histories, attributes, memos": _into_a_history,
    "table audit": _into_a_table,
    "desk": _into_what_the_desk_sees,
    "prompts": _into_a_prompt,
}
