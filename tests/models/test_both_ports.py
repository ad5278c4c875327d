"""Do both ports say the same to a model, and hear the same from it?"""

from typing import Any

import httpx2
import pytest

from activities.model_clients import ModelClients
from activities.openai_chat import chat_body
from activities.openai_responses import request_body
from contracts.errors import ModelFailed
from contracts.model_port import Acted, Begun, Finished, Observation, Reasoning
from tests.models.conftest import Dial
from tests.models.model_samples import APIS, ask, calls_of, hear, text_of, tier, tool

PERSON = tool("request_person", reason={"type": "string"})
PLANNER = tool("request_planner", reason={"type": "string"})
BAG = "How much is an extra bag?"


async def set_fault(control: httpx2.AsyncClient, kind: str, **more: Any) -> None:
    answer = await control.post("/_control", json={"faults": [{"kind": kind, **more}]})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("api", APIS)
async def test_an_answer_is_streamed_between_its_beginning_and_its_end(
    control: httpx2.AsyncClient, dial: Dial, api: str
) -> None:
    events = await hear(dial(api), tier(api), ask(BAG, tools=[PERSON, PLANNER]))
    assert isinstance(events[0], Begun)
    assert "40 EUR" in text_of(events)
    assert len(events) > 5, "in pieces"
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert (finished.input_tokens > 50, finished.output_tokens > 5, finished.incomplete) == (True, True, "")


async def test_both_apis_say_and_cost_the_same(control: httpx2.AsyncClient, dial: Dial) -> None:
    heard = [await hear(dial(api), tier(api), ask(BAG, tools=[PERSON, PLANNER])) for api in APIS]
    assert text_of(heard[0]) == text_of(heard[1])
    ends = [events[-1] for events in heard]
    assert all(isinstance(end, Finished) for end in ends)
    assert ends[0].output_tokens == ends[1].output_tokens  # type: ignore[union-attr]


@pytest.mark.parametrize("api", APIS)
async def test_calls_come_whole_and_in_order_and_their_answers_go_back(
    control: httpx2.AsyncClient, dial: Dial, api: str
) -> None:
    model, tools = dial(api), [PERSON, PLANNER]
    first = await hear(model, tier(api), ask("I want to speak to a person", tools=tools))
    (call,) = calls_of(first)
    assert call.name == "request_person"
    assert '"reason"' in call.arguments
    answered = Observation(call_id=call.call_id, output='{"accepted": true}')
    again = await hear(model, tier(api), ask("I want to speak to a person", call, answered, tools=tools))
    assert "colleague" in text_of(again)


@pytest.mark.parametrize("api", APIS)
async def test_parallel_calls_are_all_there(control: httpx2.AsyncClient, dial: Dial, api: str) -> None:
    steps = {"type": "array", "items": {"type": "string"}}
    plan = tool("make_plan", goal={"type": "string"}, steps=steps)  # type: ignore[arg-type]
    reads = [tool("list_reservations"), tool("get_loyalty_account"), tool("list_payment_methods")]
    prompt = ask("Which bookings do I have?", tools=[plan, *reads, PERSON], planner=True)
    events = await hear(dial(api), tier(api, "gpt-5.2", reasoning_effort="medium"), prompt)
    assert [call.name for call in calls_of(events)][:1] == ["make_plan"]
    assert len(calls_of(events)) >= 2
    assert len({call.call_id for call in calls_of(events)}) == len(calls_of(events))


@pytest.mark.parametrize("api", APIS)
async def test_a_refusal_is_said(control: httpx2.AsyncClient, dial: Dial, api: str) -> None:
    await set_fault(control, "refusal")
    events = await hear(dial(api), tier(api), ask(BAG))
    assert "can't assist" in text_of(events)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(("kind", "reason"), [("endless", "max_output_tokens"), ("filtered", "content_filter")])
