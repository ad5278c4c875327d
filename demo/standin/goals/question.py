"""How does the stand-in answer a question from the passages and facts it was given?"""

import re

from demo.standin.goals import Goal
from demo.standin.lexicon import ideas_in, topics_of
from demo.standin.moves import Move, ask_person, say
from demo.standin.scene import Scene
from demo.standin.state import Note
from demo.standin.thread import Task
from demo.standin.wording import sentence

_NO_ANSWER = "I do not have reliable information on that. Shall I ask a colleague to answer you?"
_PRICE = re.compile(r"\d[\d.,]*\s?(EUR|USD|GBP|€)|€\s?\d|%")


def decide(scene: Scene, task: Task) -> Move:
    """Answer with the best passage or fact and name its source; without one offer a person."""
    offered = scene.last_said("assistant")
    agreed = "yes" in ideas_in(scene.user_text) and offered and _NO_ANSWER in offered.text
    if agreed:
        return ask_person(scene, "The customer asked something that the knowledge does not cover.")
    passage = best_note(scene.state.passages, task.text)
    if passage:
        answer = best_sentences(passage.body, task.text)
        return say(f'{answer} This is what our information under "{passage.source}" says.')
    fact = best_note(tuple(note for note in scene.state.facts if _PRICE.search(note.text)), task.text)
    if fact:
        topic = fact.note_id.replace("_", " ").replace("-", " ")
        return say(f"For {topic} our price list says: {sentence(fact.body)}")
    return say(_NO_ANSWER)


def decide_service(scene: Scene, task: Task) -> Move:
    """A wish that no tool here serves: the passages may still answer it, else a person does."""
    passage = best_note(scene.state.passages, task.text)
    if passage:
        return decide(scene, task)
    return ask_person(scene, "The customer needs something that I have no tool for.")


def best_note(notes: tuple[Note, ...], question: str) -> Note | None:
    """The note that shares most topics with the question, if it shares enough to be about it."""
    asked = topics_of(question)
    scored = [(_overlap(f"{note.note_id} {note.text}", asked, question), -place) for place, note in enumerate(notes)]
    if not scored or not asked:
        return None
    score, place = max(scored)
    return notes[-place] if score >= min(2, len(asked)) else None


def best_sentences(text: str, question: str, most: int = 2) -> str:
    """The sentence of a text that fits the question best, with the next one when it continues the answer."""
    parts = [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]
    asked = topics_of(question)
    scores = [_overlap(part, asked, question) for part in parts]
    best = scores.index(max(scores))
    chosen = [parts[best]]
    if best + 1 < len(parts) and most > 1 and scores[best + 1] >= max(scores) - 0.5 and scores[best + 1] >= 1:
        chosen.append(parts[best + 1])
    return " ".join(sentence(part) for part in chosen)


def _overlap(text: str, asked: frozenset[str], question: str) -> float:
    """Shared topics; a price counts half a topic when the question asks for one, but never alone."""
    shared = len((topics_of(text) - {"cost"}) & asked)
    priced = 1.0 if "cost" in ideas_in(question) and _PRICE.search(text) else 0.0
    said = 1.0 if "cost" in asked and not priced and "cost" in topics_of(text) else 0.0
    return shared + priced + said if shared else 0.0


SERVICE = Goal("Help with a wish that needs a colleague", (), decide_service)
GOAL = Goal("Answer the customer's question", (), decide)
