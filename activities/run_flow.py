"""Where does a controlled path go next? A pure interpreter of the flow language: no model, no I/O."""

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Literal

from pydantic import Field, JsonValue

from activities.match_answer import find_code, find_correction, match_answer
from contracts.flow import (
    AskStep,
    BranchStep,
    CallStep,
    Condition,
    EndStep,
    Flow,
    GatherStep,
    HandOverStep,
    SayStep,
    TakeStep,
)
from contracts.model import Contract
from contracts.template import MissingValue, fill_text, fill_value, look_up, template_paths
from contracts.values import JsonObject

MISSES_ALLOWED = 1
"""Answers to one question that may not fit before somebody cleverer takes over."""
LONGEST_WAY = 100


type MoveKind = Literal["asks", "calls", "ended", "hand_over", "digressed"]


class FlowPosition(Contract):
    """Where a flow stands: the step it is at, what it has asked or called there, and what it knows."""

    flow: str
    at: str
    asked: bool = False
    called: str | None = None
    """The id of the call that this step has proposed."""
    misses: int = 0
    slots: dict[str, JsonValue] = Field(default={})
    saved: dict[str, JsonValue] = Field(default={})


class FlowCall(Contract):
    """A call that a flow proposes to the guards."""

    tool: str
    arguments: dict[str, JsonValue] = Field(default={})


class FlowMove(Contract):
    """What a flow does: text to say, and how it goes on."""

    kind: MoveKind
    position: FlowPosition
    said: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    """The pack's texts that were filled to say this."""
    show: tuple[str, ...] = ()
    """What of the pack's media is shown with it."""
    choices: tuple[str, ...] = ()
    """The answers to its question that the customer may choose from."""
    calls: tuple[FlowCall, ...] = ()
    reason: str = ""

    @property
    def tool(self) -> str:
        """The tool of the first call."""
        return self.calls[0].tool if self.calls else ""

    @property
    def arguments(self) -> JsonObject:
        """The arguments of the first call."""
        return self.calls[0].arguments if self.calls else {}


class CallResult(Contract):
    """What the proposed call came to: its result, or None after a refusal."""

    result: JsonValue = None
    refused: bool = False


def begin_flow(name: str, flow: Flow) -> FlowPosition:
    """The position before the first step."""
    return FlowPosition(flow=name, at=flow.steps[0].name)


