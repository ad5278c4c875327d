"""How does the stand-in answer a question from the passages and facts it was given?"""

from demo.standin.goals import Goal
from demo.standin.lexicon import ideas_in
from demo.standin.moves import Move, ask_person, say
from demo.standin.relevance import find_note, pick_sentences, states_price
from demo.standin.scene import Scene
from demo.standin.thread import Task
from demo.standin.wishes import clause_of
from demo.standin.wording import sentence

_NO_ANSWER = "I do not have reliable information on that. Shall I ask a colleague to answer you?"


def decide(scene: Scene, task: Task) -> Move:
    """Answer with the best passage or fact and name its source; without one offer a person."""
    offered = scene.last_said("assistant")
    agreed = "yes" in ideas_in(scene.user_text) and offered and _NO_ANSWER in offered.text
    if agreed:
        return ask_person(scene, "The customer asked something that the knowledge does not cover.")
    asked = clause_of(task.text, "question", (*scene.state.passages, *scene.state.facts))
    priced = "cost" in ideas_in(asked)
    passage = find_note([note for note in scene.state.passages if not priced or states_price(note.text)], asked)
    if passage:
        answer = pick_sentences(passage.body, asked)
        return say(f'{answer} This is what our information under "{passage.source}" says.')
    fact = find_note([note for note in scene.state.facts if states_price(note.text)], asked)
    if fact:
        topic = fact.note_id.replace("_", " ").replace("-", " ")
        return say(f"For {topic} our price list says: {sentence(fact.body)}")
    return say(_NO_ANSWER)


def decide_service(scene: Scene, task: Task) -> Move:
    """A wish that no tool here serves: the passages may still answer it, else a person does."""
    passage = find_note(scene.state.passages, task.text)
    if passage and "refund" not in ideas_in(task.text):
        return decide(scene, task)
    return ask_person(scene, "The customer needs something that I have no tool for.")


SERVICE = Goal("Find somebody who can help you with this", (), decide_service)
GOAL = Goal("Answer your question", (), decide)
