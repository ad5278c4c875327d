"""How does a request read at the desk? What was agreed, done and found out, each in a line of its own."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from contracts.template import say_money
from workers.api_shapes import DeskView, Effect, TranscriptLine

_SHOWN_APART: Final = ("effects", "plan", "intent", "route")
_FEW: Final = 4
"""How many values of one kind are shown of one reading: of a seat map nobody reads all at once."""


def state_lines(view: DeskView) -> Iterator[str]:
    """What the request is about, how far its plan is, and what is to be written, or was."""
    for name, value in (view.summary or {}).items():
        if value and name not in _SHOWN_APART:
            yield f"  {name.replace('_', ' ')}: {value}"
    for step in view.request.plan or ():
        yield f"  {'✓' if step.state == 'done' else '-'} {step.title}"
    for effect in view.effects:
        yield f"  {effect.tool}: {effect.state}{_arguments(effect)}"


def fact_lines(facts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What was read, a line for each reading; of many values of one kind the first few and their number."""
    readings: dict[tuple[str, str], dict[str, list[str]]] = {}
    for fact in facts:
        reading = readings.setdefault((str(fact.get("call_id")), str(fact.get("tool"))), {})
        reading.setdefault(str(fact.get("type")).replace("_", " "), []).append(_value(fact.get("value")))
    for (_, tool), found in readings.items():
        yield f"  read by {tool}: " + "; ".join(f"{kind} {_some(values)}" for kind, values in found.items())


def said_lines(line: TranscriptLine) -> Iterator[tuple[str, str]]:
    """What somebody said and what was shown beside it, each with its style."""
    yield f"  {line.who}> {line.text}", ""
    if line.beside:
        yield f"    shown with it: {line.beside}", "dim"


def _arguments(effect: Effect) -> str:
    told = [
        f"{name.replace('_', ' ')} {_value(value)}" for name, value in effect.arguments.items() if value is not None
    ]
    return f" ({', '.join(told)})" if told else ""


def _some(values: Sequence[str]) -> str:
    rest = len(values) - _FEW
    return ", ".join(values[:_FEW]) + (f" and {rest} more" if rest > 0 else "")


def _value(value: Any) -> str:
    """Money in words, a value to come as where it comes from, anything else as it is."""
    match value:
        case {"amount": int(), "currency": str()}:
            return say_money(value)
        case {"from_tool": str() as tool, "field": str() as field}:
            return f"from {tool}, {field.replace('_', ' ')}"
        case _:
            return str(value)
