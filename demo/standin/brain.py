"""What does the stand-in say or do next, given one request?"""

import re

from demo.standin.asides import offers_more, reply_to_asides
from demo.standin.bank.reading import amount_instead
from demo.standin.catalogue import goals_of
from demo.standin.goals import Goal
from demo.standin.goals.bag import tell_result
from demo.standin.goals.bookings import read_ordinal
from demo.standin.lexicon import STOP_WORDS, words_of
from demo.standin.moves import ON_THE_CARD, Move, ask_person, say, use
from demo.standin.planning import MOST_PLANS, RUNTIME_TOOLS, plan_for, refused_plans, write_call
from demo.standin.scene import Scene, Want
from demo.standin.thread import ONCE, Task, Thread, read_thread
from demo.standin.trades import trade_of
from demo.standin.when import read_when
from demo.standin.wire import Answer, Call
from demo.standin.wishes import without_greeting

MORE = 3  # words behind a greeting that may be a wish
HANDED_OVER = "I have asked a colleague to take over. They will answer you here."


def think(scene: Scene) -> Answer:
    """One answer: decide on the next move, plan for it, and write it as text and calls."""
    thread = read_thread(scene)
    known = goals_of(scene.state.company)
    goals = [known[task.wish] for task in thread.tasks if task.wish in known]
    move = _fit_to_tier(scene, _decide(scene, thread), thread)
    return _write(scene, move, goals)


def _decide(scene: Scene, thread: Thread) -> Move:
    if scene.state.returned:
        return _go_on(scene, thread)
    if scene.executed("request_person", scene.turn_start):
        return say(HANDED_OVER)
    news = scene.executed("get_bag_case", scene.turn_start - 1)
    if news and scene.executed("get_follow_up", scene.turn_start - 1):
        return tell_result(scene, news)
    if any(task.wish == "person" for task in thread.tasks):
        return _answer_then_person(scene, [task for task in thread.tasks if task.wish not in ONCE])
    aside = _aside(scene, thread)
    if _only_about_the_card(scene, thread):
        return say(f"{aside} {ON_THE_CARD}".strip())
    if not thread.tasks and thread.asides == ("hello",) and _says_more(scene):
        return _clarify(scene, aside)
    if aside and (scene.state.open_question or scene.state.open_confirmation or not thread.tasks):
        return _return_to_open(scene, thread, aside)
    if not thread.tasks:
        return _clarify(scene)
    moves = [_pursue(scene, task) for task in thread.tasks]
    return _merge(scene, moves, aside)


def _pursue(scene: Scene, task: Task) -> Move:
    return goals_of(scene.state.company)[task.wish].decide(scene, task)


def _answer_then_person(scene: Scene, others: list[Task]) -> Move:
    """A person is wished for: what can be answered besides is read and said first, changes are left to the person."""
    person = ask_person(scene, "The customer asks for a person.")
    move = _merge(scene, [_pursue(scene, task) for task in others], "") if others else person
    if move.wants and _writes(move):
        return person
    return move if move.wants else use(*person.wants, thought=person.thought, text=move.text)


def _go_on(scene: Scene, thread: Thread) -> Move:
    """A person has answered and given the conversation back: take up what is open, ask nothing twice."""
    if scene.state.open_question:
        return say(last_question(scene.state.open_question))
    open_tasks = [task for task in thread.tasks if task.wish not in ONCE]
    if not open_tasks:
        return say("Is there anything else I can do for you?")
    return _merge(scene, [_pursue(scene, task) for task in open_tasks], "")


def _only_about_the_card(scene: Scene, thread: Thread) -> bool:
    """Whether a confirmation is open and the message wishes nothing new: then only the card can go on."""
    said = scene.last_said("user")
    if said is None or not any(task.start < said.position and scene.pending(task.start) for task in thread.tasks):
        return False
    new = any(task.start == said.position for task in thread.tasks) or scene.decision(said.position)
    return not new and not _chooses_anew(scene, said.text, thread)


def _chooses_anew(scene: Scene, text: str, thread: Thread) -> bool:
    """Whether the message says what the card should hold instead: another time, option or amount."""
    if any(task.wish == "transfer" for task in thread.tasks):
        return amount_instead(text) is not None
    option = read_ordinal(text) if any(task.wish == "disruption" for task in thread.tasks) else None
    return option is not None or read_when(text, scene.state.today).says_something


def last_question(text: str) -> str:
    """The last sentence of a text that asks, or the whole text."""
    questions = re.findall(r"[^.!?]+\?", text)
    return questions[-1].strip() if questions else text


def _aside(scene: Scene, thread: Thread) -> str:
    """The answer to what was said besides, once: not again after a decision or follow-up came later."""
    answered = scene.last_said("user")
    if answered is None or scene.turn_start > answered.position:
        return ""
    return reply_to_asides(scene, thread.asides)


