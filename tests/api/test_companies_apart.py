"""Do two companies on one machine stay apart, and staff and customers too?"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from contracts.ids import new_request_id
from evals.records import rows
from storage.packs import load_version
from tests.conversation import Conversation, token
from tests.gateway.another_gateway import another_gateway
from tests.stack import ROOT, Stack
from tests.temporal import ask
from workers.migrate import deploy


def bearer(subject: str, role: str, **claims: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(subject, role, **claims)}"}


@pytest.fixture(scope="module")
def two(machine: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A gateway that serves the airline and a second company."""
    bank = tmp_path_factory.mktemp("packs") / "bank"
    shutil.copytree(ROOT / "packs" / "airline", bank)
    manifest = bank / "pack.yaml"
    manifest.write_text(manifest.read_text().replace("name: airline", "name: bank", 1))
    variables = {"HANDRAIL_SYSTEMS_URL": machine.airline_url}
    ask(deploy(machine.database_url, "head", [load_version(bank, variables)]))
    with another_gateway(machine, HANDRAIL_PACKS=f"{ROOT / 'packs' / 'airline'}:{Path(bank)}") as url:
        yield url


def code(answer: httpx2.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def test_a_customer_of_one_of_several_companies_says_of_which(stack: Stack, two: str) -> None:
    vague, clear = bearer("C101", "customer"), bearer("C101", "customer", pack="airline")
    for method, path in (("GET", "/v1/requests"), ("POST", "/v1/requests")):
        body = {"pack": "airline", "message": {"text": "Hi there"}} if method == "POST" else None
        refused = stack.http.request(method, two + path, json=body, headers=vague)
        assert (refused.status_code, code(refused)) == (403, "pack_required")
    body = {"message": {"text": "Hi there"}}
    answer = stack.http.post(f"{two}/v1/requests", json=body, headers=clear)
    assert answer.status_code == 201, "the token's company is meant where none is named"
    seen = stack.http.get(f"{two}/v1/requests/{answer.json()['request_id']}", headers=clear).json()
    assert seen["pack"] == "airline"


def test_a_visitor_of_several_companies_names_one(stack: Stack, two: str) -> None:
    refused = stack.http.post(f"{two}/v1/requests", json={"message": {"text": "Hi there"}})
    assert (refused.status_code, code(refused)) == (422, "pack_required")


def test_the_only_company_need_not_be_named(stack: Stack) -> None:
    assert stack.http.post(f"{stack.url}/v1/requests", json={"message": {"text": "Hi there"}}).status_code == 201


def test_a_customer_of_the_only_company_sees_none_of_another_that_shares_the_database(stack: Stack) -> None:
    request_id = foreign_request(stack, customer="C101")
    answer = stack.http.get(f"{stack.url}/v1/requests/{request_id}", headers=bearer("C101", "customer"))
    assert answer.status_code == 404


def foreign_request(stack: Stack, customer: str | None = None) -> str:
    """A closed request of a company that this machine does not serve."""
    request_id = new_request_id()
    rows(
        stack,
        "INSERT INTO handrail.requests (request_id, pack, pack_digest, channel, customer_id, role, assurance, status)"
        " VALUES (:r, 'bank', 'd', 'web', :c, :role, 'anonymous', 'closed')",
        r=request_id,
        c=customer,
        role="customer" if customer else "visitor",
    )
    return request_id


def test_an_approver_sees_the_sets_of_one_company(stack: Stack) -> None:
    request_id = foreign_request(stack)
    rows(
        stack,
        "INSERT INTO handrail.sets (set_id, request_id, turn, step, digest, state, approval_role, card, expires_at)"
        " VALUES (:s, :r, 1, 1, 'd', 'awaiting_approval', 'supervisor', CAST(:card AS jsonb), now())",
        s=f"{request_id}/s",
        r=request_id,
        card=json.dumps({"title": "A secret of the bank", "lines": [], "total": ""}),
    )

    def approvals(pack: dict[str, str]) -> list[str]:
        sent = bearer("S1", "supervisor", **pack)
        answer = stack.http.get(f"{stack.url}/v1/desk/queue", headers=sent).json()
        return [one["request_id"] for one in answer["approvals"]]

    try:
        assert request_id not in approvals({"pack": "airline"})
        assert request_id in approvals({"pack": "bank"})
        assert request_id not in approvals({}), "without a company the token is of the one that is served"
    finally:
        rows(stack, "DELETE FROM handrail.sets WHERE request_id = :r", r=request_id)


@pytest.mark.parametrize("role", ["agent", "supervisor", "compliance"])
def test_staff_of_one_of_several_companies_say_of_which(stack: Stack, two: str, role: str) -> None:
    talk = Conversation(stack, "C101")
    talk.send("Hi there")
    for path in ("/v1/desk/queue", f"/v1/requests/{talk.request_id}", f"/v1/requests/{talk.request_id}/audit"):
        refused = stack.http.get(two + path, headers=bearer("A1", role))
        assert (refused.status_code, code(refused)) == (403, "pack_required")
    seen = f"{two}/v1/requests/{talk.request_id}"
    assert stack.http.get(seen, headers=bearer("A1", role, pack="bank")).status_code == 404
    assert stack.http.get(seen, headers=bearer("A1", role, pack="airline")).status_code == 200


def test_an_operator_switches_the_own_company_only(stack: Stack, two: str) -> None:
    body = {"pack": "airline", "kind": "tool", "name": "change_flight", "on": True}
    theirs = stack.http.put(f"{two}/v1/control/switches", json=body, headers=bearer("O1", "operator", pack="bank"))
    assert (theirs.status_code, code(theirs)) == (403, "wrong_pack")
    for claims in ({"pack": "airline"}, {}):
        own = stack.http.put(f"{two}/v1/control/switches", json=body, headers=bearer("O1", "operator", **claims))
        assert own.status_code == 200


def test_an_operator_sees_the_own_companys_switches_only(stack: Stack, two: str) -> None:
    body = {"pack": "airline", "kind": "tool", "name": "change_flight", "on": True}
    stack.http.put(f"{two}/v1/control/switches", json=body, headers=bearer("O1", "operator"))
    seen = stack.http.get(f"{two}/v1/control/switches", headers=bearer("O1", "operator", pack="bank")).json()
    assert seen["switches"] == []
    assert set(seen["policies"]) == {"bank"}


@pytest.mark.parametrize("role", ["agent", "supervisor", "operator", "compliance"])
@pytest.mark.parametrize("customer", [None, "C101"], ids=["a visitor's", "a customer's"])
def test_staff_never_write_as_the_customer(stack: Stack, customer: str | None, role: str) -> None:
    talk = Conversation(stack, customer)
    talk.send("Hi there")
    url = f"{stack.url}/v1/requests/{talk.request_id}/messages"
    decision = {"set_id": "s", "digest": "d", "decision": "confirm"}
    for body in ({"text": "I confirm"}, {"confirm": decision}):
        answer = stack.http.post(url, json=body, headers=bearer("A1", role))
        assert (answer.status_code, code(answer)) == (403, "not_the_customer")


def test_staff_open_no_requests(stack: Stack) -> None:
    body = {"pack": "airline", "message": {"text": "Hi there"}}
    answer = stack.http.post(f"{stack.url}/v1/requests", json=body, headers=bearer("A1", "agent"))
    assert answer.status_code == 403