async def test_an_answer_that_was_cut_says_by_what(
    control: httpx2.AsyncClient, dial: Dial, api: str, kind: str, reason: str
) -> None:
    await set_fault(control, kind)
    events = await hear(dial(api), tier(api, max_output_tokens=40), ask(BAG))
    assert isinstance(end := events[-1], Finished)
    assert end.incomplete == reason


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("kind", "code", "retryable"),
    [
        ("429", "model.busy", True),
        ("500", "model.broken", True),
        ("502", "model.broken", True),
        ("503", "model.broken", True),
        ("cut_stream", "model.broken_stream", True),
    ],
)
async def test_failures_have_one_meaning(
    control: httpx2.AsyncClient, dial: Dial, api: str, kind: str, code: str, retryable: bool
) -> None:
    await set_fault(control, kind, retry_after="seconds")
    with pytest.raises(ModelFailed) as failed:
        await hear(dial(api), tier(api), ask(BAG))
    assert (failed.value.code, failed.value.retryable) == (code, retryable)
    if kind == "429":
        assert failed.value.retry_after == 1


@pytest.mark.parametrize("api", APIS)
async def test_a_request_that_the_provider_refuses_is_not_tried_again(
    control: httpx2.AsyncClient, dial: Dial, api: str
) -> None:
    with pytest.raises(ModelFailed) as failed:
        await hear(dial(api), tier(api, "gpt-9"), ask(BAG))
    assert not failed.value.retryable


@pytest.mark.parametrize("api", APIS)
async def test_a_model_that_hangs_ends_with_the_time_that_is_left(
    control: httpx2.AsyncClient, dial: Dial, api: str
) -> None:
    await set_fault(control, "hang")
    with pytest.raises(ModelFailed) as failed:
        await hear(dial(api), tier(api), ask(BAG), within=0.5)
    assert failed.value.code == "model.timeout"


async def test_a_server_that_thinks_aloud_is_heard_thinking_but_not_quoted(
    control: httpx2.AsyncClient, dial: Dial
) -> None:
    aloud = tier("chat", "open-reasoner", reasoning_effort="medium")
    events = await hear(dial("chat"), aloud, ask("I want to speak to a person", tools=[PERSON, PLANNER]))
    (thought,) = [event for event in events if isinstance(event, Acted) and isinstance(event.item, Reasoning)]
    assert thought.thought
    assert thought.item == Reasoning(item={}), "nothing to send back"
    assert thought.thought not in text_of(events)


async def test_nothing_is_stored_at_the_provider() -> None:
    assert chat_body(tier("chat"), ask(BAG), openai=True)["store"] is False
    assert request_body(tier("responses"), ask(BAG))["store"] is False


async def test_other_servers_are_sent_nothing_of_openais_own() -> None:
    every, plain = (set(chat_body(tier("chat"), ask(BAG, tools=[PERSON]), openai=openai)) for openai in (True, False))
    assert every - plain == {"store", "prompt_cache_key", "safety_identifier"}


@pytest.mark.parametrize(
    ("base_url", "openai"),
    [
        ("https://api.openai.com/v1", True),
        ("https://mine.openai.azure.com/openai/v1", True),
        ("https://api.mistral.ai/v1", False),
        ("https://openai.com.example/v1", False),
        ("http://127.0.0.1:11434/v1", False),
    ],
)
async def test_openais_own_servers_are_known_by_their_host(clients: ModelClients, base_url: str, openai: bool) -> None:
    assert clients.speaks_with_openai(tier("chat", base_url=base_url)) is openai
    default = ModelClients("sk-test", base_url)
    assert default.speaks_with_openai(tier("chat")) is openai


async def test_a_key_that_was_not_there_is_a_failure_of_that_tier(clients: ModelClients) -> None:
    with pytest.raises(ModelFailed) as failed:
        clients.of(tier("chat", key_env="MISSING_API_KEY"))
    assert (failed.value.code, failed.value.retryable) == ("model.no_key", False)


@pytest.mark.parametrize(
    ("own", "key_env", "sent"),
    [
        (False, None, "sk-test"),
        (False, "OPENAI_API_KEY", "sk-test"),
        (True, "LOCAL_API_KEY", "sk-local"),
        (True, None, "none"),
    ],
)
async def test_a_key_goes_only_to_the_server_it_is_for(
    clients: ModelClients, own: bool, key_env: str | None, sent: str
) -> None:
    at = tier("chat", base_url="http://127.0.0.1:9/v1" if own else None, key_env=key_env)
    assert clients.of(at).api_key == sent
