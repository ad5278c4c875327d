"""What is said to greetings, thanks and small talk?"""

import re

from demo.standin.scene import Scene
from demo.standin.trades import trade_of

_WORDS = {
    "thanks": "You are welcome.",
    "who": "I am the automated assistant of {company}.",
    "how_are_you": "I am well, thank you.",
}


def reply_to_asides(scene: Scene, asides: tuple[str, ...]) -> str:
    """A short answer to each aside, at most two."""
    company = _company(scene)
    trade = trade_of(scene.state.company)
    words = {**_WORDS, "bye": trade.goodbye, "chat": trade.chat, "skip_check": trade.rules}
    spoken = [_greet(scene, company) if aside == "hello" else words[aside] for aside in asides[:2]]
    return " ".join(spoken).format(company=company)


def _greet(scene: Scene, company: str) -> str:
    """A greeting, with the name's token when the state says that the customer is signed in and shows it."""
    if scene.last_said("assistant"):
        return "Hello again."
    token = re.search(r"<name_\d+>", scene.state.customer)
    name = f" {token.group().upper()}" if token and scene.state.signed_in else ""
    return f"Hello{name}, welcome to {company}."


def _company(scene: Scene) -> str:
    return scene.state.company or "our company"


def offers_more(asides: tuple[str, ...]) -> bool:
    """Whether after these asides the customer should be asked what they need."""
    return not {"thanks", "bye"} & set(asides)
