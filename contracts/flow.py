"""What can a controlled path do? A small typed language of named atomic steps, run without a model."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from contracts.template import check_template
from contracts.values import Frozen

StepName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Template = Annotated[str, AfterValidator(check_template)]


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as mistake:
        raise ValueError(f"{pattern!r} is not a regular expression: {mistake}") from mistake
    return pattern


Pattern = Annotated[str, AfterValidator(_check_pattern)]


class _Step(Frozen):
    name: StepName
    next: StepName | None = Field(default=None, description="The step that follows; by default the one below")


class _Saying(_Step):
    show: tuple[str, ...] = Field(default=(), max_length=3, description="Items of media.yaml to show with it")


class AskStep(_Saying):
    """Ask the customer for a slot, unless a value is already known. Choices are offered to be chosen from."""

    do: Literal["ask"]
    slot: StepName
    text: Template
    again: Template | None = Field(default=None, description="What to say when the answer does not fit")
    pattern: Pattern | None = Field(default=None, description="What the answer, or one part of it, looks like")
    choices: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] = Field(default=(), max_length=6)
    upper: bool = Field(default=False, description="Upper-case the answer before matching")
    from_fact: Template | None = Field(default=None, description="A value that makes the question needless")

    @model_validator(mode="after")
    def _pattern_or_choices(self) -> Self:
        if self.pattern is not None and self.choices:
            raise ValueError("an ask step takes a pattern or choices, not both")
        return self


class TakeStep(_Step):
    """Take a slot from the words that brought the customer here, if they say it; never ask."""

    do: Literal["take"]
    slot: StepName
    pattern: Pattern = Field(description="What says it; its first group that matches, or all of it, is `found`")
    value: Template = Field(default="{found}", description="The slot's value; reads `found` and what is known")


class CallStep(_Step):
    """Call a tool, through the same guards as a model's call, and keep its result."""

    do: Literal["call"]
    tool: str
    arguments: dict[str, JsonValue] = Field(default={})
    save_as: StepName
    on_error: StepName | None = Field(default=None, description="The step after a refusal; by default a person")


class ReadAtOnce(Frozen):
    """One read of a gather step. An optional one that is refused is done without."""

    tool: str
    arguments: dict[str, JsonValue] = Field(default={})
    save_as: StepName
    optional: bool = False


class GatherStep(_Step):
    """Read several systems at once, through the same guards, and keep the results."""

    do: Literal["gather"]
    reads: tuple[ReadAtOnce, ...] = Field(min_length=2)
    on_error: StepName | None = Field(default=None, description="The step after a refusal; by default a person")


class SayStep(_Saying):
    """Say something to the customer."""

    do: Literal["say"]
    text: Template


class Condition(Frozen):
    """A comparison of one value with a literal or a template; `above` and `below` compare numbers, or ISO dates."""

    value: Template
    is_: Literal["equal", "not_equal", "in", "not_in", "above", "below", "present", "absent"] = Field(alias="is")
    to: JsonValue = None


class BranchStep(_Step):
    """Go on at `then` when every condition holds, else at `otherwise`."""

    do: Literal["branch"]
    when: tuple[Condition, ...] = Field(min_length=1)
    then: StepName
    otherwise: StepName | None = Field(default=None, description="By default the step below")


class EndStep(_Step):
    """The path is done."""

    do: Literal["end"]
    outcome: Literal["resolved", "unresolved"] = "resolved"


class HandOverStep(_Step):
    """A person takes over."""

    do: Literal["hand_over"]
    reason: str


Step = Annotated[
    AskStep | TakeStep | CallStep | GatherStep | SayStep | BranchStep | EndStep | HandOverStep,
    Field(discriminator="do"),
]


class Flow(Frozen):
    """flows/<name>.yaml: a controlled path. Values: `slots`, every `save_as`, `customer`, `today`, `tomorrow`, and
    `contradictions`: what the systems read in this turn say differently, each with `subject`, `type` and `text`.
    """

    title: str
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _steps_exist_once(self) -> Self:
        names = [step.name for step in self.steps]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"step {twice[0]!r} is there twice; step names are unique")
        for step in self.steps:
            for target in _targets(step):
                if target not in names:
                    raise ValueError(f"step {step.name!r} goes on at {target!r}, which is no step of this flow")
        if not isinstance(self.steps[-1], EndStep | HandOverStep) and self.steps[-1].next is None:
            raise ValueError(f"the last step {names[-1]!r} must end, hand over, or name the next step")
        return self

    def step(self, name: str) -> Step:
        """Return the step of this name; KeyError when there is none."""
        return next(step for step in self.steps if step.name == name) if self.has(name) else _no_step(name)

    def has(self, name: str) -> bool:
        """Whether the flow has a step of this name."""
        return any(step.name == name for step in self.steps)

    def after(self, name: str) -> str | None:
        """Return the name of the step that follows by default, or None at the end."""
        for position, step in enumerate(self.steps):
            if step.name == name:
                below = self.steps[position + 1].name if position + 1 < len(self.steps) else None
                return step.next or below
        return None


def _no_step(name: str) -> Step:
    raise KeyError(f"the flow has no step {name!r}")


def _targets(step: Step) -> tuple[str, ...]:
    named = [step.next]
    if isinstance(step, CallStep | GatherStep):
        named.append(step.on_error)
    if isinstance(step, BranchStep):
        named.extend((step.then, step.otherwise))
    return tuple(name for name in named if name is not None)
