"""How do a request's events read as lines of a terminal?"""

from contracts.reply_parts import Buttons, ReplyPart, ShownMedia
from workers.api_shapes import (
    Approval,
    Closed,
    Confirmation,
    Event,
    Handoff,
    PlanShown,
    Replied,
    Retracted,
    Sentence,
    Status,
    ToolUsed,
    TranscriptLine,
)
from workers.terminal import Screen

SPEAKERS = {"customer": "you> ", "agent": "assistant> ", "person": "colleague> ", "runtime": "notice> "}
_ROLES = {"agent": "customer service", "supervisor": "a supervisor"}
_AWAITED = {
    "waiting_for_code": "Waiting for your one-time code.",
    "waiting_for_approval": "Waiting for an approval.",
    "waiting_for_person": "Waiting for a colleague.",
    "waiting_for_company": "Waiting for an answer from our systems; I'll write first.",
}
_CARD = {
    "confirmed": "Confirmed.",
    "declined": "Declined: nothing was changed.",
    "void": "No longer valid.",
    "expired": "Expired: nothing was changed.",
}
_FEW = 2
_UNSAID = frozenset({"the customer", "the confirmation", "removed"})


class ChatLines:
    """Prints events as they come: status lines, sentences, cards, who is awaited, and each turn's link and cost."""

    def __init__(self, screen: Screen, gateway: str) -> None:
        """`gateway` is its address, without a slash at its end."""
        self._screen = screen
        self._gateway = gateway
        self._call = ""
        self._said: dict[str, dict[int, str]] = {}
        self._done_steps: set[str] = set()
        self._plan_shown: tuple[str, ...] = ()
        self._awaited = ""

    def past(self, line: TranscriptLine) -> None:
        """Something that was said before."""
        if line.notice:
            self._screen.line(line.notice, "dim")
        self._screen.line(SPEAKERS.get(line.who, "") + line.text, "dim")
        self._parts(line.parts)

    def show(self, event: Event) -> None:
        """Print one event."""
        match event:
            case Sentence():
                self._sentence(event)
            case Replied():
                self._replied(event)
            case Retracted():
                self._retracted(event)
            case _:
                self._call = ""
                self._around(event)

    def _around(self, event: Event) -> None:
        say = self._screen.line
        match event:
            case Status():
                self._status(event)
            case ToolUsed(state="started"):
                say(f"  · {event.text}", "dim")
            case ToolUsed(state="failed"):
                say(f"  · {event.text.rstrip('…')}: that did not work", "dim")
            case PlanShown():
                self._plan(event)
            case Confirmation(state="code"):
                self._screen.card(event, "waits for your one-time code")
            case Confirmation(state="open"):
                self._screen.card(event)
            case Confirmation():
                say(_CARD.get(event.state, event.state), "bold")
            case Approval(state="awaited"):
                some = f" ({event.approvals} of {event.approvers})" if event.approvers > 1 else ""
                say(f"Waiting for approval by a {event.role or 'colleague'}{some}.", "dim")
            case Approval():
                say(f"Approval: {event.state}.", "bold")
            case Handoff():
                self._handoff(event)
            case Closed():
                say("This conversation is closed; what you write next opens a new one.", "dim")
            case _:
                pass

    def _sentence(self, event: Sentence) -> None:
        said = self._said.setdefault(event.call, {})
        if event.call != self._call:
            self._screen.end_line()
            if event.notice:
                self._screen.line(event.notice, "dim")
            self._screen.piece(SPEAKERS["agent"])
            self._call = event.call
        elif said and not _ends_open(said[max(said)]) and not event.text[:1].isspace():
            self._screen.piece(" ")
        said[event.index] = event.text
        self._screen.piece(event.text)

    def _retracted(self, event: Retracted) -> None:
        self._said.pop(event.call, None)
        self._call = ""
        self._screen.line("(the assistant takes this back and begins again)", "dim")

    def _replied(self, event: Replied) -> None:
        streamed = any(
            _plain("".join(one[n] for n in sorted(one))) == _plain(event.text) for one in self._said.values()
        )
        self._screen.end_line()
        if not streamed and event.notice:
            self._screen.line(event.notice, "dim")
        if not streamed:
            self._screen.line(SPEAKERS.get(event.by, f"{event.by}> ") + event.text)
        self._call, self._said = "", {}
        self._parts(event.parts)
        if foot := _foot(event):
            self._screen.line(foot, "dim")

    def _parts(self, parts: tuple[ReplyPart, ...]) -> None:
        """Media by their words and address; choices by their words, to be typed."""
        for part in parts:
            match part:
                case Buttons(choices=choices):
                    self._screen.line(f"  [{'] ['.join(choices)}]", "bold")
                case ShownMedia():
                    self._screen.line(f"  {part.title}: {part.text} {self._address(part)}")

    def _address(self, part: ShownMedia) -> str:
        """Where it is: a drawing of the pack's own at the gateway, which may be beneath a path."""
        return f"{self._gateway}{part.url}" if part.url.startswith("/") else part.url

    def _status(self, event: Status) -> None:
        text = event.text or _AWAITED.get(event.state, "")
        if text and text != self._awaited:
            self._screen.line(f"  · {text}", "dim")
        self._awaited = _AWAITED.get(event.state, "")

    def _plan(self, event: PlanShown) -> None:
        plan = (event.goal, *(step.title for step in event.steps))
        is_new = plan != self._plan_shown
        if is_new:
            self._plan_shown, self._done_steps = plan, set()
            self._screen.line(f"Plan: {event.goal}", "bold")
        for step in event.steps:
            if step.state == "done" and step.id not in self._done_steps:
                self._done_steps.add(step.id)
                self._screen.line(f"  ✓ {step.title}", "green")
            elif is_new:
                self._screen.line(f"  - {step.title}", "dim")

    def _handoff(self, event: Handoff) -> None:
        who = _ROLES.get(event.who or "", event.who or "a colleague")
        told = {
            "waiting": "Your request was handed to a colleague.",
            "claimed": f"A colleague ({who}) has joined.",
            "returned": "The automated assistant is back.",
        }
        self._screen.line(told.get(event.state, event.state), "bold")


def _foot(event: Replied) -> str:
    sources = [source for source in event.sources if source not in _UNSAID]
    more = f" and {len(sources) - _FEW} more" if len(sources) > _FEW else ""
    parts = [f"source: {'; '.join(sources[:_FEW])}{more}"] if sources else []
    if event.temporal_url and event.temporal_url.startswith(("http://", "https://")):
        parts.append(f"Temporal: {event.temporal_url}")
    if event.cost_usd is not None and event.by != "person":
        parts.append(f"${event.cost_usd:.4f}" if event.cost_usd else "no cost")
    return "  " + "  ".join(parts) if parts else ""


def _ends_open(text: str) -> bool:
    return text[-1:].isspace()


def _plain(text: str) -> str:
    return " ".join(text.split())
