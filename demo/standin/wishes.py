"""What does a message wish for?"""

import re
from dataclasses import dataclass

from demo.standin.lexicon import IDEAS, STOP_WORDS, ideas_in, ideas_of_word, stem, topics_of, words_of
from demo.standin.places import codes_in
from demo.standin.relevance import find_note
from demo.standin.state import Note
from demo.standin.when import read_flight_number

_CLAUSE = re.compile(r"[.?!;]+\s+|\b(?:and also|and then|and|also|plus|but|by the way)\b[, ]*", re.IGNORECASE)
_GREETING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day))\b(?: there\b)?[\s,.!-]*)+", re.IGNORECASE
)
MOST_OF_A_CALL = 3  # words: "please help me"
_CODE = re.compile(r"\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{6}\b")


@dataclass(frozen=True)
class Heard:
    """What one message says: wishes that need work, and asides that only need a word."""

    tasks: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the message was not understood at all."""
        return not self.tasks and not self.asides


def hear(text: str, notes: tuple[Note, ...] = ()) -> Heard:
    """The wishes and asides of a message, the whole of it and clause by clause; `notes` help to spot questions."""
    if wants_person(text):
        return Heard(tasks=(*_besides_a_person(text, notes), "person"))
    clauses = _clauses(text)
    tasks: list[str] = []
    for clause in clauses:
        wish = _task_of(clause, notes)
        if wish and wish not in tasks:
            tasks.append(wish)
    whole = _task_of(text, notes)
    if whole and not tasks:
        tasks.append(whole)
    asides = asides_of(text, bool(tasks))
    return Heard(tuple(_absorb(tasks)), asides)


def clause_of(text: str, wish: str, notes: tuple[Note, ...]) -> str:
    """The clause of a message that states this wish, or all of it: what else it says would only blur the question."""
    whole = without_greeting(text)
    return next((clause for clause in _clauses(text) if _task_of(clause, notes) == wish), whole)


def without_greeting(text: str) -> str:
    """What a message says behind its greeting."""
    return _GREETING.sub("", text)


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(without_greeting(text)) if clause.strip()]


def _besides_a_person(text: str, notes: tuple[Note, ...]) -> list[str]:
    """What is wished for besides a person, where it is said calmly and in clauses of its own."""
    if "anger" in ideas_in(text):
        return []
    wishes = [_task_of(clause, notes) for clause in _CLAUSE.split(text) if not wants_person(clause)]
    return list(dict.fromkeys(wish for wish in wishes if wish))


def _absorb(tasks: list[str]) -> list[str]:
    """A disruption covers the change it leads to; a bag case covers a question about the bag's state."""
    covered = {"disruption": {"change", "status", "booking"}, "bag": {"bag_news", "status"}, "cancel": {"booking"}}
    for winner, losers in covered.items():
        if winner in tasks:
            tasks = [task for task in tasks if task not in losers]
    return tasks


def _task_of(text: str, notes: tuple[Note, ...]) -> str | None:
    """The one wish of a clause that scores highest, or None below one point."""
    has = ideas_in(text)
    words = set(words_of(text))
    scores = {
        "disruption": _disruption(has, words),
        "cancel": _cancel(has, words),
        "change": _change(has, words, text),
        "bag": _bag(has, words),
        "bag_news": 2.5 if {"bag"} <= has and words & {"news", "found", "case", "update", "tracing"} else 0,
        "status": _status(has, words, text),
        "points": 2.0 if "points" in has and has & {"mine", "show", "ask"} else 0,
        "booking": _booking(has, words, text),
        "question": _question(has, words, text, notes),
        "service": _service(has),
    }
    best = max(scores, key=lambda wish: scores[wish])
    return best if scores[best] >= 1 else None


def _service(has: frozenset[str]) -> float:
    """What no tool here does: papers, damages, and money back for something that is no trip, such as a bag's fee."""
    if {"refund", "bag"} <= has and has & {"mine", "want"}:
        return 3.2
    return 1.1 if "service" in has and has & {"mine", "want", "ask"} else 0


def _disruption(has: frozenset[str], words: set[str]) -> float:
    if "cancelled" not in has and not ("fly" in has and words & {"missed", "overbooked"}):
        return 0
    asked_for = "want" in has and "mine" in has and words & {"want", "like", "please"} and "cancelled" in has
    storm = bool(words & {"storm", "strike", "stranded", "stuck", "grounded", "disrupted", "disruption"})
    return 3.5 if storm or not asked_for else 0


def _cancel(has: frozenset[str], words: set[str]) -> float:
    verb = bool(words & {"cancel", "cancelling", "canceling", "annul", "call-off"})
    wished = "cancelled" in has and "want" in has
    awaited = bool(words & {"when", "where", "wheres", "still", "has", "long", "arrived", "sent"})
    back = "refund" in has and bool(has & {"mine", "want"}) and not awaited and not words & {"refundable"}
    if "cost" in has and not back:
        return 0
    return 3.0 if verb or (wished and has & {"fly", "booking"}) or back else 0


