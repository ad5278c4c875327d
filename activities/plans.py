"""Is the model's plan one that can be carried out, and how far is it?"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field, ValidationError

from contracts.model import Contract
from contracts.request import PlanStep, Tier
from governance.taint import keep_taint
from storage.requests import RequestRow
from storage.step_writes import NewEvent, StepWrites

LONGEST_PLAN = 20
UNTOLD = "One more step"
"""The title of a step without a tool whose own words are withheld."""
_WISH = "You asked for "


class ProposedStep(Contract):
    """A step as the model writes it."""

    id: str = Field(min_length=1, max_length=20)
    title: str = Field(min_length=1, max_length=120)
    tool: str | None = None
    depends_on: tuple[str, ...] = ()
    tier: Tier = "fast"


class ProposedPlan(Contract):
    """A plan as the model writes it."""

    goal: str = Field(min_length=1, max_length=300)
    steps: tuple[ProposedStep, ...] = Field(min_length=1, max_length=LONGEST_PLAN)


class JudgedPlan(Contract):
    """A plan that is accepted, or the problems with it."""

    plan: ProposedPlan | None = None
    problems: tuple[str, ...] = ()

    @property
    def observation(self) -> str:
        """What the model is told, as JSON text."""
        accepted = self.plan is not None
        return json.dumps({"accepted": True} if accepted else {"accepted": False, "problems": list(self.problems)})

    @property
    def steps(self) -> tuple[PlanStep, ...]:
        """The steps without their words, for the workflow."""
        if self.plan is None:
            return ()
        steps = enumerate(self.plan.steps, start=1)
        return tuple(PlanStep(id=f"s{n}", tool=step.tool, tier=step.tier) for n, step in steps)


def judge_plan(arguments: str, offered: frozenset[str]) -> JudgedPlan:
    """Accept a plan whose steps are unique, use offered tools and depend on earlier steps only."""
    try:
        plan = ProposedPlan.model_validate_json(arguments)
    except ValidationError as error:
        where = [f"{'/'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()[:5]]
        return JudgedPlan(problems=tuple(where))
    problems: list[str] = []
    seen: set[str] = set()
    for step in plan.steps:
        if step.id in seen:
            problems.append(f"step id {step.id!r} is there twice")
        if step.tool is not None and step.tool not in offered:
            problems.append(f"step {step.id!r}: {step.tool!r} is not an offered tool")
        problems.extend(
            f"step {step.id!r} depends on {other!r}, which is no earlier step"
            for other in step.depends_on
            if other not in seen
        )
        seen.add(step.id)
    return JudgedPlan(problems=tuple(problems)) if problems else JudgedPlan(plan=plan)


def plan_as_shown(plan: ProposedPlan, check: Callable[[str, str], str], titles: Mapping[str, str]) -> ProposedPlan:
    """The plan in words that a customer may read: what `check` does not let through is said otherwise.

    `check` takes words and what stands for them; `titles` are the tools' own. A goal is told as the customer's wish.
    """
    steps = tuple(
        step.model_copy(update={"title": check(step.title, titles.get(step.tool or "", UNTOLD))}) for step in plan.steps
    )
    goal = check(f"{_WISH}{plan.goal}", steps[0].title).removeprefix(_WISH)
    return plan.model_copy(update={"goal": goal, "steps": steps})


def keep_plan(request: RequestRow, plan: ProposedPlan, *, tainted: bool) -> StepWrites:
    """Make this the request's plan. A step whose tool the earlier plan had already done stays done.

    `tainted`: text of somebody else than the customer stood in the prompt that it answers.
    """
    earlier: dict[str, Any] = request.plan or {}
    done = {step["tool"] for step in earlier.get("steps", []) if step["state"] == "done" and step["tool"]}
    steps = [{**step.model_dump(mode="json"), "state": "done" if step.tool in done else "open"} for step in plan.steps]
    steps = keep_taint(steps, earlier.get("steps", []), tainted=tainted)
    return _shown(plan.goal, steps, {"goal": plan.goal, "plan": {"steps": steps}})


def do_step(request: RequestRow, tool: str) -> StepWrites:
    """The first open step with this tool is done; nothing to write where there is none. The request's row is locked."""
    steps: list[dict[str, Any]] = [dict(step) for step in (request.plan or {}).get("steps", [])]
    step = next((step for step in steps if step["tool"] == tool and step["state"] == "open"), None)
    if step is None:
        return StepWrites()
    step["state"] = "done"
    return _shown(request.goal or "", steps, {"plan": {"steps": steps}})


def end_plan(request: RequestRow) -> StepWrites | None:
    """After an answer: a plan whose tool steps are all done is over. None where there is none to end."""
    if not request.plan or any(step["tool"] and step["state"] == "open" for step in request.plan["steps"]):
        return None
    steps = [{**step, "state": "done"} for step in request.plan["steps"]]
    return _shown(request.goal or "", steps, {"plan": None, "goal": None})


def _shown(goal: str, steps: list[dict[str, Any]], columns: dict[str, Any]) -> StepWrites:
    shown = [{"id": step["id"], "title": step["title"], "state": step["state"]} for step in steps]
    return StepWrites(events=(NewEvent(type="plan", data={"goal": goal, "steps": shown}),), columns=columns)
