"""How does the stand-in stop a card?"""

import re

from demo.standin.bank.reading import words_since
from demo.standin.goals import Goal, Step
from demo.standin.moves import Move, found, gather, need, propose, say
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.wire import Obj
from demo.standin.wording import listed

CARDS = Want("list_cards")
DEED = "freeze your card"


def decide(scene: Scene, task: Task) -> Move:
    """Freeze the card that is meant; where several are, ask for its last four digits."""
    done = scene.executed("freeze_card", task.start)
    if done:
        return say(f"Your card ending in {done.result['last4']} is frozen.")
    refused = need(scene, "freeze_card", deed=DEED) or gather(scene, CARDS, deed=DEED)
    if refused:
        return refused
    text = words_since(scene, task)
    cards: list[Obj] = [card for card in found(scene, CARDS).get("cards") or [] if card["status"] == "active"]
    named = [card for card in cards if card["last4"] in text or re.search(rf"\b{card['brand']}\b", text, re.I)] or cards
    if not named:
        return say("I see no active card of yours.")
    if len(named) > 1:
        endings = [str(card["last4"]) for card in named]
        return say(f"Which card do you mean, the one ending in {listed(endings, 'or')}?", choices=endings)
    reason = next((word for word in ("stolen", "lost") if word in text.lower()), "other")
    freeze = Want("freeze_card", {"card_id": named[0]["card_id"], "reason": reason})
    return propose(scene, freeze, since=task.start, thought="The card is stopped at once.", deed=DEED)


FREEZE = Goal("Freeze the card", (Step("Read the cards", "list_cards"), Step("Freeze the card", "freeze_card")), decide)
