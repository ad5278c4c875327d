"""Is an erased customer gone, for good and provably, and is what must be kept, kept and out of sight?"""

import base64
import json
import re
import subprocess
import sys
import time
from typing import Any

import httpx2
import pytest

from contracts.erasure import RetentionRound
from evals.records import run_all
from tests.conversation import Conversation, headers
from tests.records import ask, in_postgres, rows, value
from tests.stack import ROOT, Stack
from tests.temporal import connect
from workers.dev.processes import start_process
from workflows.steps import REQUESTS_QUEUE

WORD = "chrysanthemum"
"""A word that stands in nobody's record: only what was typed can hold it."""
RESERVATION = ("Z1QY7V", "Lind")
"""C105's, as visitors prove to know it."""


def erase(stack: Stack, *arguments: str) -> tuple[int, str]:
    """The exit code and the output of `python -m workers erase`."""
    done = subprocess.run(
        [sys.executable, "-m", "workers", "erase", "--pack", "airline", *arguments],
        env=stack.environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def status_for(stack: Stack, customer: Conversation, subject: str, role: str) -> int:
    answer: httpx2.Response = stack.http.get(
        f"{stack.url}/v1/requests/{customer.request_id}", headers=headers(subject, role)
    )
    return answer.status_code


def audit_of(stack: Stack, customer: Conversation) -> dict[str, Any]:
    url = f"{stack.url}/v1/requests/{customer.request_id}/audit"
    return dict(stack.http.get(url, headers=headers("auditor", "compliance")).json())


def talk(stack: Stack, subject: str) -> Conversation:
    customer = Conversation(stack, subject)
    customer.say(f"How much is an extra bag? My suitcase has a {WORD} on it.")
    return customer


def run_retention(stack: Stack) -> None:
    """What the schedule does once a day."""

    async def run() -> None:
        client = await connect(stack)
        await client.execute_workflow(
            "Retention",
            RetentionRound(pack="airline"),
            id=f"retention-{time.monotonic_ns()}",
            task_queue=REQUESTS_QUEUE,
        )

    ask(run())


def test_nothing_of_an_erased_customer_can_be_read(stack: Stack) -> None:
    customer = talk(stack, "C105")
    assert WORD in in_postgres(stack, customer.request_id)
    code, said = erase(stack, "--customer", "C105", "--by", "the privacy office")
    assert (code, json.loads(said)["state"]) == (0, "erased")
    assert WORD not in in_postgres(stack, customer.request_id)
    assert rows(stack, "SELECT 1 FROM handrail.vault WHERE request_id = :r", r=customer.request_id) == []
    assert value(stack, "SELECT count(*) FROM handrail.data_keys WHERE subject = 'C105'") == 0
    assert status_for(stack, customer, "C105", "customer") == 404
    assert status_for(stack, customer, "S1", "supervisor") == 404
    assert status_for(stack, customer, "auditor", "compliance") == 200
    chain = audit_of(stack, customer)
    assert chain["proof"]["holds"]
    assert "erasure" in [record["kind"] for record in chain["records"]]


def test_what_they_wrote_as_a_visitor_goes_with_them(stack: Stack) -> None:
    visitor = Conversation(stack, None)
    for said in (f"When does my booking leave? My suitcase has a {WORD} on it.", *RESERVATION):
        visitor.say(said)
    assert "NW" in " ".join(line["text"] for line in visitor.look()["transcript"]), "the booking was found"
    assert WORD in in_postgres(stack, visitor.request_id)
    code, said = erase(stack, "--customer", "C105")
    assert (code, json.loads(said)["state"]) == (0, "erased")
    assert WORD not in in_postgres(stack, visitor.request_id)
    assert rows(stack, "SELECT 1 FROM handrail.vault WHERE request_id = :r", r=visitor.request_id) == []
    assert stack.http.get(f"{stack.url}/v1/requests/{visitor.request_id}").status_code == 404


def test_what_temporal_keeps_of_an_erasure_does_not_name_the_customer(stack: Stack) -> None:
    talk(stack, "C105")
    code, said = erase(stack, "--customer", "C105")
    assert code == 0

    async def history() -> str:
        client = await connect(stack)
        return (await client.get_workflow_handle(json.loads(said)["erasure"]).fetch_history()).to_json()

    kept = ask(history())
    payloads = [base64.b64decode(found) for found in re.findall(r'"data": ?"([^"]+)"', kept)]
    assert any(b"erasure-" in payload for payload in payloads)
    assert not [payload for payload in payloads if b"C105" in payload]
    assert "C105" not in kept


def test_who_was_erased_may_come_back_as_somebody_new(stack: Stack) -> None:
    talk(stack, "C105")
    assert erase(stack, "--customer", "C105")[0] == 0
    again = talk(stack, "C105")
    assert status_for(stack, again, "C105", "customer") == 200


def test_the_record_of_a_payment_defers_an_erasure(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    customer.decide()
    code, said = erase(stack, "--customer", "C101")
    outcome = json.loads(said)
    assert (code, outcome["state"]) == (1, "deferred")
    assert any(hold.startswith("statutory_period:") for hold in outcome["holds"])
    chain = audit_of(stack, customer)
    assert chain["proof"]["holds"]
    assert [r["kind"] for r in chain["records"]].count("erasure") == 1


def test_a_deferred_erasure_is_done_once_its_hold_is_lifted(stack: Stack) -> None:
    customer = talk(stack, "C105")
    code, said = erase(stack, "--customer", "C105", "--hold", "a dispute about a fare")
    assert code == 0
    hold = said.split(":")[0]
    assert erase(stack, "--customer", "C105")[0] == 1
    run_retention(stack)
    assert WORD in in_postgres(stack, customer.request_id)
    assert erase(stack, "--lift", hold)[0] == 0
    run_retention(stack)
    assert WORD not in in_postgres(stack, customer.request_id)
    found = rows(stack, "SELECT state, subject FROM handrail.erasures ORDER BY requested_at DESC LIMIT 1")
    assert found == [{"state": "erased", "subject": None}]


def test_an_erasure_that_left_something_is_tried_again(stack: Stack) -> None:
    customer = talk(stack, "C105")
    code, said = erase(stack, "--customer", "C105")
    assert code == 0
    late = (
        "INSERT INTO handrail.facts (request_id, fact_key, call_id, tool, pointer, type, value, as_of)"
        " VALUES (:r, 'f', 'c', 't', '/x', 'name', to_jsonb(CAST(:w AS text)), now())"
    )
    unverified = "UPDATE handrail.erasures SET state = 'unverified' WHERE erasure_id = :e"
    given = {"r": customer.request_id, "w": WORD}
    overrule = "SELECT set_config('handrail.erasing', 'on', true)"
    run_all(stack, [(overrule, {}), (late, given), (unverified, {"e": json.loads(said)["erasure"]})])
    assert WORD in in_postgres(stack, customer.request_id)
    run_retention(stack)
    assert WORD not in in_postgres(stack, customer.request_id)
    state = value(stack, "SELECT state FROM handrail.erasures WHERE erasure_id = :e", e=json.loads(said)["erasure"])
    assert state == "erased"
    assert audit_of(stack, customer)["proof"]["holds"]


def test_a_second_look_is_to_come_once_every_call_has_ended(stack: Stack) -> None:
    talk(stack, "C105")
    code, said = erase(stack, "--customer", "C105")
    assert code == 0

    async def looks() -> list[str]:
        client = await connect(stack)
        erasure = json.loads(said)["erasure"]
        described = await client.get_workflow_handle(f"{erasure}-{erasure}-again").describe()
        return [described.workflow_type, described.status.name if described.status else ""]

    assert ask(looks()) == ["SecondLook", "RUNNING"]


def test_what_was_kept_long_enough_goes_by_itself(stack: Stack) -> None:
    customer = talk(stack, "C104")
    close = "UPDATE handrail.requests SET status = 'closed', closed_at = now() - :age * interval '1 day'"
    rows(stack, f"{close} WHERE request_id = :r", age=364, r=customer.request_id)
    run_retention(stack)
    assert WORD in in_postgres(stack, customer.request_id)
    rows(stack, f"{close} WHERE request_id = :r", age=366, r=customer.request_id)
    run_retention(stack)
    assert WORD not in in_postgres(stack, customer.request_id)


@pytest.mark.parametrize("pause", [0.8, 1.4])
def test_an_erasure_survives_its_worker(stack: Stack, pause: float) -> None:
    customer = talk(stack, "C105")
    command = [sys.executable, "-m", "workers", "erase", "--pack", "airline", "--customer", "C105"]
    log = stack.folder / "erase.log"
    process = start_process(command, log=log, environment=stack.environment(), folder=ROOT)
    time.sleep(pause)
    stack.kill("runtime0")
    stack.restart("runtime0")
    deadline = time.monotonic() + 60
    while process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert process.exit_code() == 0, log.read_text()
    assert WORD not in in_postgres(stack, customer.request_id)


def test_every_pack_has_its_schedule(stack: Stack) -> None:
    async def schedules() -> set[str]:
        client = await connect(stack)
        return {entry.id async for entry in await client.list_schedules()}

    assert "retention-airline" in ask(schedules())
