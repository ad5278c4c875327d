"""Does the stand-in fail and err exactly as it is told to?"""

import json
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI

from .conversation import Conversation
from .offers import FAST, PLANNER, offer

type Obj = dict[str, Any]

MOVE = "Move me to tomorrow's morning flight"


async def set_faults(http: httpx2.AsyncClient, *faults: Obj) -> None:
    answer = await http.post("/_control", json={"faults": list(faults)})
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["500", "502", "503"])
async def test_server_errors_come_as_often_as_asked(client: AsyncOpenAI, http: httpx2.AsyncClient, kind: str) -> None:
    await set_faults(http, {"kind": kind, "times": 2})
    for _ in range(2):
        with pytest.raises(openai.InternalServerError) as failed:
            await client.responses.create(model="gpt-4.1", input="hi")
        assert failed.value.status_code == int(kind)
    assert (await client.responses.create(model="gpt-4.1", input="hi")).status == "completed"


@pytest.mark.parametrize(("given", "seconds"), [("seconds", "1"), ("absurd", "86400"), (7, "7")])
async def test_rate_limits_say_when_to_come_back(
    client: AsyncOpenAI, http: httpx2.AsyncClient, given: str | int, seconds: str
) -> None:
    await set_faults(http, {"kind": "429", "retry_after": given})
    with pytest.raises(openai.RateLimitError) as limited:
        await client.responses.create(model="gpt-4.1", input="hi")
    assert limited.value.response.headers["retry-after"] == seconds
    assert limited.value.code == "rate_limit_exceeded"


async def test_a_rate_limit_may_name_a_date(client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    await set_faults(http, {"kind": "429", "retry_after": "date"})
    with pytest.raises(openai.RateLimitError) as limited:
        await client.responses.create(model="gpt-4.1", input="hi")
    assert parsedate_to_datetime(limited.value.response.headers["retry-after"]).tzinfo


async def test_a_fault_of_one_model_spares_the_others(client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    await set_faults(http, {"kind": "500", "model": "gpt-5.2"})
    assert (await client.responses.create(model="gpt-4.1", input="hi")).status == "completed"
    with pytest.raises(openai.InternalServerError):
        await client.responses.create(model="gpt-5.2", input="hi")


async def test_a_hanging_model_sends_nothing(client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    await set_faults(http, {"kind": "hang"})
    with pytest.raises(openai.APITimeoutError):
        await client.with_options(timeout=0.3).responses.create(model="gpt-4.1", input="hi")


async def test_a_cut_stream_ends_in_the_middle(client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    await set_faults(http, {"kind": "cut_stream", "after_events": 6})
    stream = await client.responses.create(model="gpt-4.1", input="hi", stream=True)
    kinds: list[str] = []

    async def read() -> None:
        async for event in stream:
            kinds.append(event.type)

    with pytest.raises((openai.APIError, httpx2.HTTPError)):
        await read()
    assert "response.output_text.delta" in kinds
    assert "response.completed" not in kinds


async def answer_with(client: AsyncOpenAI, http: httpx2.AsyncClient, kind: str, **more: Any) -> Any:
    await set_faults(http, {"kind": kind})
    return await client.responses.create(model="gpt-5.2", input=MOVE, tools=offer(PLANNER), store=False, **more)


async def test_answers_are_spoiled_as_asked(client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    broken = await answer_with(client, http, "invalid_json")
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(broken.output[1].arguments)
    unknown = await answer_with(client, http, "unknown_tool")
    assert unknown.output[1].name not in PLANNER
    huge = await answer_with(client, http, "huge_arguments", max_output_tokens=100_000)
    assert len(huge.output[1].arguments) > 200_000
    assert (await answer_with(client, http, "empty")).output == []
    refused = await answer_with(client, http, "refusal")
    assert refused.output[1].content[0].type == "refusal"
    endless = await answer_with(client, http, "endless", max_output_tokens=300)
    assert endless.status == "incomplete"
    assert endless.usage.output_tokens == 300


async def test_unknown_control_values_are_refused_and_delete_resets(http: httpx2.AsyncClient) -> None:
    assert (await http.post("/_control", json={"faults": [{"kind": "teapot"}]})).status_code == 422
    assert (await http.post("/_control", json={"mood": "bad"})).status_code == 422
    latency = {"gpt-5": {"ttft_ms": 5, "tokens_per_s": 9000}}
    changed = (await http.post("/_control", json={"character": "sloppy", "latency": latency})).json()
    assert changed["character"] == "sloppy"
    assert changed["latency"]["gpt-5"]["ttft_ms"] == 5
    reset = (await http.delete("/_control")).json()
    assert (reset["character"], reset["faults"], reset["latency"]) == ("helpful", [], {})


async def test_a_withdrawn_tool_counts_as_not_offered(client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    await http.post("/_control", json={"withdrawn": ["change_flight"]})
    talk = Conversation(client)
    await talk.say(MOVE)
    assert talk.asked_person


async def test_the_sloppy_character_says_45_where_the_facts_say_40(
    client: AsyncOpenAI, http: httpx2.AsyncClient
) -> None:
    await http.post("/_control", json={"character": "sloppy"})
    reply = await Conversation(client, tier="fast").say("How much is an extra bag?")
    assert "45 EUR" in reply
    assert "40 EUR" not in reply


async def test_a_wrong_price_can_be_had_once(client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    await set_faults(http, {"kind": "wrong_price"})
    talk = Conversation(client, tier="fast")
    assert "45 EUR" in await talk.say("How much is an extra bag?")
    assert "40 EUR" in await talk.say("How much is an extra bag?")


MISTAKES = ["wrong_type", "missing_argument", "extra_argument", "invented_tool"]


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_sloppy_calls_err_in_the_wished_way_and_always_the_same(
    client: AsyncOpenAI, http: httpx2.AsyncClient, mistake: str
) -> None:
    await http.post("/_control", json={"mistakes": [mistake]})
    sloppy = client.with_options(default_headers={"x-standin-character": "sloppy"})
    calls: list[Any] = []
    for _ in range(2):
        answer: Any = await sloppy.responses.create(
            model="gpt-4.1", input="I want a person", tools=offer(FAST), store=False
        )
        calls.append((answer.output[0].name, json.loads(answer.output[0].arguments)))
    name, arguments = calls[0]
    assert calls[0] == calls[1]
    assert (name not in FAST) == (mistake == "invented_tool")
    assert ("reason" not in arguments) == (mistake == "missing_argument")
    assert ("urgent" in arguments) == (mistake == "extra_argument")
    assert isinstance(arguments.get("reason"), list) == (mistake == "wrong_type")


async def test_the_sloppy_character_claims_what_nobody_did(client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    await http.post("/_control", json={"character": "sloppy", "mistakes": ["false_claim"]})
    assert "I have already refunded" in await Conversation(client, tier="fast").say("Hi there")
