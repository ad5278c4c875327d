"""Do the texts of a pack's controlled paths read only values that will be there?"""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from contracts.flow import AskStep, BranchStep, CallStep, Flow, GatherStep, SayStep, Step, TakeStep
from contracts.pack import Pack
from contracts.template import template_paths
from contracts.tool import ToolContract
from contracts.values import JsonObject
from storage.pack_pointers import find_schema, may_hold_anything

_GIVEN: Final[Mapping[str, frozenset[str]]] = {
    "customer": frozenset({"assurance", "customer_id"}),
    "contradictions": frozenset({"subject", "type", "text"}),
    "today": frozenset(),
    "tomorrow": frozenset(),
}


def template_mistakes(flow: Flow, pack: Pack) -> Iterator[tuple[int, str]]:
    """Yield the step's position, and what is wrong, for every value that no step of the flow and no tool provides."""
    slots = {step.slot for step in flow.steps if isinstance(step, AskStep | TakeStep)}
    saved = dict(_saved(flow, pack.tools))
    for position, step in enumerate(flow.steps):
        for path in dict.fromkeys(path for template in _templates(step) for path in template_paths(template)):
            if not (path == "found" and isinstance(step, TakeStep)):
                told = _mistake(path, slots, saved)
                if told:
                    yield position, f"{step.name}: {{{path}}}: {told}"


def _saved(flow: Flow, tools: Mapping[str, ToolContract]) -> Iterator[tuple[str, JsonObject]]:
    """The results that the flow keeps, with their schemas; a tool that is unknown is told of elsewhere."""
    for step in flow.steps:
        calls = (step,) if isinstance(step, CallStep) else step.reads if isinstance(step, GatherStep) else ()
        for call in calls:
            yield call.save_as, tools[call.tool].result_schema if call.tool in tools else {}


def _templates(step: Step) -> Iterator[str]:
    match step:
        case AskStep():
            yield from (text for text in (step.text, step.again, step.from_fact) if text)
        case TakeStep():
            yield step.value
        case CallStep():
            yield from _texts(dict(step.arguments))
        case GatherStep():
            for read in step.reads:
                yield from _texts(dict(read.arguments))
        case SayStep():
            yield step.text
        case BranchStep():
            for condition in step.when:
                yield condition.value
                yield from _texts(condition.to)
        case _:
            return


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _mistake(path: str, slots: set[str], saved: Mapping[str, JsonObject]) -> str:
    first, *rest = path.split(".")
    if first in saved:
        return _missing_in(saved[first], rest)
    if first == "slots":
        return "" if rest and rest[0] in slots else "no step of this flow asks for or takes this slot"
    if first not in _GIVEN:
        there = ", ".join(sorted({"slots", *_GIVEN, *saved}))
        return f"no value of this name; there are: {there}"
    names = [part for part in rest if not part.isdigit()]
    return "" if set(names) <= _GIVEN[first] else f"{first!r} has nothing there"


def _missing_in(schema: JsonObject, parts: list[str]) -> str:
    """What the answer's schema does not have; a schema that says nothing of what is in it may hold anything."""
    for length in range(1, len(parts) + 1):
        above = find_schema(schema, "/" + "/".join(parts[: length - 1])) if length > 1 else [schema]
        if not find_schema(schema, "/" + "/".join(parts[:length])):
            closed = not any(may_hold_anything(one, schema) for one in above)
            return f"the tool's answer has nothing at {'.'.join(parts[:length])!r}" if closed else ""
    return ""
