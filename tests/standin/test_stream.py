"""Do answers arrive in OpenAI's events and objects, with honest usage?"""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response

from .conversation import EVENTS, Conversation
from .offers import FAST, PLANNER, offer

type Obj = dict[str, Any]

MOVE = "Move me to tomorrow's morning flight"


async def test_a_text_streams_in_the_real_order(client: AsyncOpenAI) -> None:
    kinds: list[str] = []
    text = ""
    stream = await client.responses.create(model="gpt-4.1", input="Hi there", stream=True, store=False)
    async for number, event in _numbered(stream):
        EVENTS[event.type].model_validate(event.to_dict(mode="json"))
        assert event.sequence_number == number
        text += event.delta if event.type == "response.output_text.delta" else ""
        if not kinds or kinds[-1] != event.type:
            kinds.append(event.type)
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert text.startswith("Hello")


async def _numbered(stream: Any) -> AsyncIterator[tuple[int, Any]]:
    number = 0
    async for event in stream:
        yield number, event
        number += 1


async def test_thoughts_and_calls_stream_with_their_own_events(client: AsyncOpenAI) -> None:
    seen: list[Any] = []
    stream = await client.responses.create(
        model="gpt-5.2",
        input=MOVE,
        stream=True,
        store=False,
        tools=offer(PLANNER),
        reasoning={"effort": "low", "summary": "auto"},
        include=["reasoning.encrypted_content"],
    )
    async for event in stream:
        EVENTS[event.type].model_validate(event.to_dict(mode="json"))
        seen.append(event)
    kinds = [event.type for event in seen]
    thought = "".join(e.delta for e in seen if e.type == "response.reasoning_summary_text.delta")
    arguments = "".join(
        e.delta for e in seen if e.type == "response.function_call_arguments.delta" and e.output_index == 1
    )
    final = seen[-1].response
    assert kinds.index("response.reasoning_summary_part.added") < kinds.index("response.function_call_arguments.delta")
    assert [item.type for item in final.output] == ["reasoning", "function_call", "function_call"]
    assert final.output[0].summary[0].text == thought
    assert final.output[0].encrypted_content
    assert final.output[1].arguments == arguments
    assert json.loads(arguments)["steps"]
    assert final.usage.output_tokens_details.reasoning_tokens > 0


async def test_the_answer_without_a_stream_is_the_same_response(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(model="gpt-5.2", input=MOVE, tools=offer(FAST), store=False)
    Response.model_validate(answer.to_dict(mode="json"))
    assert answer.status == "completed"
    assert [item.type for item in answer.output] == ["reasoning", "function_call"]
    assert answer.output[0].to_dict()["summary"] == []


async def test_too_small_a_limit_leaves_the_response_incomplete(client: AsyncOpenAI) -> None:
    last: Any = None
    stream = await client.responses.create(
        model="gpt-5.2", input=MOVE, tools=offer(PLANNER), max_output_tokens=60, stream=True, store=False
    )
    async for event in stream:
        last = event
    assert last.type == "response.incomplete"
    Response.model_validate(last.response.to_dict(mode="json"))
    assert last.response.incomplete_details.reason == "max_output_tokens"
    assert last.response.usage.output_tokens <= 60


async def test_repeated_prefixes_are_reported_as_cached_in_steps_of_128(client: AsyncOpenAI) -> None:
    instructions = " ".join(f"rule {number}" for number in range(900))
    usages: list[Any] = []
    for text in ("Hi there", "Hello to you", "How are you?"):
        answer = await client.responses.create(model="gpt-4.1", instructions=instructions, input=text, store=False)
        usages.append(answer.usage)
    assert usages[0].input_tokens_details.cached_tokens == 0
    for usage in usages[1:]:
        cached = usage.input_tokens_details.cached_tokens
        assert cached >= 1024
        assert cached % 128 == 0
        assert cached <= usage.input_tokens


async def test_short_prompts_are_never_cached(client: AsyncOpenAI) -> None:
    for _ in range(2):
        answer = await client.responses.create(model="gpt-4.1", input="Hi there", store=False)
        assert answer.usage
        assert answer.usage.input_tokens_details.cached_tokens == 0


def chat_tools(names: tuple[str, ...]) -> Any:
    return [
        {"type": "function", "function": {key: value for key, value in tool.items() if key != "type"}}
        for tool in offer(names)
    ]


async def test_chat_completions_serve_the_same_brain(client: AsyncOpenAI) -> None:
    messages: Any = [{"role": "user", "content": MOVE}]
    tools = chat_tools(PLANNER)
    first = await client.chat.completions.create(model="gpt-5.2", messages=messages, tools=tools)
    ChatCompletion.model_validate(first.to_dict(mode="json"))
    assert first.choices[0].finish_reason == "tool_calls"
    calls: Any = first.choices[0].message.tool_calls
    assert [call.function.name for call in calls] == ["make_plan", "list_reservations"]
    messages.append(first.choices[0].message.to_dict(mode="json"))
    messages += [{"role": "tool", "tool_call_id": call.id, "content": '{"accepted": true}'} for call in calls[:1]]
    messages.append({"role": "tool", "tool_call_id": calls[1].id, "content": '{"result": {"reservations": []}}'})
    second = await client.chat.completions.create(model="gpt-5.2", messages=messages, tools=tools)
    assert "do not see any upcoming booking" in str(second.choices[0].message.content)


async def test_chat_chunks_join_to_the_answer_and_end_with_usage(client: AsyncOpenAI) -> None:
    text, calls, usage = "", "", None
    stream = await client.chat.completions.create(
        model="gpt-4.1",
        messages=[{"role": "user", "content": "I want a person"}],
        tools=chat_tools(FAST),
        stream=True,
        stream_options={"include_usage": True},
    )
    async for chunk in stream:
        ChatCompletionChunk.model_validate(chunk.to_dict(mode="json"))
        for choice in chunk.choices:
            text += choice.delta.content or ""
            calls += "".join(c.function.arguments or "" for c in choice.delta.tool_calls or [] if c.function)
        usage = chunk.usage or usage
    assert text == ""
    assert "person" in json.loads(calls)["reason"]
    assert usage
    assert usage.completion_tokens > 0


async def test_it_says_what_it_is(http: httpx2.AsyncClient, client: AsyncOpenAI) -> None:
    assert (await http.get("/healthz")).json() == {"ok": True, "label": "stand-in model, not an LLM"}
    models = await client.models.list()
    assert {"gpt-4.1", "gpt-5.2"} <= {model.id for model in models.data}
    assert {model.owned_by for model in models.data} == {"stand-in model, not an LLM"}
    answer = await http.post("/v1/responses", json={"model": "gpt-4.1", "input": "hi"})
    assert answer.headers["x-standin-label"] == "stand-in model, not an LLM"


async def test_requests_are_kept_for_tests_to_search(http: httpx2.AsyncClient, client: AsyncOpenAI) -> None:
    await http.delete("/_requests")
    await Conversation(client, tier="fast").say("a very particular sentence")
    kept = (await http.get("/_requests")).json()["requests"]
    assert len(kept) == 1
    assert "a very particular sentence" in json.dumps(kept[0]["body"])
    assert kept[0]["status"] == 200


@pytest.mark.parametrize("choice", [{"type": "function", "name": "request_person"}, "none"])
async def test_tool_choice_is_obeyed(client: AsyncOpenAI, choice: Any) -> None:
    answer = await client.responses.create(
        model="gpt-4.1", input="Hi", tools=offer(FAST), tool_choice=choice, store=False
    )
    kinds = [item.type for item in answer.output]
    assert kinds == (["message"] if choice == "none" else ["function_call"])
