"""What does the stand-in know? Only what the request says: state, transcript, tools, observations."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from demo.standin.state import State, read_state
from demo.standin.wire import Ask, Obj, Tool

GONE = ("tool_off", "intent_off", "not_permitted", "needs_verified", "needs_stepped_up", "unknown_tool")
READS = ("get_", "list_", "search_", "find_", "quote_", "make_", "request_")
AGEING = ("search_flights", "quote_change", "list_payment_methods", "get_fare_rules", "list_payments")
LOST = ("no_source", "not_computable")
EVENTS = ("get_decision", "get_follow_up")
PENDING = "awaiting_confirmation"


@dataclass(frozen=True)
class Said:
    """A text in the transcript; `position` counts input items from 0."""

    position: int
    role: str
    text: str


@dataclass(frozen=True)
class Want:
    """A tool call the stand-in would like, with the values it knows for the parameters."""

    tool: str
    values: Obj = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """An observation: what a tool answered to which arguments, a result or an error code."""

    position: int
    tool: str
    arguments: Obj
    result: Obj
    code: str = ""
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Whether the tool gave a result."""
        return not self.code

    def answers(self, want: Want) -> bool:
        """Whether this is the answer to that call: same tool and no argument that differs."""
        if self.tool != want.tool:
            return False
        both = [name for name, value in want.values.items() if value is not None and name in self.arguments]
        return all(self.arguments[name] == want.values[name] for name in both)


@dataclass(frozen=True)
class Scene:
    """One request, understood as far as its form goes; goals decide on it."""

    state: State
    said: tuple[Said, ...]
    seen: tuple[Seen, ...]
    tools: dict[str, Tool]
    withdrawn: frozenset[str] = frozenset()
    forced: str = ""

    @cached_property
    def turn_start(self) -> int:
        """The position of what this turn answers: the last user message, decision or follow-up; -1 without one."""
        events = (seen.position for seen in self.seen if seen.tool in EVENTS)
        return max([said.position for said in self.said if said.role == "user"] + list(events), default=-1)

    @cached_property
    def user_position(self) -> int:
        """The position of the last user message, -1 without one."""
        return max((said.position for said in self.said if said.role == "user"), default=-1)

    @cached_property
    def user_text(self) -> str:
        """The last user message."""
        return next((said.text for said in reversed(self.said) if said.role == "user"), "")

    @property
    def fast(self) -> bool:
        """Whether this call runs on the fast tier, which may only escalate."""
        return "request_planner" in self.tools and "make_plan" not in self.tools

    def offers(self, tool: str) -> bool:
        """Whether the tool can be had: offered and not refused as such; the fast tier trusts that it can."""
        refused = any(seen.code in GONE for seen in self.failures(tool))
        return (self.fast or tool in self.tools) and tool not in self.withdrawn and not refused

    def find(self, want: Want, after: int = -1) -> Seen | None:
        """The newest result for that call that no later write has made stale, and that is newer than `after`."""
        oldest = max(after, self.last_write, self.sources_lost if want.tool in AGEING else -1)
        fitting = (s for s in reversed(self.seen) if s.ok and s.position > oldest and not self._ran_out(s))
        return next((seen for seen in fitting if seen.answers(want)), None)

    def _ran_out(self, seen: Seen) -> bool:
        """Whether a result of an earlier turn, such as a quote, says that it holds no longer."""
        until, now = seen.result.get("expires_at"), self.state.now
        return bool(until and now and seen.position < self.turn_start and datetime.fromisoformat(until) <= now)

    def executed(self, tool: str, after: int) -> Seen | None:
        """The newest result of a tool after a position, whatever its arguments."""
        return next((s for s in reversed(self.seen) if s.ok and s.tool == tool and s.position > after), None)

    def failures(self, tool: str, after: int | None = None) -> list[Seen]:
        """The failed calls of a tool, in this turn or after a position, since its last success."""
        begin = self.turn_start if after is None else after
        if self.state.returned:
            begin = max(begin, max((said.position for said in self.said if said.role == "assistant"), default=-1))
        since = [seen for seen in self.seen if seen.tool == tool and seen.position > begin]
        good = max((number for number, seen in enumerate(since) if seen.ok), default=-1)
        return [seen for seen in since[good + 1 :] if seen.code and seen.code != PENDING]

    @cached_property
    def sources_lost(self) -> int:
        """Where in this turn a write was first refused because its arguments were read too long ago; -1 without."""
        lost = (seen.position for seen in self.seen if seen.code in LOST and seen.position > self.turn_start)
        return min(lost, default=-1)

    @cached_property
    def last_write(self) -> int:
        """The position of the newest executed write, -1 without one."""
        done = (seen.position for seen in self.seen if seen.ok and not seen.tool.startswith(READS))
        return max(done, default=-1)

    def decision(self, after: int) -> Seen | None:
        """The newest decision on a set of writes after a position."""
        return self.executed("get_decision", after)

    def pending(self, after: int, before: int | None = None) -> Seen | None:
        """A write after that position which still awaits the customer, or did so before another position."""
        past = [seen for seen in self.seen if seen.position > after and (before is None or seen.position < before)]
        newest = next((seen for seen in reversed(past) if seen.code == PENDING), None)
        decided = any(
            seen.ok and seen.tool == "get_decision" and newest and seen.position > newest.position for seen in past
        )
        return None if decided else newest

    def last_said(self, role: str, before: int | None = None) -> Said | None:
        """The newest text of a role, before a position."""
        fitting = (s for s in reversed(self.said) if s.role == role and (before is None or s.position < before))
        return next(fitting, None)

    def user_texts(self, since: int) -> list[str]:
        """The user's messages from a position on, newest first."""
        return [said.text for said in reversed(self.said) if said.role == "user" and said.position >= since]


