"""What did the customer answer to a flow's question? Its value in their words, by the question's own pattern."""

import re

from contracts.flow import AskStep
from governance.personal import TOKEN


def match_answer(step: AskStep, message: str) -> str | None:
    """The slot's value in an answer: the whole message, else one part of it that fits; None where nothing does.

    A question of the customer's own is no answer, though free text would take it: only a code in it may be one.
    """
    text = " ".join(message.split())
    if step.choices:
        return next((choice for choice in step.choices if choice.casefold() in text.casefold()), None)
    if step.pattern is None:
        return None if _asks(text) else text or None
    whole = text.upper() if step.upper else text
    if re.fullmatch(step.pattern, whole.strip(" .!")):
        return None if _asks(text) else whole.strip(" .!")
    parts = [part.strip(" .,!?:;()\"'") for part in whole.split()]
    fitting = [part for part in parts if re.fullmatch(step.pattern, part)]
    with_digits = [part for part in fitting if any(char.isdigit() for char in part)]
    chosen = with_digits or ([] if _asks(text) else fitting)
    return chosen[-1] if chosen else None


def _asks(text: str) -> bool:
    return text.endswith("?") and " " in text


def find_code(step: AskStep, message: str) -> str | None:
    """A value that the customer gave unasked: only something unmistakable, a part with a digit that fits.

    Of a name whose words are hidden one by one, `<NAME_1> <NAME_2>`, it is the last word.
    """
    if step.pattern is None:
        return None
    found: str | None = None
    for part in message.split():
        word = part.strip(" .,!?:;()\"'")
        is_code = any(char.isdigit() for char in word) and any(char.isupper() for char in word)
        fits = is_code and len(word) <= 40 and re.fullmatch(step.pattern, word) is not None
        if found is not None and not fits:
            return found
        found = word if fits else None
        if found is not None and TOKEN.fullmatch(part) is None:
            return found
    return found