class FlowRun:
    """One stretch of a flow: from where it stands to its next question, call or end."""

    def __init__(
        self, flow: Flow, position: FlowPosition, given: Mapping[str, JsonValue], message: str, *, fresh: bool
    ) -> None:
        self._flow = flow
        self._position = position
        self._given = given
        self._message = message
        self._fresh = fresh
        self._said: list[str] = []
        self._templates: list[str] = []
        self._show: list[str] = []
        self._choices: tuple[str, ...] = ()

    def advance(self, *came_back: CallResult) -> FlowMove:
        """Take steps until somebody else must act. Raises MissingValue where the pack names a value that is missing.

        `came_back` is what the proposed calls came to, in their order.
        """
        for _ in range(LONGEST_WAY):
            move = self._take_step(came_back)
            came_back = ()
            if move is not None:
                return move
        return self._end("hand_over", reason="flow_without_end")

    def _values(self) -> dict[str, JsonValue]:
        return {**self._given, **self._position.saved, "slots": dict(self._position.slots)}

    def _take_step(self, came_back: tuple[CallResult, ...]) -> FlowMove | None:
        step = self._flow.step(self._position.at)
        match step:
            case AskStep():
                return self._ask(step)
            case TakeStep():
                self._take(step)
                return None
            case CallStep():
                return self._call(step, came_back)
            case GatherStep():
                return self._gather(step, came_back)
            case SayStep():
                self._say(step.text, step.show)
                self._go(self._flow.after(step.name))
                return None
            case BranchStep():
                holds = all(self._holds(condition) for condition in step.when)
                self._go(step.then if holds else step.otherwise or self._flow.after(step.name))
                return None
            case EndStep():
                return self._end("ended", reason=step.outcome)
            case HandOverStep():
                return self._end("hand_over", reason="flow_hands_over")

    def _say(self, template: str, show: tuple[str, ...]) -> None:
        self._said.append(fill_text(template, self._values()))
        self._templates.append(template)
        self._show.extend(name for name in show if name not in self._show)

    def _move(self, kind: MoveKind, *, calls: tuple[FlowCall, ...] = (), reason: str = "") -> FlowMove:
        return FlowMove(
            kind=kind,
            position=self._position,
            said=tuple(self._said),
            templates=tuple(self._templates),
            show=tuple(self._show),
            choices=self._choices,
            calls=calls,
            reason=reason,
        )

    def _go(self, name: str | None, **changes: object) -> None:
        update = {"at": name or self._position.at, "asked": False, "called": None, "misses": 0, **changes}
        self._position = self._position.model_copy(update=update)

    def _end(self, kind: Literal["ended", "hand_over", "digressed"], *, reason: str = "") -> FlowMove:
        return self._move(kind, reason=reason)

    def _ask(self, step: AskStep) -> FlowMove | None:
        known = self._known(step)
        if known is not None:
            self._go(self._flow.after(step.name), slots={**self._position.slots, step.slot: known})
            return None
        if not self._position.asked:
            self._position = self._position.model_copy(update={"asked": True})
            return self._question(step, step.text)
        answer = match_answer(step, self._message) if self._fresh else None
        corrected = self._corrected(step) if self._fresh else {}
        self._fresh = False
        slots = {**self._position.slots, **corrected}
        if answer is not None:
            self._go(self._flow.after(step.name), slots={**slots, step.slot: answer})
            return None
        if corrected:
            self._position = self._position.model_copy(update={"slots": slots})
            return self._question(step, step.text)
        if self._position.misses >= MISSES_ALLOWED:
            return self._end("digressed", reason="answer_does_not_fit")
        self._position = self._position.model_copy(update={"misses": self._position.misses + 1})
        return self._question(step, step.again or step.text)

    def _corrected(self, step: AskStep) -> dict[str, JsonValue]:
        """What the customer says anew about the questions right before this one: `sorry, it's K7Q2LM`."""
        before = self._flow.steps[: self._flow.steps.index(step)]
        asked = takewhile(lambda one: isinstance(one, AskStep), reversed(before))
        found = {one.slot: find_correction(step, one, self._message) for one in asked if isinstance(one, AskStep)}
        return {slot: value for slot, value in found.items() if value is not None and slot in self._position.slots}

    def _question(self, step: AskStep, template: str) -> FlowMove:
        self._say(template, step.show)
        self._choices = step.choices
        return self._move("asks")

    def _known(self, step: AskStep) -> JsonValue:
        """A value that makes the question needless: known already, read before, or in the first message."""
        if step.slot in self._position.slots:
            return self._position.slots[step.slot]
        if step.from_fact is not None:
            try:
                return fill_text(step.from_fact, self._values()) or None
            except MissingValue:
                pass
        if self._position.asked or not self._fresh:
            return None
        return find_code(step, self._message)

    def _take(self, step: TakeStep) -> None:
        """What was said before this turn is past: only the words of the turn that entered the flow are read."""
        found = re.search(step.pattern, self._message) if self._fresh else None
        slots = dict(self._position.slots)
        if found is not None and step.slot not in slots:
            said = next((group for group in found.groups() if group), found[0])
            slots[step.slot] = fill_text(step.value, {**self._values(), "found": said})
        self._go(self._flow.after(step.name), slots=slots)

    def _call(self, step: CallStep, came_back: tuple[CallResult, ...]) -> FlowMove | None:
        if self._position.called is None or not came_back:
            return self._propose(self._fill(step.tool, step.arguments))
        if came_back[0].refused:
            return self._go_on_after_refusal(step.on_error)
        self._go(self._flow.after(step.name), saved={**self._position.saved, step.save_as: came_back[0].result})
        return None

    def _gather(self, step: GatherStep, came_back: tuple[CallResult, ...]) -> FlowMove | None:
        if self._position.called is None or not came_back:
            return self._propose(*(self._fill(read.tool, read.arguments) for read in step.reads))
        pairs = list(zip(step.reads, came_back, strict=True))
        if any(result.refused and not read.optional for read, result in pairs):
            return self._go_on_after_refusal(step.on_error)
        found = {read.save_as: result.result for read, result in pairs if not result.refused}
        self._go(self._flow.after(step.name), saved={**self._position.saved, **found})
        return None

    def _fill(self, tool: str, arguments: JsonObject) -> FlowCall:
        filled = fill_value(arguments, self._values())
        return FlowCall(tool=tool, arguments=filled if isinstance(filled, dict) else {})

    def _propose(self, *calls: FlowCall) -> FlowMove:
        return self._move("calls", calls=calls)

    def _go_on_after_refusal(self, on_error: str | None) -> FlowMove | None:
        if on_error is None:
            return self._end("hand_over", reason="tool_refused")
        self._go(on_error)
        return None

    def _holds(self, condition: Condition) -> bool:
        value, present = self._read(condition.value)
        to = fill_value(condition.to, self._values())
        match condition.is_:
            case "present":
                return present and value is not None
            case "absent":
                return not present or value is None
            case "equal":
                return present and value == to
            case "not_equal":
                return present and value != to
            case "in" | "not_in":
                options = to if isinstance(to, list) else [to]
                return present and (value in options) == (condition.is_ == "in")
            case "above" | "below":
                return present and _compare(value, to, condition.is_)

    def _read(self, template: str) -> tuple[JsonValue, bool]:
        paths = template_paths(template)
        try:
            value = look_up(paths[0], self._values()) if len(paths) == 1 else fill_text(template, self._values())
        except MissingValue:
            return None, False
        return value, True


def _compare(value: JsonValue, to: JsonValue, how: str) -> bool:
    if isinstance(value, str) and isinstance(to, str):
        return value > to if how == "above" else value < to
    if not isinstance(value, int | float) or not isinstance(to, int | float):
        return False
    return value > to if how == "above" else value < to
