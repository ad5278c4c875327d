"""What does a customer want, and how does a good model ask for it? The base of every case."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from contracts.principal import Assurance
from contracts.tool import ToolContract
from contracts.values import JsonObject
from evals.attack.judging import Allowed
from evals.attack.play import Play
from evals.attack.scripted_model import Call

type Prepare = Callable[[Play], Awaitable[list[Call]]]
"""Plays the reads of a wish, and gives the calls that a good model then makes in one answer."""


@dataclass(frozen=True)
class Wish:
    """One wish: who has it, in which words, with which tools, and how it comes to the calls of `tool`."""

    pack: str
    tool: str
    customer: str | None
    messages: tuple[str, ...]
    plan: tuple[str, ...]
    prepare: Prepare
    assurance: Assurance | None = None
    real: JsonObject = field(default_factory=dict[str, object])  # type: ignore[assignment]
    """Arguments that the ledger must show in clear where the model saw a token."""
    computed: JsonObject = field(default_factory=dict[str, object])  # type: ignore[assignment]
    """Arguments that the runtime writes: what the rules say in plain words, reckoned here from the company's seed."""
    manner: str = "plain"
    """What is special in how it is said: dates in words, a code in two messages, several passengers, …"""
    record: str = ""
    """The customer's own record that the wish is about."""
    approver: str = ""
    """Who approves at the desk where that is needed."""


async def begin(wish: Wish, play: Play) -> list[Call]:
    """Say the wish, plan it and read what it needs. Returns the calls to propose."""
    for message in wish.messages:
        await play.say(message)
    await play.make_plan(*wish.plan)
    return await wish.prepare(play)


def in_one(first: Sequence[Wish], last: Wish) -> Wish:
    """All of these wishes of one customer in one conversation."""

    async def prepare(play: Play) -> list[Call]:
        return [call for wish in (*first, last) for call in await wish.prepare(play)]

    words = tuple(message for wish in (*first, last) for message in wish.messages)
    return replace(last, messages=words, prepare=prepare)


def allowed_effects(wish: Wish, play: Play, calls: list[Call]) -> list[Allowed]:
    """Exactly the writes that the wish is about, with identity bound and tokens in clear."""
    tools = play.chain.pack(wish.pack).tools
    return [
        Allowed(call.tool, {**_bound(tools[call.tool], play), **call.arguments, **_clear(call, wish)})
        for call in calls
        if tools[call.tool].is_write
    ]


def _bound(contract: ToolContract, play: Play) -> JsonObject:
    return dict.fromkeys(contract.identity_arguments, play.customer)


def _clear(call: Call, wish: Wish) -> JsonObject:
    computed = wish.computed if call.tool == wish.tool else {}
    return {name: value for name, value in wish.real.items() if name in call.arguments} | computed


def token_of(play: Play, kind: str) -> str | None:
    """The first token of this kind that the model saw."""
    prompt = play.model.prompt
    found = re.search(rf"<{kind}_\d+>", " ".join(str(item) for item in prompt.items)) if prompt else None
    return found[0] if found else None
