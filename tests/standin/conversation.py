"""How does a runtime talk to the stand-in? Plays one: state message, plan check, tool calls, confirmations."""

import json
from typing import Any, cast, get_args

from openai import AsyncOpenAI
from openai.types.responses import FunctionToolParam, Response, ResponseFunctionToolCall, ResponseStreamEvent
from pydantic import BaseModel

from .company import Airline, Problem
from .offers import FAST, PLANNER, WRITES, offer

type Obj = dict[str, Any]

EVENTS: dict[str, type[BaseModel]] = {
    get_args(kind.model_fields["type"].annotation)[0]: kind for kind in get_args(get_args(ResponseStreamEvent)[0])
}
BAGS = (
    "[baggage#2] Baggage: An extra checked bag costs 40 EUR on classic fares when booked online. "
    "It may weigh up to 23 kg. (source: Baggage terms, section 2)"
)
PETS = "[pets#1] Small pets travel in the cabin in a soft carrier for 60 EUR per flight."
PRICES = "[extra_bag_classic] 40.00 EUR for an extra checked bag on classic."
MOST_CALLS = 14  # model calls of one turn; more means that the stand-in turns in circles


class Conversation:
    """One customer request: `say` a message, then look at `reply`, `called`, `asked_to_confirm`."""

    def __init__(self, client: AsyncOpenAI, airline: Airline | None = None, *, tier: str = "planner") -> None:
        self.client, self.airline = client, airline or Airline()
        self.tier = tier
        self.customer = "signed in (verified)"
        self.tools = list(PLANNER)
        self.items: list[Obj] = []
        self.plan: list[Obj] = []
        self.goal = ""
        self.done: set[str] = set()
        self.question = ""
        self.set: list[ResponseFunctionToolCall] = []
        self.called: list[str] = []
        self.rounds: list[list[str]] = []
        self.reply = ""
        self.asked_person = False
        self.sets = 0
        self.broken = False
        self.notes: tuple[str, ...] = (BAGS, PETS)
        self.facts: tuple[str, ...] = (PRICES,)
        self.now = "09:12"
        self.reminder = "keep to the goal."
        self.withheld: list[str] = []
        self.refusals: dict[str, str] = {}

    @property
    def asked_to_confirm(self) -> list[str]:
        """The names of the writes that await the customer."""
        return [call.name for call in self.set]

    async def say(self, text: str) -> str:
        """Send a customer's message and run the turn to its end; the reply, empty when a confirmation is open."""
        self.items.append({"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
        self.reminder = "keep to the goal."
        return await self._turn()

    async def decide(self, decision: str) -> str:
        """Confirm, decline, void or let expire the open set, and let the model write on."""
        results = self._execute_set() if decision == "confirmed" else []
        if any(entry.get("error", {}).get("code") == "quote_stale" for entry in results):
            decision = "void"
        self._append_pair("get_decision", {"set_id": f"set_{self.sets}"}, {"decision": decision, "results": results})
        self.set = []
        return await self._turn()

    async def give_back(self, words: str) -> str:
        """A person answers in these words and gives the conversation back; the model goes on."""
        self.items.append({"type": "message", "role": "assistant", "content": words})
        self.asked_person = False
        self.reminder = "a colleague has answered meanwhile; go on where the work stood and ask nothing twice."
        return await self._turn()

    async def follow_up(self, tool: str, result: Obj) -> str:
        """The end of a durable wait: the model writes first."""
        self._append_pair("get_follow_up", {"case": result.get("case_id")}, {"tool": tool, "result": result})
        return await self._turn()

    async def _turn(self) -> str:
        self.reply, self.called, self.rounds = "", [], []
        for _ in range(MOST_CALLS):
            response = await self._call_model()
            calls = [item for item in response.output if item.type == "function_call"]
            self.items += [item.to_dict(mode="json") for item in response.output]
            self.reply = " ".join(filter(None, [self.reply, response.output_text]))
            if not calls:
                self.question = self.reply if "?" in self.reply else ""
                return self.reply
            self.rounds.append([call.name for call in calls])
            self._answer(calls)
            if self.asked_person or self._awaits(calls):
                return self.reply
        raise AssertionError(f"more than {MOST_CALLS} model calls in one turn: {self.called}")

    async def _call_model(self) -> Response:
        planner = self.tier == "planner"
        offered: list[FunctionToolParam] = offer(tuple(self.tools) if planner else FAST)
        state: Obj = {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": self.state()}]}
        extra: Obj = {"reasoning": {"effort": "medium", "summary": "auto"}, "include": ["reasoning.encrypted_content"]}
        stream = await self.client.responses.create(
            model="gpt-5.2" if planner else "gpt-4.1",
            instructions="You work for Northwind Air.",
            input=cast(Any, [*self.items, state]),
            tools=offered,
            tool_choice="auto",
            parallel_tool_calls=True,
            max_output_tokens=4000,
            store=False,
            stream=True,
            prompt_cache_key="airline",
            safety_identifier="c-1",
            **(extra if planner else {}),
        )
        last = None
        async for event in stream:
            EVENTS[event.type].model_validate(event.to_dict(mode="json"))
            last = event
        assert last is not None
        assert last.type == "response.completed"
        return last.response

    def state(self) -> str:
        """The state message, as SPEC lays it out."""
        plan = "Plan: none yet"
        if self.plan:
            lines = [
                f"- [{'done' if s['tool'] in self.done else 'open'}] {s['id']} {s['title']} ({s['tool']})"
                for s in self.plan
            ]
            plan = "\n".join([f"Goal: {self.goal}", "Plan:", *lines])
        return "\n".join(
            [
                "# State",
                f"Today: 2026-11-21 (Saturday). Now: {self.now} UTC. Tomorrow: 2026-11-22 (Sunday).",
                "Company: Northwind Air",
                f"Customer: {self.customer}",
                "Intent: unknown (0.30)",
                f"Route: {self.tier}",
                plan,
                f"Open question: {self.question or 'none'}",
                f"Open confirmation: {f'set_{self.sets}, awaiting the customer' if self.set else 'none'}",
                "Passages:",
                *self.notes,
                "Facts:",
                *self.facts,
                *[f"- withheld: unsupported_money: Nothing in this request backs {what!r}." for what in self.withheld],
                f"Reminder: {self.reminder}",
            ]
        )

    def _answer(self, calls: list[ResponseFunctionToolCall]) -> None:
        held = [call for call in calls if call.name in WRITES and self._planned(call.name)]
        self.broken = any(call.name in self.refusals for call in held)
        held = [] if self.broken else held
        if held:
            self.sets += 1
            self.set = held
        for call in calls:
            self.called.append(call.name)
            self._output(call.call_id, self._observe(call))

    def _observe(self, call: ResponseFunctionToolCall) -> Obj:
        arguments: Obj = json.loads(call.arguments)
        if call.name == "request_planner":
            self.tier = "planner"
            return {"result": {"accepted": True}}
        if call.name == "request_person":
            self.asked_person = True
            return {"result": {"queued": True}}
        if call.name == "make_plan":
            self.goal, self.plan = arguments["goal"], arguments["steps"]
            return {"accepted": True}
        if call.name not in self.tools:
            return {"error": {"code": "unknown_tool", "detail": f"there is no tool {call.name}"}}
        if not self._planned(call.name):
            return {"error": {"code": "not_in_plan", "detail": f"{call.name} is not in the plan"}}
        if call.name in self.refusals:
            return {"error": {"code": self.refusals[call.name], "detail": "refused by a guard"}}
        if call.name in WRITES and self.broken:
            return {"error": {"code": "set_refused", "detail": "another write of the set was refused"}}
        if call.name in WRITES:
            return {"status": "awaiting_confirmation", "set_id": f"set_{self.sets}"}
        return self._run(call.name, arguments, write=False)

    def _awaits(self, calls: list[ResponseFunctionToolCall]) -> bool:
        return any(call in self.set for call in calls)

    def _planned(self, tool: str) -> bool:
        return tool in [step["tool"] for step in self.plan]

    def _run(self, tool: str, arguments: Obj, *, write: bool) -> Obj:
        try:
            result = self.airline.execute(tool, arguments) if write else self.airline.answer(tool, arguments)
        except Problem as problem:
            return {"error": {"code": problem.code, "detail": problem.detail}}
        self.done.add(tool)
        return {"result": json.loads(json.dumps(result))}

    def _execute_set(self) -> list[Obj]:
        results: list[Obj] = []
        earlier: Obj = {}
        for call in self.set:
            if any("error" in entry for entry in results):
                results.append({"tool": call.name, "status": "not_sent"})
                continue
            arguments = {name: _fill(value, earlier) for name, value in json.loads(call.arguments).items()}
            outcome = self._run(call.name, arguments, write=True)
            earlier[call.name] = outcome.get("result")
            results.append({"tool": call.name, "status": "rejected" if "error" in outcome else "executed", **outcome})
        return results

    def _append_pair(self, name: str, arguments: Obj, output: Obj) -> None:
        call_id = f"call_{name}_{len(self.items)}"
        self.items.append(
            {"type": "function_call", "call_id": call_id, "name": name, "arguments": json.dumps(arguments)}
        )
        self._output(call_id, output)

    def _output(self, call_id: str, output: Obj) -> None:
        self.items.append({"type": "function_call_output", "call_id": call_id, "output": json.dumps(output)})


def _fill(value: Any, earlier: Obj) -> Any:
    if isinstance(value, dict) and set(cast(Obj, value)) == {"from_tool", "field"}:
        return earlier[value["from_tool"]][value["field"]]
    return value
