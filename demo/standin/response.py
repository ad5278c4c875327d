"""How does an answer look as a Response object of the Responses API?"""

import secrets
import time
from dataclasses import dataclass, field

from demo.standin.sealed import seal
from demo.standin.tokens import count_tokens, split_into_pieces
from demo.standin.wire import Answer, Ask, Obj

_ECHOED = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "prompt_cache_key": None,
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}
_ENDLESS = "and so on "
_ENDLESS_LIMIT = 100_000  # tokens; what an endless answer stops at when the request sets no limit


def new_id(prefix: str) -> str:
    """A fresh id as OpenAI writes them, such as `resp_3f…`."""
    return f"{prefix}_{secrets.token_hex(20)}"


@dataclass(frozen=True)
class Usage:
    """Tokens of one response; cached ones are part of the input, reasoning ones part of the output."""

    prompt: int
    cached: int
    output: int
    reasoning: int

    def as_response(self) -> Obj:
        """As the Responses API reports it."""
        return {
            "input_tokens": self.prompt,
            "input_tokens_details": {"cached_tokens": self.cached, "cache_write_tokens": 0},
            "output_tokens": self.output,
            "output_tokens_details": {"reasoning_tokens": self.reasoning},
            "total_tokens": self.prompt + self.output,
        }


@dataclass
class Draft:
    """A response being written: its output items in full, its usage, and whether the token limit or a filter cut it."""

    ask: Ask
    items: list[Obj]
    usage: Usage
    cut: bool = False
    filtered: bool = False
    thought: str = ""
    response_id: str = field(default_factory=lambda: new_id("resp"))
    created_at: int = field(default_factory=lambda: int(time.time()))

    @property
    def ends_early(self) -> bool:
        """Whether anything cut it."""
        return self.cut or self.filtered

    def _reason(self) -> str:
        return "content_filter" if self.filtered else "max_output_tokens"

    def as_response(self, *, finished: bool) -> Obj:
        """The Response object, as it is at the start (`in_progress`, no output) or at the end."""
        body = self.ask.body
        text: Obj = {"format": {"type": "text"}, "verbosity": "medium", **(body.get("text") or {})}
        reasoning: Obj = {"effort": None, "summary": None, **(body.get("reasoning") or {})}
        status = "in_progress" if not finished else "incomplete" if self.ends_early else "completed"
        return {
            "id": self.response_id,
            "object": "response",
            "created_at": self.created_at,
            "status": status,
            "background": False,
            "completed_at": int(time.time()) if status == "completed" else None,
            "error": None,
            "incomplete_details": {"reason": self._reason()} if finished and self.ends_early else None,
            "model": self.ask.model,
            "output": self.items if finished else [],
            "previous_response_id": None,
            "reasoning": reasoning,
            "service_tier": "default" if finished else "auto",
            "text": text,
            "tools": body.get("tools") or [],
            "usage": self.usage.as_response() if finished else None,
            **{name: default if body.get(name) is None else body[name] for name, default in _ECHOED.items()},
        }


def write_draft(ask: Ask, answer: Answer, prompt_tokens: int, cached_tokens: int) -> Draft:
    """The answer as output items within the request's token limit, with the usage it comes to."""
    limit = ask.max_output_tokens or _ENDLESS_LIMIT
    thinks = ask.reasons and bool(answer.thought)
    reasoning = count_tokens(answer.thought) if thinks else 0
    items: list[Obj] = []
    if thinks:
        items.append(_reasoning_item(ask, answer))
    left = limit - reasoning
    said, left = _message_items(answer, left)
    items += said
    made, left = _call_items(answer, left)
    items += made
    if reasoning > limit:
        items, reasoning = items[:1], limit
    output = limit - max(left, 0) if reasoning < limit else limit
    usage = Usage(prompt_tokens, min(cached_tokens, prompt_tokens), output, reasoning)
    thought = answer.thought if thinks else ""
    return Draft(ask, items, usage, cut=left < 0, filtered=answer.filtered, thought=thought)


def _reasoning_item(ask: Ask, answer: Answer) -> Obj:
    summary = [{"type": "summary_text", "text": answer.thought}] if ask.wants_summary else []
    item: Obj = {"id": new_id("rs"), "type": "reasoning", "summary": summary}
    if ask.wants_sealed:
        item["encrypted_content"] = seal(answer.thought)
    return item


def _message_items(answer: Answer, left: int) -> tuple[list[Obj], int]:
    whole = answer.refusal or (_ENDLESS * _ENDLESS_LIMIT if answer.endless else answer.text)
    if not whole or left <= 0:
        return [], left if not whole else -1
    text = whole if count_tokens(whole) <= left else whole[: left * 4]
    spent = count_tokens(whole)
    part: Obj = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    if answer.refusal:
        part = {"type": "refusal", "refusal": text}
    status = "completed" if text == whole else "incomplete"
    item = {"id": new_id("msg"), "type": "message", "role": "assistant", "status": status, "content": [part]}
    return [item], left - spent


def _call_items(answer: Answer, left: int) -> tuple[list[Obj], int]:
    items: list[Obj] = []
    for call in answer.calls:
        spent = count_tokens(call.name + call.arguments)
        if left <= 0:
            return items, -1
        cut = spent > left
        items.append(
            {
                "id": new_id("fc"),
                "type": "function_call",
                "status": "incomplete" if cut else "completed",
                "call_id": f"call_{secrets.token_hex(12)}",
                "name": call.name,
                "arguments": call.arguments[: left * 4] if cut else call.arguments,
            }
        )
        left -= spent
    return items, left


def pieces_of(text: str, large: int = 4000) -> list[str]:
    """A text in the deltas it is streamed in: words, or large slices when it is huge."""
    if len(text) <= large * 8:
        return split_into_pieces(text)
    return [text[start : start + large] for start in range(0, len(text), large)]
