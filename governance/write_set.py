"""Which ordered set of writes is it, exactly, that a customer confirms?"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import cast

from pydantic import Field, JsonValue

from contracts.model import Contract
from contracts.tool import ToolContract
from contracts.values import JsonObject
from contracts.verdict import Verdict
from governance.canonical import canonical_digest


class ResultHole(Contract):
    """An argument that only the result of an earlier write of the set may fill."""

    from_tool: str = Field(min_length=1)
    field: str = Field(min_length=1)


class ProposedWrite(Contract):
    """One write of a set. A hole stands in `arguments` as {"from_tool", "field"}."""

    tool: str
    arguments: dict[str, JsonValue]


class WriteSet(Contract):
    """Writes in the order in which they run, and the prices quoted with them: what a confirmation binds."""

    set_id: str
    writes: tuple[ProposedWrite, ...]
    quoted: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])

    @property
    def digest(self) -> str:
        """The SHA-256 over order, tools, arguments with their typed holes, and quoted prices; not over the id."""
        writes: list[JsonValue] = [{"tool": write.tool, "arguments": _typed(write.arguments)} for write in self.writes]
        return canonical_digest({"writes": writes, "quoted": self.quoted})


def _typed(arguments: JsonObject) -> JsonObject:
    """Mark holes and literals apart, so that no literal digests like a hole."""
    typed: JsonObject = {}
    for name, value in arguments.items():
        hole = as_hole(value)
        typed[name] = {"hole": hole.model_dump()} if hole else {"literal": value}
    return typed


def as_hole(value: JsonValue) -> ResultHole | None:
    """Return the hole that a value is, or None for a literal."""
    if isinstance(value, dict) and value.keys() == {"from_tool", "field"}:
        tool, field = value["from_tool"], value["field"]
        if isinstance(tool, str) and isinstance(field, str) and tool and field:
            return ResultHole(from_tool=tool, field=field)
    return None


def holes_in(arguments: JsonObject) -> dict[str, ResultHole]:
    """Return the holes of a call by argument."""
    found = {name: as_hole(value) for name, value in arguments.items()}
    return {name: hole for name, hole in found.items() if hole is not None}


def check_holes(contract: ToolContract, holes: Mapping[str, ResultHole], earlier: Sequence[str]) -> Verdict:
    """Allow holes that the overlay declares just so and that a write before this one in the set will fill."""
    for name, hole in holes.items():
        overlay = contract.overlay.parameters.get(name)
        declared = overlay.hole if overlay is not None else None
        if declared is None or (declared.tool, declared.field) != (hole.from_tool, hole.field):
            detail = f"{name!r} cannot be filled from {hole.field!r} of {hole.from_tool!r}."
            return _deny("hole_undeclared", detail, "Pass a value that a tool has returned.")
        if earlier.count(hole.from_tool) != 1:
            detail = f"{name!r} waits for {hole.from_tool!r}, which is not exactly once before {contract.name!r}."
            return _deny("hole_unfilled", detail, f"Call {hole.from_tool!r} once, earlier in the same response.")
    return Verdict(guard="holes", outcome="allow", code="holes_known")


def fill_holes(arguments: JsonObject, results: Mapping[str, JsonValue]) -> JsonObject:
    """Return the arguments with every hole filled from the validated results of the set's earlier writes, by tool.

    A field is a name of the result or a dotted path into it. Raises KeyError naming a hole that no result fills.
    """
    filled = dict(arguments)
    for name, hole in holes_in(arguments).items():
        here: JsonValue = results.get(hole.from_tool)
        for part in hole.field.split("."):
            here = cast("JsonValue", here.get(part)) if isinstance(here, dict) else None
        if here is None or isinstance(here, dict | list):
            raise KeyError(f"no result of {hole.from_tool!r} fills {hole.field!r} for {name!r}; do not send this call")
        filled[name] = here
    return filled


def confirmation_code(key: bytes, set_id: str, digest: str) -> str:
    """Return the four digits that a customer without buttons sends back: an HMAC of set and digest under `key`."""
    if not key:
        raise ValueError("the key of confirmation codes is empty; pass the request's secret")
    mac = hmac.new(key, f"{set_id}\n{digest}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8]) % 10_000:04}"


def _deny(code: str, detail: str, advice: str) -> Verdict:
    return Verdict(guard="holes", outcome="deny", code=code, detail=detail, advice=advice)
