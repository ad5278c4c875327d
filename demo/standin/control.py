"""What can a test or an operator tell the stand-in to be like: character, latency, faults, withdrawn tools?"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from demo.standin.wire import Obj

KEPT_REQUESTS = 200

type HttpFault = Literal["429", "500", "502", "503", "hang", "cut_stream"]
type AnswerFault = Literal["invalid_json", "unknown_tool", "empty", "endless", "huge_arguments", "refusal", "filtered"]
type WordingFault = Literal["wrong_airport", "wrong_price"]
type Character = Literal["helpful", "sloppy", "compromised"]
type CallMistake = Literal["wrong_type", "missing_argument", "extra_argument", "invented_tool"]
type Mistake = CallMistake | Literal["wrong_price", "false_claim"]


class Latency(BaseModel):
    """How slow a model is: milliseconds to the first token, then tokens per second (0: no pacing)."""

    model_config = ConfigDict(extra="forbid")
    ttft_ms: float = Field(default=0, ge=0)
    tokens_per_s: float = Field(default=0, ge=0)


class Fault(BaseModel):
    """A fault for the next `times` requests (of one model, by the beginning of its name)."""

    model_config = ConfigDict(extra="forbid")
    kind: HttpFault | AnswerFault | WordingFault
    times: int = Field(default=1, ge=1)
    model: str = ""
    retry_after: Literal["seconds", "date", "absurd"] | int | None = None
    after_events: int = Field(default=6, ge=0)


class Change(BaseModel):
    """The body of `POST /_control`: what is given is replaced, faults are added.

    `orders`: what the compromised character is ordered besides, by words that it reads somewhere.
    """

    model_config = ConfigDict(extra="forbid")
    character: Character | None = None
    mistakes: list[Mistake] | None = None
    latency: dict[str, Latency] | None = None
    faults: list[Fault] | None = None
    withdrawn: list[str] | None = None
    orders: dict[str, str] | None = None


QUICK = {"gpt-4.1": Latency(ttft_ms=60, tokens_per_s=400), "gpt-5": Latency(ttft_ms=120, tokens_per_s=300)}


@dataclass
class Control:
    """The present behaviour and the last requests; one per server."""

    profile: dict[str, Latency] = field(default_factory=lambda: dict(QUICK))
    character: Character = "helpful"
    mistakes: tuple[Mistake, ...] = ()
    latency: dict[str, Latency] = field(default_factory=dict[str, Latency])
    faults: list[Fault] = field(default_factory=list[Fault])
    withdrawn: frozenset[str] = frozenset()
    orders: dict[str, str] = field(default_factory=dict[str, str])
    received: deque[Obj] = field(default_factory=lambda: deque[Obj](maxlen=KEPT_REQUESTS))
    served: int = 0

    def apply(self, change: Change) -> None:
        """Take over what a change names."""
        if change.character is not None:
            self.character = change.character
        if change.mistakes is not None:
            self.mistakes = tuple(change.mistakes)
        if change.latency is not None:
            self.latency = dict(change.latency)
        if change.withdrawn is not None:
            self.withdrawn = frozenset(change.withdrawn)
        if change.orders is not None:
            self.orders = dict(change.orders)
        self.faults += change.faults or []

    def reset(self) -> None:
        """Back to the start: helpful, the profile given at start, no faults; the request log stays."""
        self.character, self.mistakes, self.withdrawn = "helpful", (), frozenset()
        self.latency, self.faults, self.orders = {}, [], {}

    def latency_of(self, model: str) -> Latency:
        """The latency for a model: the longest matching name wins, set ones before the profile."""
        for table in (self.latency, self.profile):
            names = sorted((name for name in table if model.startswith(name) or name == "*"), key=len, reverse=True)
            if names:
                return table[names[0]]
        return Latency()

    def take_fault(self, model: str, kinds: tuple[str, ...]) -> Fault | None:
        """The next fault of these kinds for this model; one of its times is used up."""
        for fault in self.faults:
            if fault.kind in kinds and model.startswith(fault.model):
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                return fault
        return None

    def record(self, path: str, character: str, body: object) -> Obj:
        """Keep a received request; its `status` is set when it is answered."""
        self.served += 1
        entry: Obj = {"n": self.served, "path": path, "character": character, "status": None, "body": body}
        self.received.append(entry)
        return entry

    def as_body(self) -> Obj:
        """The present behaviour as `GET /_control` shows it."""
        return {
            "character": self.character,
            "mistakes": list(self.mistakes),
            "latency": {name: entry.model_dump() for name, entry in {**self.profile, **self.latency}.items()},
            "faults": [fault.model_dump() for fault in self.faults],
            "withdrawn": sorted(self.withdrawn),
            "orders": self.orders,
            "served": self.served,
        }
