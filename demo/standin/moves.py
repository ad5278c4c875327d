"""What can the stand-in do next, and what does it do when a tool fails or is not offered?"""

from collections.abc import Sequence
from dataclasses import dataclass

from demo.standin.places import code_of
from demo.standin.scene import Scene, Seen, Want
from demo.standin.wire import Obj

ON_THE_CARD = "This still waits for you on the card above. Nothing happens until you confirm it."
ENOUGH = 3  # failures of one tool in one turn; then a person is asked for
_WAITS = ("unavailable", "timeout", "internal", "server_error", "too_many_requests", "rate_limited", "tool_failed")


@dataclass(frozen=True)
class Move:
    """One decision: a text, tool calls, or both; `thought` says why. An empty move says that nothing is left to do."""

    text: str = ""
    wants: tuple[Want, ...] = ()
    thought: str = ""
    choices: tuple[str, ...] = ()


def say(text: str, thought: str = "", choices: Sequence[str] = ()) -> Move:
    """Only speak; `choices` are short answers to what is asked."""
    told = thought or "I have what I need and answer the customer."
    return Move(text=text, thought=told, choices=tuple(choices))


def use(*wants: Want, thought: str, text: str = "") -> Move:
    """Call tools, perhaps with a word to the customer before."""
    return Move(text=text, wants=wants, thought=thought)


def ask_person(scene: Scene, reason: str) -> Move:
    """Hand over to a person, or say that it is not possible where that tool is not offered."""
    if "request_person" in scene.tools:
        return use(Want("request_person", {"reason": reason}), thought=f"A person should take over: {reason}")
    return say("I am sorry, I cannot do this here. Please contact our service team.", f"Nobody to ask: {reason}")


def cannot(scene: Scene, deed: str) -> Move:
    """What to do when a needed tool is not offered: a visitor is asked to sign in, others get a person."""
    if scene.state.present and not scene.state.signed_in:
        return say(f"To {deed} you need to be signed in. Please sign in and write to me again here.")
    return ask_person(scene, f"The tool to {deed} is not available to me.")


def need(scene: Scene, tool: str, *, deed: str) -> Move | None:
    """None when the tool a task ends with can be had; on the fast tier a visitor's task goes to the planner to see."""
    if scene.fast and not scene.state.signed_in:
        return use(Want(tool), thought=f"Whether a visitor may {deed} shows only with the planner's tools.")
    return None if scene.offers(tool) else cannot(scene, deed)


def gather(scene: Scene, *needed: Want, optional: Sequence[Want] = (), deed: str, after: int = -1) -> Move | None:
    """None once every needed read is known; else the move that brings the missing ones or deals with a failure.

    Optional reads go along when offered and are done without when they failed. `deed` completes "to …".
    """
    missing = [want for want in needed if scene.find(want, after) is None]
    if not missing:
        return None
    for want in missing:
        if not scene.offers(want.tool):
            return cannot(scene, deed)
        trouble = _trouble(scene, want)
        if trouble:
            return trouble
    extra = [want for want in optional if not scene.find(want, after)]
    extra = [want for want in extra if scene.offers(want.tool) and not scene.failures(want.tool)]
    corrected = [correct(scene, want) for want in missing]
    return use(*corrected, *extra, thought=f"To {deed} I still need: {', '.join(w.tool for w in [*missing, *extra])}.")


def _trouble(scene: Scene, want: Want) -> Move | None:
    """A failure that repeating the call will not mend."""
    failures = scene.failures(want.tool)
    if not failures:
        return None
    code = failures[-1].code
    if len(failures) >= ENOUGH or (code in _WAITS and len(failures) >= 2):
        return ask_person(scene, f"{want.tool} failed {len(failures)} times, at last with {code}.")
    mends = (
        code in _WAITS or code in ("not_in_plan", "unreadable") or code.startswith(("invalid", "schema", "contract"))
    )
    if mends or len(failures) < 2:
        return None
    return ask_person(scene, f"{want.tool} is refused with {code}.")


def correct(scene: Scene, want: Want) -> Want:
    """The call with arguments that an error complained about put right: place names become airport codes."""
    failures = scene.failures(want.tool)
    if not failures:
        return want
    values = dict(want.values)
    for name in ("origin", "destination"):
        if isinstance(values.get(name), str):
            values[name] = code_of(values[name]) or values[name]
    return Want(want.tool, values)


def found(scene: Scene, want: Want, after: int = -1) -> Obj:
    """The result of a read that `gather` has made sure of; empty for an optional one that failed."""
    seen = scene.find(want, after)
    return seen.result if seen else {}


def propose(scene: Scene, *writes: Want, since: int, thought: str, text: str = "", deed: str) -> Move:
    """Propose an ordered set of writes; those not offered must be left out by the caller, the first one is needed."""
    pending = scene.pending(since)
    if pending and scene.turn_start < pending.position:
        return say(ON_THE_CARD)
    for want in writes:
        if not scene.offers(want.tool):
            return cannot(scene, deed)
        if len(_refusals(scene, want)) >= 2:
            return ask_person(scene, f"{want.tool} was refused: {_refusals(scene, want)[-1].code}.")
    return use(*writes, thought=thought, text=text)


def _refusals(scene: Scene, want: Want) -> list[Seen]:
    return [seen for seen in scene.failures(want.tool) if seen.code != "not_in_plan"]


def hole(tool: str, field: str) -> Obj:
    """An argument that the runtime fills from the result of an earlier write of the same set."""
    return {"from_tool": tool, "field": field}
