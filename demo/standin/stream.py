"""In which events does a response arrive when it is streamed?"""

from collections.abc import Iterator
from itertools import count

from demo.standin.response import Draft, pieces_of
from demo.standin.wire import Obj


def stream_events(draft: Draft) -> Iterator[Obj]:
    """The events of the Responses API in their order, each numbered by `sequence_number` from 0."""
    for number, event in zip(count(), _events(draft), strict=False):
        yield {**event, "sequence_number": number}


def _events(draft: Draft) -> Iterator[Obj]:
    started = draft.as_response(finished=False)
    yield {"type": "response.created", "response": started}
    yield {"type": "response.in_progress", "response": started}
    for index, item in enumerate(draft.items):
        yield {"type": "response.output_item.added", "output_index": index, "item": _begin(item)}
        for event in _inside(item):
            yield {**event, "item_id": item["id"], "output_index": index}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    ending = "response.incomplete" if draft.ends_early else "response.completed"
    yield {"type": ending, "response": draft.as_response(finished=True)}


def _begin(item: Obj) -> Obj:
    """The item as it is before its content: empty and in progress."""
    empty = {"message": {"content": []}, "function_call": {"arguments": ""}, "reasoning": {"summary": []}}
    state = {} if item["type"] == "reasoning" else {"status": "in_progress"}
    return {**item, **empty[item["type"]], **state}


def _inside(item: Obj) -> Iterator[Obj]:
    if item["type"] == "message":
        for number, part in enumerate(item["content"]):
            events = _refusal(part) if part["type"] == "refusal" else _text(part)
            yield from ({**event, "content_index": number} for event in events)
    elif item["type"] == "function_call":
        for piece in pieces_of(item["arguments"]):
            yield {"type": "response.function_call_arguments.delta", "delta": piece}
        yield {
            "type": "response.function_call_arguments.done",
            "name": item["name"],
            "arguments": item["arguments"],
        }
    else:
        for number, part in enumerate(item["summary"]):
            yield from ({**event, "summary_index": number} for event in _summary(part))


def _text(part: Obj) -> Iterator[Obj]:
    yield {"type": "response.content_part.added", "part": {**part, "text": ""}}
    for piece in pieces_of(part["text"]):
        yield {"type": "response.output_text.delta", "delta": piece, "logprobs": []}
    yield {"type": "response.output_text.done", "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", "part": part}


def _refusal(part: Obj) -> Iterator[Obj]:
    yield {"type": "response.content_part.added", "part": {**part, "refusal": ""}}
    for piece in pieces_of(part["refusal"]):
        yield {"type": "response.refusal.delta", "delta": piece}
    yield {"type": "response.refusal.done", "refusal": part["refusal"]}
    yield {"type": "response.content_part.done", "part": part}


def _summary(part: Obj) -> Iterator[Obj]:
    yield {"type": "response.reasoning_summary_part.added", "part": {**part, "text": ""}}
    for piece in pieces_of(part["text"]):
        yield {"type": "response.reasoning_summary_text.delta", "delta": piece}
    yield {"type": "response.reasoning_summary_text.done", "text": part["text"]}
    yield {"type": "response.reasoning_summary_part.done", "part": part}
