"""Is the model's plan one that can be carried out, and how far is it?"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from contracts.request import PlanStep, Tier
from governance.taint import keep_taint
from storage.entries import has_tainted
from storage.events import append_event
from storage.requests import read_request, update_request

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


async def store_plan(connection: AsyncConnection, request_id: str, plan: ProposedPlan) -> None:
    """Make this the request's plan. A step whose tool the earlier plan had already done stays done."""
    request = await read_request(connection, request_id)
    earlier: dict[str, Any] = (request.plan or {}) if request else {}
    done = {step["tool"] for step in earlier.get("steps", []) if step["state"] == "done" and step["tool"]}
    steps = [{**step.model_dump(mode="json"), "state": "done" if step.tool in done else "open"} for step in plan.steps]
    tainted = await has_tainted(connection, request_id)
    steps = keep_taint(steps, earlier.get("steps", []), tainted=tainted)
    await update_request(connection, request_id, goal=plan.goal, plan={"steps": steps})
    await _emit(connection, request_id, plan.goal, steps)


async def mark_step_done(connection: AsyncConnection, request_id: str, tool: str) -> None:
    """The first open step with this tool is done."""
    request = await read_request(connection, request_id, lock=True)
    if request is None or not request.plan:
        return
    steps: list[dict[str, Any]] = [dict(step) for step in request.plan["steps"]]
    step = next((step for step in steps if step["tool"] == tool and step["state"] == "open"), None)
    if step is None:
        return
    step["state"] = "done"
    await update_request(connection, request_id, plan={"steps": steps})
    await _emit(connection, request_id, request.goal or "", steps)


async def end_plan(connection: AsyncConnection, request_id: str) -> bool:
    """After an answer: a plan whose tool steps are all done is over. True where there was one to end."""
    request = await read_request(connection, request_id, lock=True)
    if request is None or not request.plan:
        return False
    if any(step["tool"] and step["state"] == "open" for step in request.plan["steps"]):
        return False
    steps = [{**step, "state": "done"} for step in request.plan["steps"]]
    await _emit(connection, request_id, request.goal or "", steps)
    await update_request(connection, request_id, plan=None, goal=None)
    return True


async def _emit(connection: AsyncConnection, request_id: str, goal: str, steps: list[dict[str, Any]]) -> None:
    shown = [{"id": step["id"], "title": step["title"], "state": step["state"]} for step in steps]
    await append_event(connection, request_id, "plan", {"goal": goal, "steps": shown})
