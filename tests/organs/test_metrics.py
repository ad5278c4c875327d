"""Do workers and gateway count what operators need, under documented names, and without a customer in it?"""

import json
import re

import httpx2
import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation
from tests.stack import ROOT, Stack

SAMPLE = re.compile(r"^(?P<name>[a-z_]+?)(?:_bucket|_sum|_count|_total|_created)?(?P<labels>\{.*\})? (?P<value>\S+)$")
DOCUMENTED = re.compile(r"^\| `(handrail_[a-z_]+)` \|", re.MULTILINE)
NAMED = re.compile(r'"(handrail_[a-z_]+)"')
WORD = "heliotrope"


@pytest.fixture(scope="module")
def talked(machine: Stack) -> Conversation:
    """A customer who asked, changed a flight and watched the events."""
    bring_back(machine)
    customer = Conversation(machine, "C101")
    customer.say(f"How much is an extra bag for my {WORD}?")
    customer.say("Move me to tomorrow's morning flight")
    customer.decide()
    customer.events()
    return customer


def scrape(stack: Stack, name: str) -> str:
    return httpx2.get(stack.metrics_url(name), timeout=10, trust_env=False).text


def total(text: str, name: str, **labels: str) -> float:
    """The sum of the samples of a metric with these labels."""
    samples = (SAMPLE.match(line) for line in text.splitlines() if line.startswith(name))
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    return sum(
        float(found["value"])
        for found in samples
        if found and found["name"] == name and all(one in (found["labels"] or "") for one in wanted)
    )


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("handrail_model_calls", {"tier": "fast", "outcome": "replied"}),
        ("handrail_model_calls", {"tier": "planner", "outcome": "acts"}),
        ("handrail_model_tokens", {"pack": "airline", "kind": "input"}),
        ("handrail_model_tokens", {"pack": "airline", "kind": "output"}),
        ("handrail_model_cost_micro_usd", {"model": "gpt-5.2"}),
        ("handrail_model_first_token_ms", {"tier": "fast"}),
        ("handrail_model_ms", {"tier": "fast"}),
        ("handrail_sentences", {"outcome": "released"}),
        ("handrail_guard_verdicts", {"tool": "charge_payment"}),
        ("handrail_tool_calls", {"tool": "charge_payment", "outcome": "done"}),
        ("temporal_activity_execution_latency", {"activity_type": "call_model"}),
    ],
)
def test_workers_count_what_they_did(talked: Conversation, name: str, labels: dict[str, str]) -> None:
    assert total(scrape(talked.stack, "runtime0"), name, **labels) > 0


@pytest.mark.parametrize(
    ("name", "labels", "least"),
    [
        ("handrail_gateway_requests", {"route": "/v1/requests", "method": "POST", "status": "201"}, 1),
        ("handrail_gateway_requests", {"route": "/v1/requests/{request_id}/messages"}, 2),
        ("handrail_gateway_seconds", {"route": "/v1/requests/{request_id}"}, 0.000_001),
        ("handrail_gateway_open_streams", {}, 0),
        ("handrail_inbox_messages", {"state": "accepted"}, 0),
        ("handrail_inbox_messages", {"state": "delivered"}, 0),
        ("handrail_effects_unsettled", {"state": "uncertain"}, 0),
    ],
)
def test_the_gateway_counts_what_it_answered(
    talked: Conversation, name: str, labels: dict[str, str], least: float
) -> None:
    text = scrape(talked.stack, "gateway")
    assert f"# TYPE {name}" in text
    assert total(text, name, **labels) >= least


def test_an_open_stream_is_counted_while_it_is_open(talked: Conversation) -> None:
    name = "handrail_gateway_open_streams"
    before = total(scrape(talked.stack, "gateway"), name)
    events = talked.follow()
    next(events)
    assert total(scrape(talked.stack, "gateway"), name) == before + 1


@pytest.mark.parametrize("process", ["runtime0", "gateway"])
def test_no_label_holds_a_customer_a_request_or_a_word(talked: Conversation, process: str) -> None:
    text = scrape(talked.stack, process)
    assert "handrail_" in text
    for said in ("request-", "C101", "K7Q2LM", "Keller", WORD, "pay_", "set-"):
        assert said not in text


def test_paths_that_callers_make_up_share_a_label(talked: Conversation) -> None:
    httpx2.get(f"{talked.stack.url}/no/such/{WORD}", timeout=10, trust_env=False)
    text = scrape(talked.stack, "gateway")
    assert total(text, "handrail_gateway_requests", route="elsewhere", status="404") > 0
    assert WORD not in text


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    sources = [ROOT / "activities" / "metrics.py", *sorted((ROOT / "workers").rglob("*.py"))]
    named = {name for path in sources for name in NAMED.findall(path.read_text())}
    assert named == set(DOCUMENTED.findall((ROOT / "docs" / "operations.md").read_text()))


@pytest.mark.parametrize("process", ["runtime0", "gateway"])
def test_logs_are_json_with_constant_messages_and_no_text(talked: Conversation, process: str) -> None:
    lines = talked.stack.log(process).splitlines()
    parsed = [json.loads(line) for line in lines if line.strip()]
    assert all({"event", "level", "timestamp"} <= set(line) for line in parsed)
    assert WORD not in talked.stack.log(process)
    assert "extra bag" not in talked.stack.log(process)
