"""What does the state message at the end of the request say?"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_STEP = re.compile(r"^- \[(\w+)\] (\S+) (.*?)(?: \((\w+)\))?$")
_NOTE = re.compile(r"^\[([^\]]+)\] ?(.*)$")
_SOURCE = re.compile(r"\s*\(source: ([^()]+)\)\s*$")
_TITLE = re.compile(r"^[A-Z][^.:!?]{2,80}: (?=[A-Z])")
_QUOTED = re.compile(r"'([^']+)'")
_NONE = ("", "none", "none yet", "-")


@dataclass(frozen=True)
class PlanLine:
    """One step of the accepted plan as the state shows it."""

    state: str
    step_id: str
    title: str
    tool: str


@dataclass(frozen=True)
class Note:
    """A passage or a fact that replies may rest on, with the id it is listed under."""

    note_id: str
    text: str

    @property
    def source(self) -> str:
        """Where it is from, in words: as the note says in brackets at its end, else by its id."""
        match = _SOURCE.search(self.text)
        named = match.group(1).partition(",")[0] if match else ""
        return named or self.note_id.partition("#")[0].replace("_", " ").replace("-", " ")

    @property
    def body(self) -> str:
        """What it says, without the title before it and the source behind it."""
        return _TITLE.sub("", _SOURCE.sub("", self.text)).strip()


@dataclass(frozen=True)
class State:
    """The parsed state message; empty fields where it says nothing."""

    present: bool = False
    today: date | None = None
    now: datetime | None = None
    company: str = ""
    customer: str = ""
    goal: str = ""
    steps: tuple[PlanLine, ...] = ()
    open_question: str = ""
    open_confirmation: str = ""
    intent: str = ""
    returned: bool = False
    withheld: tuple[str, ...] = ()
    passages: tuple[Note, ...] = ()
    facts: tuple[Note, ...] = ()
    disagreements: tuple[Note, ...] = ()

    @property
    def tomorrow(self) -> date | None:
        """The day after today."""
        return self.today + timedelta(days=1) if self.today else None

    @property
    def signed_in(self) -> bool:
        """Whether the customer is verified; without a state message the stand-in assumes so."""
        return not self.present or "signed in" in self.customer.replace("not signed in", "")

    @property
    def identified_for(self) -> str:
        """The code of the reservation a visitor has identified for, or nothing."""
        match = re.search(r"identified for reservation (\w+)", self.customer)
        return match.group(1).upper() if match else ""

    @property
    def open_steps(self) -> tuple[PlanLine, ...]:
        """The steps still to do."""
        return tuple(step for step in self.steps if step.state not in ("done", "skipped", "failed"))


def read_state(text: str) -> State:
    """Parse a state message; what it does not contain stays empty."""
    fields = _fields(text)
    today = re.search(r"\d{4}-\d{2}-\d{2}", fields.get("today", ""))
    day = date.fromisoformat(today.group()) if today else None
    clock = re.search(r"Now: (\d{2}:\d{2})", text)
    now = datetime.fromisoformat(f"{day}T{clock.group(1)}:00+00:00") if day and clock else None
    return State(
        present=True,
        today=day,
        now=now,
        company=fields.get("company", ""),
        customer=fields.get("customer", "").lower(),
        goal=_filled(fields.get("goal", "")),
        steps=tuple(_steps(text)),
        open_question=_filled(fields.get("open question", "")),
        open_confirmation=_filled(fields.get("open confirmation", "")),
        intent=fields.get("intent", ""),
        returned=bool(re.search(r"colleague has answered|gave the conversation back", fields.get("reminder", ""))),
        withheld=tuple(_withheld(text)),
        passages=_notes(text, "Passages"),
        facts=_notes(text, "Facts"),
        disagreements=_notes(text, "Disagreements"),
    )


def _fields(text: str) -> dict[str, str]:
    pairs = (line.partition(": ") for line in text.splitlines())
    found: dict[str, str] = {}
    for name, _, value in pairs:
        found.setdefault(name.strip().lower(), value.strip())
    return found


def _filled(value: str) -> str:
    return "" if value.lower().rstrip(".") in _NONE else value


def _steps(text: str) -> list[PlanLine]:
    matches = (_STEP.match(line.strip()) for line in text.splitlines())
    return [PlanLine(m.group(1), m.group(2), m.group(3), m.group(4) or "") for m in matches if m]


def _withheld(text: str) -> list[str]:
    """The pieces of the last reply that the reply checks quote as unsupported."""
    lines = [line for line in text.splitlines() if line.startswith("- withheld:")]
    return [piece for line in lines for piece in _QUOTED.findall(line)]


def _notes(text: str, section: str) -> tuple[Note, ...]:
    notes: list[Note] = []
    inside = False
    for line in text.splitlines():
        if re.match(r"^[A-Z][a-z ]+:|^Your last reply was", line):
            inside = line.startswith(f"{section}:")
            continue
        match = _NOTE.match(line.strip()) if inside else None
        if match:
            notes.append(Note(match.group(1), match.group(2)))
        elif inside and notes and line.strip():
            last = notes.pop()
            notes.append(Note(last.note_id, f"{last.text} {line.strip()}"))
    return tuple(notes)
