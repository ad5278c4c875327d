"""When does the stand-in make or renew its plan, and how are arguments fitted to the offered schema?"""

import json
from typing import Any

from demo.standin.goals import Goal, Step
from demo.standin.scene import Scene, Want
from demo.standin.wire import Call, Obj, Tool

RUNTIME_TOOLS = ("make_plan", "request_person", "request_planner")
MOST_STEPS = 20  # a longer plan is not one
MOST_PLANS = 3  # refused plans in one turn before a person is asked for


def planned_tools(scene: Scene) -> set[str]:
    """The tools of the plan in force: the state's, or one accepted since this turn began."""
    planned = {step.tool for step in scene.state.steps if step.tool}
    begin = scene.turn_start if scene.state.present else -1
    for seen in scene.seen:
        if seen.tool == "make_plan" and seen.position > begin and seen.result.get("accepted"):
            planned = {str(step.get("tool")) for step in seen.arguments.get("steps") or []}
        if seen.code == "not_in_plan" and seen.position > begin:
            planned.discard(seen.tool)
    return planned


def refused_plans(scene: Scene) -> int:
    """How many plans of this turn were not accepted."""
    made = [seen for seen in scene.seen if seen.tool == "make_plan" and seen.position > scene.turn_start]
    return sum(1 for seen in made if not seen.result.get("accepted"))


def plan_for(scene: Scene, goals: list[Goal], wants: tuple[Want, ...]) -> Want | None:
    """The plan to make before these calls, or None when the one in force covers them."""
    if "make_plan" not in scene.tools:
        return None
    needed = [want.tool for want in wants if want.tool not in RUNTIME_TOOLS]
    needless = frozenset(tool for goal in goals for tool in goal.needless(scene))
    steps = [step for goal in goals for step in goal.steps if scene.offers(step.tool) and step.tool not in needless]
    steps += [Step(f"Use {tool}", tool) for tool in needed if tool not in {step.tool for step in steps}]
    unique = list({step.tool: step for step in steps}.values())
    planned = planned_tools(scene)
    covered = set(needed) <= planned and (_made_now(scene) or {step.tool for step in unique} <= planned)
    if not needed or (covered and not needless & planned):
        return None
    aim = " and ".join(
        goal.aim if not number else goal.aim[0].lower() + goal.aim[1:] for number, goal in enumerate(goals)
    )
    return Want("make_plan", {"goal": aim or "Help the customer", "steps": _write_steps(unique[:MOST_STEPS])})


def _made_now(scene: Scene) -> bool:
    made = scene.executed("make_plan", scene.turn_start)
    return bool(made and made.result.get("accepted"))


def _write_steps(steps: list[Step]) -> list[Obj]:
    """Each step depends on the first one, which reads the booking; writes depend on the step before them."""
    written: list[Obj] = []
    for number, step in enumerate(steps, 1):
        before = [] if number == 1 else [f"s{number - 1}"] if step.tier == "planner" else ["s1"]
        written.append(
            {"id": f"s{number}", "title": step.title, "tool": step.tool, "depends_on": before, "tier": step.tier}
        )
    return written


def write_call(tool: Tool, values: Obj) -> Call:
    """The call with exactly the parameters of the schema: known values, `null` where allowed, else an empty value."""
    arguments = {name: _fit(values, name, schema) for name, schema in tool.properties.items()}
    return Call(tool.name, json.dumps(arguments, ensure_ascii=False))


def _fit(values: Obj, name: str, schema: Any) -> Any:
    if name in values:
        return values[name]
    kinds = [part.get("type") for part in [schema, *(schema.get("anyOf") or [])]]
    flat = [kind for entry in kinds for kind in (entry if isinstance(entry, list) else [entry])]
    if "null" in flat:
        return None
    if schema.get("enum"):
        return schema["enum"][0]
    empty: Obj = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}
    return next((empty[kind] for kind in flat if kind in empty), "")
