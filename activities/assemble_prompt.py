"""What exactly does a model read? Stable instructions first, then the transcript, then the state, then a reminder."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from activities.canary import canary_of
from activities.name_sources import tell_contradiction
from activities.offered_tools import OfferedTools
from activities.scene import Scene
from contracts.model_port import FunctionCall, Message, Observation, Prompt, PromptItem, Reasoning
from contracts.pack import Pack
from contracts.steps import CallModel
from storage.carry_over import EARLIER
from storage.entries import Entry

_PROMPTS = Path(__file__).parent / "prompts"
MOST_EARLIER = 20
"""Facts of an earlier request that are shown."""
LONGEST_OBSERVATION = 16_000
"""Characters. A longer tool result is cut, and says so."""

type Mask = Callable[[str], str]


@cache
def template(name: str) -> str:
    """The text of a prompt template."""
    return (_PROMPTS / f"{name}.md").read_text(encoding="utf-8")


def assemble_prompt(scene: Scene, given: CallModel, offered: OfferedTools, mask: Mask) -> Prompt:
    """The prompt of one model call. `mask` replaces known personal values; it is applied to everything, last."""
    model = scene.pack.manifest.tiers[given.tier].model
    spoken = [entry for entry in scene.transcript if _may_return(entry, given.ref.turn, model)]
    items = [*_transcript(spoken), Message(role="developer", text=render_state(scene, given))]
    return Prompt(
        instructions=render_instructions(scene.pack, scene.request.channel, given.route),
        items=tuple(_masked(item, mask) for item in items),
        tools=tuple(offered.schemas),
        cache_key=f"{scene.pack.name}-{scene.pack.digest[:12]}-{given.route}",
        safety_identifier=hashlib.sha256(scene.request.request_id.encode()).hexdigest()[:32],
    )


def render_instructions(pack: Pack, channel: str, route: str) -> str:
    """The stable part: who the agent is and how it works."""
    limits = pack.manifest.channels.get(channel)  # type: ignore[call-overload]
    text = template("instructions").format(
        company=pack.manifest.title,
        about=pack.manifest.about,
        tone="\n".join(f"- {rule}" for rule in pack.voice.tone) or "- Friendly, precise and brief.",
        max_length=limits.max_length if limits else 1000,
        forbidden=", ".join((*pack.voice.forbidden_topics, *pack.voice.competitors)) or "nothing in particular",
        shows=_shows(pack),
        canary=canary_of(pack),
    )
    return text + template("fast_route") if route == "fast" else text


def _shows(pack: Pack) -> str:
    """What of the pack's media a model may show, and by which mark."""
    lines = [f"  - [[show:{name}]] {item.kind}: {item.title}. {item.text}" for name, item in pack.media.items()]
    return "\n".join([_SHOWS, *lines, ""]) if lines else ""


_SHOWS = (
    "- Where it helps, show one of these by writing its mark behind your words, which say the essential all the same:"
)


def render_state(scene: Scene, given: CallModel) -> str:
    """The structured state, the same for both tiers, ending with the reminder that keeps the work going."""
    today = scene.now
    tomorrow = today + timedelta(days=1)
    return (
        template("state")
        .format(
            today=f"{today:%Y-%m-%d} ({today:%A})",
            now=f"{today:%H:%M}",
            tomorrow=f"{tomorrow:%Y-%m-%d} ({tomorrow:%A})",
            company=scene.pack.manifest.title,
            customer=_customer(scene),
            intent=f"{given.intent} ({given.confidence:.2f})" if given.intent else "unknown",
            wishes=_wishes(given),
            route=given.route,
            plan=_plan(scene.request.goal, scene.request.plan),
            open_question=scene.request.open_question or "none",
            open_confirmation=f"{scene.open_set.set_id}, awaiting the customer" if scene.open_set else "none",
            passages=_passages(scene, given.passages),
            facts=_facts(scene),
            disagreements=_disagreements(scene),
            earlier=_earlier(scene),
            repair=_repair(scene, given),
            reminder=_reminder(scene, given),
        )
        .rstrip()
    )


def _customer(scene: Scene) -> str:
    request = scene.request
    if request.assurance in ("verified", "stepped_up"):
        return f"signed in ({request.assurance})"
    if request.assurance == "identified":
        return f"identified for reservation {', '.join(request.reservations)}: reads only"
    return "visitor, not signed in (anonymous)"


def _wishes(given: CallModel) -> str:
    """Every wish of a message that states several, in its order, sure or not."""
    each = [f"{wish.intent} ({wish.confidence:.2f}{'' if wish.sure else ', unsure'})" for wish in given.wishes]
    return f"Wishes in this message: {'; '.join(each)}\n" if each else ""


def _plan(goal: str | None, plan: dict[str, Any] | None) -> str:
    if not plan:
        return "Plan: none yet"
    steps = [
        f"- [{step['state']}] {step['id']} {step['title']}" + (f" ({step['tool']})" if step["tool"] else "")
        for step in plan["steps"]
    ]
    return "\n".join([f"Goal: {goal}", "Plan:", *steps])


def _passages(scene: Scene, wanted: tuple[str, ...]) -> str:
    found = [passage for passage in scene.pack.passages if passage.id in wanted]
    found.sort(key=lambda passage: wanted.index(passage.id))
    lines = [f"[{passage.id}] {passage.title}: {passage.text} (source: {passage.source})" for passage in found]
    return "\n".join(["Passages:", *lines, ""]) if lines else ""