def _return_to_open(scene: Scene, thread: Thread, aside: str) -> Move:
    """Small talk is answered in a sentence; then the conversation goes back to where it was."""
    state = scene.state
    if state.open_question:
        return say(f"{aside} Back to my question: {last_question(state.open_question)}")
    if state.open_confirmation:
        return say(f"{aside} {ON_THE_CARD}")
    return say(f"{aside} {trade_of(scene.state.company).offer}" if offers_more(thread.asides) else aside)


def _says_more(scene: Scene) -> bool:
    """Whether the message goes on behind its greeting, with something that was not understood."""
    said = scene.last_said("user")
    return said is not None and len(set(words_of(without_greeting(said.text))) - STOP_WORDS) >= MORE


def _clarify(scene: Scene, aside: str = "") -> Move:
    """One clarifying question; when the next message is no clearer, a person."""
    asked = scene.last_said("assistant")
    clarify = trade_of(scene.state.company).clarify
    if asked and clarify in asked.text:
        return ask_person(scene, "The customer's wish is not understood after one clarifying question.")
    return say(f"{aside} {clarify}".strip(), "I do not understand the wish and ask once.")


def _merge(scene: Scene, moves: list[Move], aside: str) -> Move:
    """Several wishes at once: reads of all together; the writes of one after those of the other; texts joined."""
    busy = [move for move in moves if move.wants]
    told = " ".join(
        said.text for said in scene.said if said.role == "assistant" and said.position > scene.user_position
    )
    texts = [move.text for move in moves if move.text and not move.wants and move.text not in told]
    texts = list(dict.fromkeys(texts))
    if not busy:
        choices = next((move.choices for move in moves if move.choices), ())
        return say(" ".join(filter(None, [aside, *texts])), moves[0].thought, choices)
    reading = [move for move in busy if not _writes(move)]
    chosen = reading or busy[:1]
    wants = {_key(want): want for move in chosen for want in move.wants}
    spoken = [move.text for move in chosen if move.text]
    answered = texts if not reading else []
    text = " ".join([*answered, *spoken])
    return use(*wants.values(), thought=" ".join(move.thought for move in chosen), text=text)


def _writes(move: Move) -> bool:
    return any(not want.tool.startswith(("get_", "list_", "search_", "find_", "quote_")) for want in move.wants)


def _key(want: Want) -> str:
    return f"{want.tool} {sorted(want.values.items(), key=str)}"


def _fit_to_tier(scene: Scene, move: Move, thread: Thread) -> Move:
    """On the fast tier company tools mean: escalate; when that did not help, a person."""
    if not scene.fast or all(want.tool in RUNTIME_TOOLS for want in move.wants):
        return move
    if scene.executed("request_planner", scene.turn_start):
        return ask_person(scene, "The planner is not available.")
    wishes = ", ".join(task.wish.replace("_", " ") for task in thread.tasks)
    return use(Want("request_planner", {"reason": f"Needs company systems: {wishes}"}), thought=move.thought)


def _write(scene: Scene, move: Move, goals: list[Goal]) -> Answer:
    if refused_plans(scene) >= MOST_PLANS and move.wants:
        move = ask_person(scene, "No plan was accepted.")
    if scene.forced in scene.tools:
        values = {key: value for want in move.wants if want.tool == scene.forced for key, value in want.values.items()}
        return Answer(thought=move.thought, calls=(write_call(scene.tools[scene.forced], values),))
    plan = plan_for(scene, goals, move.wants)
    wants = [plan, *move.wants] if plan else list(move.wants)
    calls: list[Call] = [write_call(scene.tools[want.tool], want.values) for want in wants if want.tool in scene.tools]
    if not calls and not move.text:
        return Answer(thought=move.thought, text=trade_of(scene.state.company).clarify)
    choices = () if scene.state.withheld else move.choices
    return Answer(thought=move.thought, text=_mend(scene, move.text), calls=tuple(calls), choices=choices)


def _mend(scene: Scene, text: str) -> str:
    """After a withheld reply: the same without the sentences that hold what is unsupported or was said already."""
    if not scene.state.withheld:
        return text
    told = " ".join(
        said.text for said in scene.said if said.role == "assistant" and said.position > scene.user_position
    )
    sentences = re.findall(r"[^.!?]+(?:[.!?](?!\s|$)[^.!?]+)*[.!?]*\s*", text)
    kept = [part for part in sentences if part.strip() not in told and not any(q in part for q in scene.state.withheld)]
    return "".join(kept).strip() or "I cannot say that reliably. Shall I ask a colleague to answer you?"