def read_scene(ask: Ask, withdrawn: frozenset[str] = frozenset()) -> Scene:
    """Everything the request tells; `withdrawn` tools count as not offered."""
    state, said, seen = State(), list[Said](), list[Seen]()
    calls: dict[str, tuple[str, Obj]] = {}
    for position, item in enumerate(ask.items):
        if item["type"] == "message":
            text = _text_of(item)
            if item.get("role") in ("developer", "system"):
                state = read_state(text) if "# State" in text else state
            elif text.strip():
                said.append(Said(position, item["role"], text.strip()))
        elif item["type"] == "function_call":
            calls[item["call_id"]] = (item["name"], _parse(item["arguments"]))
        elif item["type"] == "function_call_output":
            name, arguments = calls.get(item["call_id"], ("", {}))
            seen += _observe(position, name, arguments, _parse(_text_of({"content": item["output"]})), seen)
    tools = {tool.name: tool for tool in ask.tools if tool.name not in withdrawn}
    if ask.body.get("tool_choice") == "none":
        tools = {}
    return Scene(state, tuple(said), tuple(seen), tools, _refused_by_plan(seen, tools), _forced_tool(ask))


def _forced_tool(ask: Ask) -> str:
    """The one function that `tool_choice` demands, in the form of either API."""
    choice = ask.body.get("tool_choice")
    if not isinstance(choice, dict):
        return ""
    return str(choice.get("name") or (choice.get("function") or {}).get("name") or "")


def _observe(position: int, tool: str, arguments: Obj, output: Obj, earlier: list[Seen]) -> list[Seen]:
    if tool == "get_decision":
        asked = {seen.tool: seen.arguments for seen in earlier if seen.code == PENDING}
        decision = Seen(position, tool, arguments, output)
        results = output.get("results") or []
        return [*(_read(position, r["tool"], asked.get(r["tool"], {}), r) for r in results), decision]
    if tool == "get_follow_up":
        inner = _read(position, str(output.get("tool")), {}, output)
        return [inner, Seen(position, tool, arguments, output)]
    return [_read(position, tool, arguments, output)]


def _read(position: int, tool: str, arguments: Obj, output: Obj) -> Seen:
    error = output.get("error")
    if isinstance(error, dict):
        return Seen(position, tool, arguments, {}, str(error.get("code") or "error"), _detail(error))
    if error:
        return Seen(position, tool, arguments, {}, "error", str(error))
    if output.get("status") == PENDING:
        return Seen(position, tool, arguments, output, PENDING)
    result = output.get("result", output)
    if output.get("status") in ("rejected", "not_sent", "uncertain", "undone"):
        kept: Obj = result if output["status"] == "undone" and isinstance(result, dict) else {}
        return Seen(position, tool, arguments, kept, str(output["status"]))
    return Seen(position, tool, arguments, result if isinstance(result, dict) else {"value": result})


def _detail(error: Obj) -> str:
    parts = [str(error.get("detail") or error.get("message") or "")]
    parts += [f"{entry.get('pointer', '')}: {entry.get('detail', '')}" for entry in error.get("errors") or []]
    return " ".join(parts)


def _refused_by_plan(seen: list[Seen], tools: dict[str, Tool]) -> frozenset[str]:
    """The tools that a refused plan's problems name: planning with them again would fail again."""
    problems = [str(p) for s in seen if s.tool == "make_plan" for p in s.result.get("problems") or []]
    return frozenset(name for name in tools if any(name in problem for problem in problems))


def _text_of(item: Obj) -> str:
    content = item.get("content")
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text") or part.get("refusal") or "") for part in content or [])


def _parse(text: str) -> Obj:
    try:
        value: Any = json.loads(text)
    except ValueError:
        return {"error": {"code": "unreadable", "detail": text[:200]}}
    return value if isinstance(value, dict) else {"value": value}