def _facts(scene: Scene) -> str:
    valid = {key: fact for key, fact in scene.pack.facts.items() if fact.is_valid_on(scene.now.date())}
    lines = [f"[{key}] {fact.statement} (source: {fact.source})" for key, fact in valid.items()]
    return "\n".join(["Facts:", *lines, ""]) if lines else ""


def _disagreements(scene: Scene) -> str:
    """What systems say differently; what else they said stands in their observations."""
    lines = [f"[{one.type} {one.subject}] {tell_contradiction(scene.pack, one)}" for one in scene.contradictions]
    return "\n".join([_DISAGREEMENTS, *lines, ""]) if lines else ""


def _earlier(scene: Scene) -> str:
    """What is known from the request that this one follows: it may have aged, and is read again before it is used."""
    if scene.earlier is None or scene.earlier.closed_at is None:
        return ""
    facts = [fact for fact in scene.facts if fact.key.startswith(EARLIER) and not isinstance(fact.value, dict)]
    lines = [f"- {fact.type} {fact.value} (read {fact.as_of:%Y-%m-%d %H:%M})" for fact in facts[:MOST_EARLIER]]
    about = (
        f"{scene.earlier.intent or 'unknown'}, {scene.earlier.outcome}, closed {scene.earlier.closed_at:%Y-%m-%d %H:%M}"
    )
    return "\n".join([f"Earlier request of this customer: {about}", *lines, ""])


_DISAGREEMENTS = (
    "Disagreements: tell the customer both sides with source and time; a change that rests on one is stopped."
)


def _repair(scene: Scene, given: CallModel) -> str:
    if given.repair_of is None:
        return ""
    withheld = [
        entry.body
        for entry in scene.transcript
        if entry.kind == "note" and entry.turn == given.ref.turn and entry.step == given.repair_of
    ]
    lines = [f"- withheld: {body['code']}: {body['detail']}" for body in withheld]
    return "\n".join(["Your last reply was withheld by the reply checks. Say only what is supported:", *lines, ""])


def _reminder(scene: Scene, given: CallModel) -> str:
    match given.ref.stimulus.kind:
        case "decision" | "expired":
            return (
                "the customer has decided; tell them what was done, from the observations, or quote and propose anew."
            )
        case "follow_up":
            return "the company's result is here and the customer does not know it yet: write to them first."
        case "returned":
            return "a colleague has answered meanwhile; go on where the work stood and ask nothing twice."
        case "message" | "reminder":
            pass
    plan = scene.request.plan
    several = _SEVERAL if given.wishes else ""
    if plan:
        step = next((step for step in plan["steps"] if step["state"] == "open"), None)
        doing = f"the next open step is {step['id']} ({step['title']})" if step else "every step is done: answer now"
        return f"keep going until the goal is reached: {scene.request.goal}; {doing}; skip nothing.{several}"
    if given.route == "planner":
        return (
            several
            + "make a plan first, then act; end the turn only with an answer or a question the customer must answer."
        )
    return "answer the customer's message completely."


_SEVERAL = (
    " The message states several wishes: one plan with a branch for each, independent reads at once, one reply that "
    "answers all of them. What can be answered is answered now, in the text beside the calls, even where another wish "
    "waits for the customer's confirmation or for a person. "
)


def _may_return(entry: Entry, turn: int, model: str) -> bool:
    """Reasoning goes back only to the model that wrote it, and only within its turn; all else always."""
    return entry.kind != "reasoning" or (entry.turn == turn and entry.body.get("model") == model)


def _transcript(entries: list[Entry]) -> list[PromptItem]:
    """The transcript as prompt items; a call that was never run is answered as such, since every call needs one."""
    answered = {str(entry.body["call_id"]) for entry in entries if entry.kind == "observation"}
    items: list[PromptItem] = []
    for entry in entries:
        items.extend(_items(entry))
        if entry.kind == "call" and str(entry.body["call_id"]) not in answered:
            nothing = json.dumps({"error": {"code": "not_run", "detail": "This call was not run."}})
            items.append(Observation(call_id=str(entry.body["call_id"]), output=nothing))
    return items


_DESK_NOTE = "A colleague at the desk gave the request back with this note, which is for you and not for the customer:"


def _items(entry: Entry) -> list[PromptItem]:
    body = entry.body
    match entry.kind:
        case "message":
            return [Message(role="user", text=str(body["text"]))]
        case "reply":
            return [Message(role="assistant", text=str(body["text"]))]
        case "call":
            return [FunctionCall(call_id=body["call_id"], name=body["name"], arguments=body["arguments"])]
        case "observation":
            return [Observation(call_id=body["call_id"], output=_shortened(str(body["output"])))]
        case "reasoning":
            return [Reasoning(item=body["item"])]
        case "desk_note":
            return [Message(role="developer", text=f"{_DESK_NOTE} {body['text']}")]
        case "thought" | "note":
            return []


def _shortened(output: str) -> str:
    if len(output) <= LONGEST_OBSERVATION:
        return output
    return output[:LONGEST_OBSERVATION] + " …(cut: ask for less)"


def _masked(item: PromptItem, mask: Mask) -> PromptItem:
    match item:
        case Message():
            return item.model_copy(update={"text": mask(item.text)})
        case FunctionCall():
            return item.model_copy(update={"arguments": mask(item.arguments)})
        case Observation():
            return item.model_copy(update={"output": mask(item.output)})
        case Reasoning():
            return item
