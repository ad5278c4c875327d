"""How does a visitor show which booking is theirs?"""

import re

from demo.standin.lexicon import ideas_of_word, words_of
from demo.standin.moves import ENOUGH, Move, ask_person, cannot, say, use
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.wire import Obj

CODE = re.compile(r"\b(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{6}\b")
ASK = "Could you tell me your reservation code and the last name on the booking?"
_LEAD = re.compile(r"\b(?:last name|surname|family name|name)(?: is|:)?\s+([A-Z][\w'-]+|<NAME_\d+>)", re.IGNORECASE)
_NO_NAMES = "my the code reservation booking name last and hi hello please it is its i on for with what yes"
_NOT_NAMES = frozenset(word for word in _NO_NAMES.split())


def identify(scene: Scene, task: Task, *, deed: str) -> Obj | Move:
    """A visitor's booking once they gave its code and last name, or the move that gets there."""
    if not scene.offers("find_reservation"):
        return cannot(scene, deed)
    code, name = read_identity(scene.user_texts(task.start))
    if not code and not name:
        return say(f"I can help you with that. {ASK}")
    if not name:
        return say(f"Thank you. What is the last name on the booking {code}?")
    if not code:
        return say("Thank you. What is the reservation code? It has six letters and digits.")
    want = Want("find_reservation", {"reservation_code": code, "last_name": name})
    seen = scene.find(want)
    return seen.result["reservation"] if seen else _look_up(scene, want)


def _look_up(scene: Scene, want: Want) -> Move:
    failures = [seen for seen in scene.failures("find_reservation") if seen.code != "not_in_plan"]
    if not failures:
        return use(want, thought="Code and name are known; I look the booking up.")
    if failures[-1].code in ("locked", "too_many_requests") or len(failures) >= ENOUGH:
        return ask_person(scene, "A visitor could not be identified by code and name.")
    if failures[-1].code == "not_found":
        return say(f"I could not find a booking with that code and name. {ASK}")
    return use(want, thought=f"The look-up failed with {failures[-1].code}; I try once more.")


def read_identity(texts: list[str]) -> tuple[str, str]:
    """Reservation code and last name in the newest messages that give them; empty where none does."""
    codes = [match.group().upper() for text in texts for match in CODE.finditer(text)]
    names = [name for text in texts if (name := _name_in(text))]
    return codes[0] if codes else "", names[0] if names else ""


def _name_in(text: str) -> str:
    tokens = re.findall(r"<NAME_\d+>", text)
    if tokens:
        return tokens[-1]
    lead = _LEAD.search(text)
    if lead and lead.group(1).lower() not in _NOT_NAMES:
        return lead.group(1)
    rest = [word for word in re.findall(r"[A-Za-z][A-Za-z'-]+", CODE.sub(" ", text)) if word[0].isupper()]
    names = [word for word in rest if word.lower() not in _NOT_NAMES and not _is_common(word)]
    short = CODE.search(text) or len(words_of(text)) <= 3
    return names[-1] if names and short else ""


def _is_common(word: str) -> bool:
    return any(ideas_of_word(part) for part in words_of(word))
