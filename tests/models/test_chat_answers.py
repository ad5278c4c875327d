"""What do we make of answers and prompts that OpenAI's own chat never has, but other servers' do?"""

from typing import Any

import pytest
from openai._models import construct_type
from openai.types.chat import ChatCompletionChunk

from activities.chat_messages import chat_messages
from activities.openai_chat import ChatAnswer
from contracts.errors import ModelFailed
from contracts.model_port import (
    Acted,
    Finished,
    FunctionCall,
    Message,
    Observation,
    Prompt,
    PromptItem,
    Reasoning,
    TextDelta,
)
from tests.models.model_samples import calls_of

LOOK = FunctionCall(call_id="call_0", name="look", arguments='{"a": 1}')


def chunk(delta: dict[str, Any], ending: str | None = None, usage: dict[str, Any] | None = None) -> ChatCompletionChunk:
    """One chunk with this delta."""
    choice = {"index": 0, "delta": delta, "finish_reason": ending}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "usage": usage}
    return ChatCompletionChunk.model_validate({**head, "choices": [choice]})


def as_sent(delta: dict[str, Any]) -> ChatCompletionChunk:
    """One chunk as the client makes it of a stream: unchecked, a field that was not sent is not there."""
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return construct_type(type_=ChatCompletionChunk, value={**head, "choices": [choice]})  # type: ignore[return-value]


def call(index: int | None, call_id: str | None, name: str | None, arguments: str) -> dict[str, Any]:
    """The delta of a piece of a call."""
    place = {} if index is None else {"index": index}
    return {"tool_calls": [{**place, "id": call_id, "function": {"name": name, "arguments": arguments}}]}


def test_pieces_of_interleaved_calls_are_joined_by_their_index() -> None:
    answer = ChatAnswer()
    for piece in (
        call(1, "b", "second", '{"b"'),
        call(0, "a", "first", "{"),
        call(1, None, None, ": 2}"),
        call(0, None, None, "}"),
    ):
        assert answer.take(chunk(piece)) == []
    answer.take(chunk({}, "tool_calls"))
    assert [(one.call_id, one.name, one.arguments) for one in calls_of(answer.finish())] == [
        ("a", "first", "{}"),
        ("b", "second", '{"b": 2}'),
    ]


@pytest.mark.parametrize("index", [0, None])
def test_calls_under_one_index_or_none_are_told_apart_by_their_ids(index: int | None) -> None:
    answer = ChatAnswer()
    for piece in (
        call(index, "a", "first", '{"a"'),
        call(index, None, None, ": 1}"),
        call(index, "b", "second", '{"b": 2}'),
        call(index, "b", "second", ""),
    ):
        answer.take(as_sent(piece))
    answer.take(chunk({}, "tool_calls"))
    assert [(one.call_id, one.name, one.arguments) for one in calls_of(answer.finish())] == [
        ("a", "first", '{"a": 1}'),
        ("b", "second", '{"b": 2}'),
    ]


def test_a_server_that_numbers_its_calls_anew_each_time_gets_ids_of_ours() -> None:
    answer = ChatAnswer(taken={"call_0"})
    answer.take(chunk(call(0, "call_0", "look", "{}")))
    answer.take(chunk(call(1, "", "look", "")))
    answer.take(chunk({}, "tool_calls"))
    first, second = calls_of(answer.finish())
    assert len({"call_0", first.call_id, second.call_id}) == 3
    assert (len(first.call_id), first.call_id.isalnum()) == (9, True)
    assert second.arguments == "{}"


def test_a_stream_that_ends_politely_but_early_is_broken_all_the_same() -> None:
    answer = ChatAnswer()
    assert answer.take(chunk({"content": "Your refund is"})) == [TextDelta(text="Your refund is")]
    with pytest.raises(ModelFailed) as failed:
        answer.finish()
    assert (failed.value.code, failed.value.retryable) == ("model.broken_stream", True)


def test_calls_of_an_answer_that_was_cut_are_not_made() -> None:
    answer = ChatAnswer()
    answer.take(chunk(call(0, "a", "pay", '{"amount": 1')))
    answer.take(chunk({}, "length"))
    assert answer.finish() == [Finished(incomplete="max_output_tokens")]


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thoughts_beside_the_content_are_kept_and_never_said(name: str) -> None:
    answer = ChatAnswer()
    assert answer.take(chunk({name: "The customer wants "})) == []
    assert answer.take(chunk({name: "a price."})) == []
    answer.take(chunk({"content": "40 EUR."}, "stop"))
    assert answer.finish()[0] == Acted(item=Reasoning(item={}), thought="The customer wants a price.")


def roles(*items: PromptItem) -> list[str]:
    """The roles of the messages, without the instructions; a call's message says how many calls it has."""
    messages = chat_messages(Prompt(instructions="You work.", items=items))
    assert messages[0] == {"role": "system", "content": "You work."}
    return [message["role"] + "+" * len(message.get("tool_calls", ())) for message in messages[1:]]


def test_words_and_calls_of_one_answer_are_one_message_with_its_answers_behind_it() -> None:
    said, other = Message(role="assistant", text="One moment."), LOOK.model_copy(update={"call_id": "b"})
    seen = [Observation(call_id=call_id, output="{}") for call_id in ("call_0", "b")]
    assert roles(LOOK, said, other, *seen) == ["assistant++", "tool", "tool"]


def test_an_answer_that_comes_after_another_call_still_stands_behind_its_own() -> None:
    other = LOOK.model_copy(update={"call_id": "b"})
    late = [Observation(call_id=call_id, output="{}") for call_id in ("b", "call_0")]
    assert roles(LOOK, other, *late) == ["assistant++", "tool", "tool"]


def test_two_replies_stay_two_and_the_runtimes_words_are_the_systems() -> None:
    replies = [Message(role="assistant", text=text) for text in ("We change it.", "Done.")]
    items = (Message(role="user", text="Hi"), *replies, Message(role="developer", text="# State"))
    assert roles(*items) == ["user", "assistant", "assistant", "system"]


def test_sealed_thoughts_of_the_other_api_are_left_out() -> None:
    assert roles(Reasoning(item={"type": "reasoning", "encrypted_content": "x"}), Message(role="user", text="Hi")) == [
        "user"
    ]