_MOVES = frozenset(
    word
    for word in IDEAS["move"].split()
    if word not in ("take", "catch", "transfer", "put", "bring", "push", "advance")
)


def _is_close_to_move(word: str) -> bool:
    """A misspelt verb of moving, such as `chnage`."""
    return len(word) >= 6 and "move" in ideas_of_word(word)


def _change(has: frozenset[str], words: set[str], text: str) -> float:
    if "bag" in has and not has & {"fly", "when"}:
        return 0
    if "cost" in has and "ask" in has and not has & {"when"}:
        return 0
    score = 0.0
    score += 1.0 * ("move" in has) + 1.0 * ("fly" in has or "booking" in has) + 0.8 * ("when" in has)
    score += 0.8 * ("instead" in has) + 0.4 * ("want" in has)
    score += 1.0 * bool("want" in has and words & {"sooner", "earlier"} and codes_in(text))
    strong = any(word in _MOVES or stem(word) in _MOVES or _is_close_to_move(word) for word in words)
    directed = strong or "instead" in has or ("when" in has and has & {"want", "move"})
    if "terms" in has and not has & {"when", "instead"} and not words & {"my", "me"}:
        return 0
    return score if directed and has & {"fly", "booking", "when"} and score >= 1.7 else 0


def _bag(has: frozenset[str], words: set[str]) -> float:
    if "bag" not in has:
        return 0
    astray = "lost" in has or ("not" in has and "arrive" in has) or ("where" in words and "mine" in has)
    return 3.0 if astray else 0


_WHICH_GATE = STOP_WORDS | {"gate", "number", "whats"}


def _status(has: frozenset[str], words: set[str], text: str) -> float:
    if "cost" in has:
        return 0
    if words & {"miss", "pass"}:
        return 0
    numbered = bool(read_flight_number(text) or any(word.startswith("nw") for word in words))
    asked = "status" in has or bool(has & {"delayed"} and "ask" in has and words & {"is", "will", "are"})
    leaving = "fly" in has and bool(words & {"when", "time"}) and "ask" in has and "move" not in has
    if asked and numbered:
        return 2.8
    if "gate" in words and words <= _WHICH_GATE:
        return 2.8
    return 2.2 if (asked and has & {"fly", "mine"}) or leaving else 0


def _booking(has: frozenset[str], words: set[str], text: str) -> float:
    named = "booking" in has or bool(_CODE.search(text))
    if not named or "move" in has or "cost" in has:
        return 0
    return 1.5 if has & {"mine", "show"} or _CODE.search(text) else 0


def _question(has: frozenset[str], words: set[str], text: str, notes: tuple[Note, ...]) -> float:
    asked = "ask" in has or "?" in text or "cost" in has
    topics = topics_of(text)
    if topics <= {"assist"} and len(words) <= MOST_OF_A_CALL:
        return 0  # "help" asks for no wheelchair
    known = find_note(notes, text) is not None
    if not topics or not (asked or known):
        return 0
    if "cost" in has and (has & {"bag", "fly", "booking", "move"} or known):
        return 2.6
    general = "terms" in has or ("bag" in has and not has & {"lost", "service"}) or ("refund" in has and "ask" in has)
    return 2.4 if "terms" in has and not words & {"my", "me"} else 1.2 if known or general else 0


def wants_person(text: str) -> bool:
    """Whether somebody real is asked for, or the customer is too angry for less."""
    has, words = ideas_in(text), set(words_of(text))
    if "anger" in has:
        return True
    if not words & {w for w in words if "person" in ideas_in(w)}:
        return False
    return bool(has & {"talk", "want"}) or len(words - STOP_WORDS) <= 2


def asides_of(text: str, busy: bool) -> tuple[str, ...]:
    """What only needs a word; `busy` while there is something to do, so that small talk is passed over."""
    has, words = ideas_in(text), set(words_of(text))
    asides: list[str] = []
    ruled = bool(words & {"rule", "rules", "instruction", "instructions"})
    if (
        ("skip" in has and (ruled or "check" in has))
        or ("check" in has and "without" in words)
        or ("check" in has and "not" in has and "want" in has)
    ):
        asides.append("skip_check")
    if "thanks" in has and not busy:
        asides.append("thanks")
    if words & {"bye", "goodbye"}:
        asides.append("bye")
    if words & {"who", "robot", "bot", "human", "ai"} and words & {"you", "your"}:
        asides.append("who")
    elif "how" in words and "are" in words and "you" in words:
        asides.append("how_are_you")
    elif "chat" in has and not busy:
        asides.append("chat")
    if ("hello" in has or re.match(r"good (morning|evening|afternoon|day)\b", text.lower())) and not asides:
        asides.append("hello")
    return tuple(asides)
