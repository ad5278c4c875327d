"""How does the stand-in open a case for a bag that did not arrive?"""

import re

from demo.standin.goals import Goal, Step
from demo.standin.goals.bookings import pick_booking
from demo.standin.lexicon import ideas_in, words_of
from demo.standin.moves import Move, ask_person, gather, need, propose, say
from demo.standin.scene import Scene, Seen, Want
from demo.standin.thread import Task
from demo.standin.wire import Obj
from demo.standin.wording import day, flight, listed, sentence

DEED = "open a case for your bag"
STEPS = (
    Step("Find the trip and the bag", "list_reservations"),
    Step("Open a case for the bag", "open_bag_case", "planner"),
)
ASK_TAG = "What is the number on your bag tag?"
ASK_LOOK = "What does the bag look like, for example its kind, colour and brand?"
ASK_ADDRESS = "To which address should we deliver the bag when it is found?"
_TAG = re.compile(r"\b\d[A-Z]{2}\d{6}\b", re.IGNORECASE)
_LOOKS = re.compile(
    r"\b(black|blue|red|green|grey|gray|silver|brown|white|yellow|pink|purple|orange|beige|navy|leather|hard-?shell|soft|"
    r"samsonite|rimowa|tumi|delsey|stripe[sd]?|ribbon|sticker|wheels|small|large|big|medium)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"<ADDRESS_\d+>|\b\w*(street|strasse|straße|road|avenue|lane|weg|platz|allee|hotel|square|rua|avenida|drive)\b",
    re.IGNORECASE,
)


def decide(scene: Scene, task: Task) -> Move:
    """Ask for what is missing, one thing a turn; then open the case."""
    settled = _settled(scene, task)
    if settled:
        return settled
    refused = need(scene, "open_bag_case", deed=DEED)
    if refused:
        return refused
    booking = _trip(scene, task)
    if isinstance(booking, Move):
        return booking
    tag = _tag(scene, task, booking)
    if isinstance(tag, Move):
        return tag
    look = answer_to(scene, task, ASK_LOOK) or _first(scene, task, _LOOKS)
    if not look:
        return say(f"I am sorry about your bag from {flight(booking)}. {ASK_LOOK}")
    address = _address(scene, task)
    if not address:
        return say(f"Thank you. {ASK_ADDRESS}")
    case: Obj = {
        "reservation_code": booking["reservation_code"],
        "bag_tag": tag,
        "description": look,
        "delivery_address": address,
    }
    return propose(
        scene, Want("open_bag_case", case), since=task.start, thought="Everything for the case is known.", deed=DEED
    )


def _trip(scene: Scene, task: Task) -> Obj | Move:
    missing = gather(scene, Want("list_reservations"), deed=DEED)
    return missing or pick_booking(scene, task, deed=DEED, past=True, prefer=_has_lost_bag)


def _has_lost_bag(booking: Obj) -> bool:
    return any(bag.get("status") in ("mishandled", "missing", "delayed", "lost") for bag in booking.get("bags") or [])


def _tag(scene: Scene, task: Task, booking: Obj) -> str | Move:
    """The bag's tag: from the booking when it is clear, else from the customer's words."""
    bags: list[Obj] = booking.get("bags") or []
    astray = [bag for bag in bags if bag.get("status") not in ("loaded", "delivered", "arrived")] or bags
    said = _first_match(scene, task, _TAG)
    if said:
        return said.upper()
    if len(astray) == 1:
        return str(astray[0]["bag_tag"])
    if not astray:
        return say(f"I see no checked bag on {flight(booking)}. {ASK_TAG}")
    tags = [str(bag["bag_tag"]) for bag in astray]
    told = f"There are several bags on {flight(booking)}. Which one is missing: {listed(tags, 'or')}?"
    return say(told, choices=tags)


def _address(scene: Scene, task: Task) -> str:
    """The address in the customer's words; its token alone when the words hold one."""
    said = answer_to(scene, task, ASK_ADDRESS) or _first(scene, task, _ADDRESS)
    token = re.search(r"<ADDRESS_\d+>", said)
    return token.group() if token else said


def answer_to(scene: Scene, task: Task, question: str) -> str:
    """The user's message that follows the newest reply with that question, unless it only chats; else nothing."""
    asked = next((s for s in reversed(scene.said) if s.role == "assistant" and question in s.text), None)
    if asked is None or asked.position < task.start:
        return ""
    replies = [s.text for s in scene.said if s.role == "user" and s.position > asked.position]
    return next((text for text in replies if _says_something(text)), "")


def _says_something(text: str) -> bool:
    empty = {"hello", "thanks", "chat", "skip"} & ideas_in(text)
    return not (empty and len(words_of(text)) < 12) and not text.rstrip().endswith("?")


def _first(scene: Scene, task: Task, pattern: re.Pattern[str]) -> str:
    return next((text for text in scene.user_texts(task.start) if pattern.search(text)), "")


def _first_match(scene: Scene, task: Task, pattern: re.Pattern[str]) -> str:
    matches = (pattern.search(text) for text in scene.user_texts(task.start))
    return next((match.group() for match in matches if match), "")


def _settled(scene: Scene, task: Task) -> Move | None:
    opened = scene.executed("open_bag_case", task.start)
    if opened:
        return say(
            f"I have opened case {opened.result['case_id']} for your bag, and the search has begun. "
            "I will write to you here as soon as there is a result."
        )
    decided = scene.decision(task.start)
    if decided is None or decided.position < scene.turn_start:
        return None
    if decided.result.get("decision") == "declined":
        return say("All right, I have not opened a case.")
    failed = [seen for seen in scene.seen if seen.position == decided.position and seen.code]
    return ask_person(scene, f"The bag case could not be opened: {failed[0].code}.") if failed else None


def tell_result(scene: Scene, seen: Seen) -> Move:
    """The message that goes out first when the tracing has a result."""
    case = seen.result
    where = f" in {case['location']}" if case.get("location") else ""
    due = f" It should be delivered on {day(case['expected_delivery'])}." if case.get("expected_delivery") else ""
    number = f" (case {case['case_id']})" if case.get("case_id") else ""
    status = case.get("status")
    if status == "found":
        return say(sentence(f"Good news: your bag was found{where}{number}.{due}"))
    if status == "delivered":
        return say(f"Your bag{number} was delivered.")
    if status == "lost":
        return ask_person(scene, "The bag could not be found; the customer should hear it from a person.")
    return say(f"Your bag{number} is still being searched for. I will write to you again when there is a result.")


def decide_news(scene: Scene, task: Task) -> Move:
    """Answer the question how the search goes, from the case when its number is known."""
    numbers = [text for text in scene.user_texts(task.start) if re.search(r"\bBAG\w+\b", text)]
    opened = scene.executed("open_bag_case", -1)
    found_number = re.search(r"\bBAG\w+\b", numbers[0]) if numbers else None
    number = found_number.group() if found_number else opened.result.get("case_id") if opened else None
    if not number:
        return say("Which case is it? It begins with BAG and stands in my message about your bag.")
    read = Want("get_bag_case", {"case_id": number})
    missing = gather(scene, read, deed="look up your bag", after=task.start)
    if missing:
        return missing
    seen = scene.find(read, task.start)
    return tell_result(scene, seen) if seen else say("I could not look up your bag just now.")


GOAL = Goal("Find your lost bag", STEPS, decide)
NEWS = Goal("Look up the news on your bag", (Step("Look up the case", "get_bag_case"),), decide_news)
