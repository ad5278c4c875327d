"""How does a prompt look as the messages and tools of the Chat Completions API?"""

from collections.abc import Iterator
from typing import Any

from contracts.model_port import FunctionCall, Message, Observation, Prompt, PromptItem
from contracts.values import JsonObject


def chat_messages(prompt: Prompt) -> list[dict[str, Any]]:
    """The prompt as messages. Each call is answered right behind the message that made it, as the API demands.

    The runtime's words go as `system`, which servers other than OpenAI's know; `developer` many do not. Reasoning that
    another API sealed is left out: nobody could read it.
    """
    outputs = {item.call_id: item.output for item in prompt.items if isinstance(item, Observation)}
    return [{"role": "system", "content": prompt.instructions}, *_said(prompt.items, outputs)]


def _said(items: tuple[PromptItem, ...], outputs: dict[str, str]) -> Iterator[dict[str, Any]]:
    text: list[str] = []
    calls: list[FunctionCall] = []
    for item in items:
        match item:
            case Message(role="assistant"):
                if text and not calls:
                    yield from _assistant(text, calls, outputs)
                text.append(item.text)
            case FunctionCall():
                calls.append(item)
            case Observation():
                if any(call.call_id == item.call_id for call in calls):
                    yield from _assistant(text, calls, outputs)
            case Message(role=role):
                yield from _assistant(text, calls, outputs)
                yield {"role": "system" if role == "developer" else role, "content": item.text}
            case _:
                pass
    yield from _assistant(text, calls, outputs)


def _assistant(text: list[str], calls: list[FunctionCall], outputs: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What was gathered, as one message with the answers to its calls; nothing is gathered any more then."""
    if text or calls:
        message: dict[str, Any] = {"role": "assistant", "content": "\n".join(text) or None}
        if calls:
            message["tool_calls"] = [_tool_call(call) for call in calls]
        yield message
    for call in calls:
        yield {"role": "tool", "tool_call_id": call.call_id, "content": outputs[call.call_id]}
    text.clear()
    calls.clear()


def _tool_call(call: FunctionCall) -> dict[str, Any]:
    return {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def chat_tool(tool: JsonObject) -> JsonObject:
    """An offered function: the Responses API lays its fields flat, this one nests them."""
    return {"type": "function", "function": {key: value for key, value in tool.items() if key != "type"}}
