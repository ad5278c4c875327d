"""Which wishes of this conversation are still open, and which did the last message add?"""

from dataclasses import dataclass

from demo.standin.scene import Scene
from demo.standin.trades import trade_of
from demo.standin.wishes import Heard

ONCE = ("person", "service")  # wishes that their own message settles: a person is asked for
_COVERS = {"disruption": {"change", "status", "booking"}, "bag": {"bag_news", "status"}}
_ENDED_BY = {"change": {"cancel"}, "cancel": {"change"}}  # who cancels the trip no longer wants to move it


@dataclass(frozen=True)
class Task:
    """One wish being worked on: since which position of the transcript, in whose words."""

    wish: str
    start: int
    text: str


@dataclass(frozen=True)
class Thread:
    """The open tasks, what the last message said besides, and whether it was understood."""

    tasks: tuple[Task, ...]
    asides: tuple[str, ...] = ()
    unknown: bool = False


def read_thread(scene: Scene) -> Thread:
    """Walk the user's messages: each may open tasks, answer what is open, or be an aside."""
    tasks: list[Task] = []
    hear = trade_of(scene.state.company).hear
    heard, said_nothing, known = Heard(), False, set[str]()
    for said in (said for said in scene.said if said.role == "user"):
        tasks = [task for task in tasks if _is_open(scene, task, said.position)]
        heard = hear(said.text, (*scene.state.passages, *scene.state.facts))
        tasks = [task for task in tasks if not _ENDED_BY.get(task.wish, set()) & {*heard.tasks}]
        if "question" in heard.tasks:  # the newest one is answered, and not the one before it
            tasks = [task for task in tasks if task.wish != "question"]
        new = [wish for wish in heard.tasks if not _is_covered(wish, tasks)]
        tasks += [Task(wish, said.position, said.text) for wish in new]
        said_nothing = heard.nothing
        known.update(heard.tasks)
    if not tasks and not heard.tasks:
        tasks = _resume(scene, known)
    return Thread(tuple(tasks), heard.asides, unknown=said_nothing and not tasks)


def _is_covered(wish: str, tasks: list[Task]) -> bool:
    """Whether an open task already takes care of this wish; a reservation code is an answer to any of them."""
    if wish == "booking" and tasks:
        return True
    return any(wish == task.wish or wish in _COVERS.get(task.wish, ()) for task in tasks)


def _is_open(scene: Scene, task: Task, position: int) -> bool:
    """A task is open until a reply without a question came after it; what awaits the customer keeps it open."""
    if task.wish in ONCE:
        return False
    if scene.state.open_question and position == scene.user_position:
        return True
    if scene.pending(task.start, before=position):
        return True
    reply = scene.last_said("assistant", before=position)
    return reply is None or reply.position < task.start or "?" in reply.text


def _resume(scene: Scene, known: set[str]) -> list[Task]:
    """When the transcript no longer holds the wish, the state's goal does."""
    state = scene.state
    if not state.goal or not (state.open_steps or state.open_question or state.open_confirmation):
        return []
    wishes = [wish for wish in trade_of(state.company).hear(state.goal, ()).tasks if wish not in known]
    first = min((said.position for said in scene.said), default=0)
    return [Task(wish, first, scene.said[0].text if scene.said else "") for wish in wishes[:2]]
