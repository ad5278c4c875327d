"""Which tiers, prompts and answers do the tests of the ports share?"""

from collections.abc import Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Any

from contracts.model_port import Acted, FunctionCall, Message, ModelEvent, ModelPort, Observation, Prompt, TextDelta
from contracts.pack import ModelTier
from contracts.values import JsonObject

PRICE = {"input": 1_000_000, "cached_input": 100_000, "output": 2_000_000}
STATE = """# State
Today: 2026-11-21 (Saturday). Now: 09:12 UTC. Tomorrow: 2026-11-22 (Sunday).
Company: Northwind Air
Customer: {customer}
Intent: unknown
Route: {route}
Plan: none yet
Open question: none
Open confirmation: none
Passages:
[baggage#1] Baggage: An extra checked bag costs 40 EUR on classic fares. (source: Baggage terms)
Reminder: answer the customer's message completely."""
APIS = ("responses", "chat")


def tier(api: str, model: str = "gpt-4.1", **more: Any) -> ModelTier:
    """A tier of this API."""
    times = {"first_token_timeout": "2s", "timeout": "8s"}
    return ModelTier.model_validate({"model": model, "api": api, "price": PRICE, **times, **more})


def tool(name: str, **parameters: JsonObject) -> JsonObject:
    """A function as it is offered: strict."""
    schema: JsonObject = {
        "type": "object",
        "properties": dict(parameters),
        "required": list(parameters),
        "additionalProperties": False,
    }
    return {"type": "function", "name": name, "description": name, "parameters": schema, "strict": True}


def ask(*said: str | FunctionCall | Observation, tools: Sequence[JsonObject] = (), planner: bool = False) -> Prompt:
    """A prompt whose customer says these, between calls and observations; signed in where the planner is asked."""
    customer = "signed in (verified)" if planner else "visitor, not signed in (anonymous)"
    state = STATE.format(customer=customer, route="planner" if planner else "fast")
    items = [Message(role="user", text=one) if isinstance(one, str) else one for one in said]
    return Prompt(
        instructions="You work for Northwind Air.",
        items=(*items, Message(role="developer", text=state)),
        tools=tuple(tools),
        cache_key="airline",
        safety_identifier="c1",
    )


async def hear(model: ModelPort, at: ModelTier, prompt: Prompt, within: float = 20) -> list[ModelEvent]:
    """Every event of one answer."""
    async with aclosing(model.stream(at, prompt, within=timedelta(seconds=within))) as events:
        return [event async for event in events]


def text_of(events: Sequence[ModelEvent]) -> str:
    """What was said."""
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def calls_of(events: Sequence[ModelEvent]) -> list[FunctionCall]:
    """Which functions were called, in order."""
    return [event.item for event in events if isinstance(event, Acted) and isinstance(event.item, FunctionCall)]
