"""What do the events of a Responses stream mean, and what of a server that sends them in another shape?"""

from typing import Any

import pytest

from activities.openai_responses import translate_event
from contracts.errors import ModelFailed
from contracts.model_port import Acted, Finished, FunctionCall, Reasoning, TextDelta


def test_words_and_refusals_are_words() -> None:
    assert translate_event({"type": "response.output_text.delta", "delta": "Yes."}) == [TextDelta(text="Yes.")]
    assert translate_event({"type": "response.refusal.delta", "delta": "No."}) == [TextDelta(text="No.")]


def test_reasoning_is_kept_as_it_came_without_what_is_empty() -> None:
    item: dict[str, Any] = {
        "type": "reasoning",
        "id": "r1",
        "summary": [{"type": "summary_text", "text": "Look."}],
        "status": None,
    }
    sent = {**item, "encrypted_content": None}
    (acted,) = translate_event({"type": "response.output_item.done", "item": sent})
    kept = {key: item[key] for key in ("type", "id", "summary")}
    assert acted == Acted(item=Reasoning(item=kept), thought="Look.")


def test_a_call_comes_with_its_arguments() -> None:
    item = {"type": "function_call", "id": "f1", "call_id": "c1", "name": "find", "arguments": "{}"}
    (acted,) = translate_event({"type": "response.output_item.done", "item": item})
    assert acted == Acted(item=FunctionCall(call_id="c1", name="find", arguments="{}"))


@pytest.mark.parametrize("details", [{}, {"usage": None}, {"usage": {}, "incomplete_details": None}])
def test_a_server_that_counts_no_tokens_has_finished_all_the_same(details: dict[str, Any]) -> None:
    assert translate_event({"type": "response.completed", "response": details}) == [Finished()]


def test_an_answer_that_was_cut_says_why() -> None:
    usage = {"input_tokens": 9, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 4}}
    response = {"usage": usage, "incomplete_details": {"reason": "max_output_tokens"}}
    found = translate_event({"type": "response.incomplete", "response": response})
    assert found == [Finished(input_tokens=9, cached_tokens=4, output_tokens=2, incomplete="max_output_tokens")]


@pytest.mark.parametrize("event", [{"type": "response.created"}, {}, "text", None, 7])
def test_what_means_nothing_is_passed_by(event: object) -> None:
    assert translate_event(event) == []


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.output_text.delta"},
        {"type": "response.output_text.delta", "delta": None},
        {"type": "response.output_item.done", "item": {"type": "function_call", "name": "find"}},
        {"type": "response.output_item.done", "item": []},
        {"type": "response.output_item.done", "item": {"type": "reasoning", "summary": [{}]}},
        {"type": "response.completed", "response": "done"},
        {"type": "response.completed", "response": {"usage": {"input_tokens": "many"}}},
    ],
)
def test_an_event_of_another_shape_is_a_failure_of_the_model(event: dict[str, Any]) -> None:
    with pytest.raises(ModelFailed) as failed:
        translate_event(event)
    assert (failed.value.code, failed.value.retryable) == ("model.broken", True)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"type": "error", "code": "server_error"}, "model.broken"),
        ({"type": "response.failed", "response": {"error": None}}, "model.broken"),
        ({"type": "response.failed", "response": {"error": {"code": "rate_limit_exceeded"}}}, "model.busy"),
    ],
)
def test_the_servers_own_failure_is_told_by_its_code(event: dict[str, Any], code: str) -> None:
    with pytest.raises(ModelFailed) as failed:
        translate_event(event)
    assert failed.value.code == code
