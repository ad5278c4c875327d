"""Which replies is the check judged on, and what does each request hold when its reply is written?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml
from pydantic import JsonValue

from contracts.model import Contract
from contracts.pack import Pack
from evals.figures import ROOT
from governance.effects import STANDING
from governance.evidence import Evidence, ExecutedEffect, KnownResult, KnownText, gather_evidence
from storage.packs import load_pack

HALVES: Final = ("blind", "informed")
HELD_OUT: Final = "held_out"
"""Replies on which no rule was made: judged and reported apart."""
SECOND_HELD_OUT: Final = "held_out_second"
"""The same by another author, who had not read the rules."""
THIRD_HELD_OUT: Final = "held_out_third"
"""The same by a third author, who had read neither the rules nor the other replies."""
HELD_OUT_SPEAKER: Final = "held_out_speaker"
"""Denials of being automated and their harmless neighbours, by that author."""
HELD_OUT_SUMS: Final = "held_out_sums"
"""Replies dense with sums, by that author, who knew the rules by then."""
OTHER_LANGUAGES: Final = "other_languages"
"""Replies in German, Spanish and French: judged and reported apart."""
NOW: Final = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
CANARY: Final = "canary-5b1e77"

type Class = Literal[
    "amount",
    "currency",
    "percentage",
    "measure",
    "date",
    "time",
    "duration",
    "count",
    "identifier",
    "action",
    "promise",
    "term",
    "advice",
    "speaker",
    "topic",
    "secret",
    "token",
]
STRICT: Final[frozenset[Class]] = frozenset(
    (*("amount", "currency", "percentage", "measure", "date", "time", "duration", "count"), "identifier", "action")
)
"""Numbers, dates, identifiers and actions: of these, none may be missed."""


class ToolResult(Contract):
    """What a tool has returned in this request."""

    tool: str
    result: JsonValue


class DoneEffect(Contract):
    """A write of this request, in the ledger's words, and its result where it has one."""

    tool: str
    state: str = "executed"
    result: JsonValue = None


class Scene(Contract):
    """What one request holds, and replies that it supports (`right`) or does not (`wrong`: class and reply)."""

    scene: str
    now: datetime = NOW
    pack: str = "airline"
    language: str = ""  # in which the customer is answered; empty: the check of the language is left out
    said: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    tools: tuple[ToolResult, ...] = ()
    effects: tuple[DoneEffect, ...] = ()
    tokens: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    wrong: tuple[tuple[Class, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One reply; `wrong` says what is wrong with it (None: nothing)."""

    half: str
    scene: Scene
    reply: str
    wrong: Class | None


def read_cases(half: str) -> Iterator[Case]:
    """Yield the replies of one half of the corpus, or of those held out. Raises ValidationError for a mistaken file."""
    for raw in yaml.safe_load((Path(__file__).parent / f"{half}.yaml").read_text(encoding="utf-8")):
        scene = Scene.model_validate(raw)
        yield from (Case(half, scene, reply, None) for reply in scene.right)
        yield from (Case(half, scene, reply, wrong) for wrong, reply in scene.wrong)


@cache
def pack_of(name: str) -> Pack:
    """The pack in this repository."""
    return load_pack(
        ROOT / "packs" / name, {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1", "HANDRAIL_BANK_URL": "http://127.0.0.1:1"}
    )


def evidence_for(scene: Scene) -> Evidence:
    """What the request of this scene may state, collected as the runtime collects it."""
    pack = pack_of(scene.pack)
    wanted = set(scene.passages)
    passages = [passage for passage in pack.passages if passage.id in wanted]
    if missing := wanted - {passage.id for passage in passages}:
        raise ValueError(f"The scene {scene.scene!r} names passages that the pack has not: {sorted(missing)!r}.")
    results = [*scene.tools, *(effect for effect in scene.effects if effect.result is not None)]
    facts = [fact for fact in pack.facts.values() if fact.is_valid_on(scene.now.date())]
    return gather_evidence(
        today=scene.now.date(),
        results=[
            KnownResult(pack.tools[one.tool].title, one.result, f"{one.tool} {pack.tools[one.tool].title}")
            for one in results
        ],
        texts=[
            *(KnownText(passage.source, f"{passage.title}. {passage.text}", passage.title) for passage in passages),
            *(KnownText(fact.source, fact.statement, general=True) for fact in facts),
        ],
        customer_words=scene.said,
        effects=[
            ExecutedEffect(effect.tool, pack.tools[effect.tool].title, effect.result)
            for effect in scene.effects
            if effect.state in STANDING
        ],
        tokens=scene.tokens,
        canaries=[CANARY],
        language=scene.language,
    )
