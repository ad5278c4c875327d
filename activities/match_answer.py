"""What did the customer answer to a flow's question? Its value in their words, by the question's own pattern."""

import re

from contracts.flow import AskStep
from governance.common_words import is_common
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
    whole = text.strip(" .!")
    if _fits(step, whole) and not (step.upper and _takes_any_letters(step, whole) and is_common(whole)):
        return None if _asks(text) else _written(step, whole)
    parts = [_bare(part) for part in text.split()]
    chosen = _surest(step, parts, is_question=_asks(text))
    return None if chosen is None else _written(step, chosen)


def _surest(step: AskStep, parts: list[str], *, is_question: bool) -> str | None:
    """The last fitting part of those that are surest to be meant: hidden values, what has a digit, what is left.

    Where any letters fit, common words do not count (`one moment, please`), but for a name that is written as one
    (`it's May`); nor do names for a code (`it's Keller`), of which one in capitals is surer than others.
    """
    fitting = [part for part in parts if _fits(step, part)]
    hidden = [part for part in fitting if TOKEN.fullmatch(part)]
    with_digits = [part for part in fitting if any(char.isdigit() for char in part)]
    words = [] if is_question else [part for part in fitting if not _may_be_other(step, part, parts[0])]
    in_capitals = [part for part in words if step.upper and part.isupper()]
    chosen = hidden or with_digits or in_capitals or words
    return chosen[-1] if chosen else None


def _may_be_other(step: AskStep, word: str, first: str) -> bool:
    if not _takes_any_letters(step, word):
        return False
    is_name = word.istitle() and len(word) > 1 and (word != first or not is_common(word))
    return is_common(word) or is_name if step.upper else is_common(word) and not is_name


def _takes_any_letters(step: AskStep, word: str) -> bool:
    """Whether the question would take any word of this length."""
    return word.replace("'", "").isalpha() and _fits(step, "x" * len(word))


def _fits(step: AskStep, text: str) -> bool:
    return step.pattern is not None and re.fullmatch(step.pattern, _written(step, text)) is not None


def _written(step: AskStep, text: str) -> str:
    return text.upper() if step.upper else text


def _bare(part: str) -> str:
    return part.strip(" .,!?:;()\"'")


def _asks(text: str) -> bool:
    return text.endswith("?") and " " in text


def find_correction(asked: AskStep, before: AskStep, message: str) -> str | None:
    """A new value for the question `before`, given where another one was `asked`, and plainly no answer to that."""
    whole = " ".join(message.split()).strip(" .!")
    return None if asked.pattern is None or _fits(asked, whole) else find_code(before, message)


def find_code(step: AskStep, message: str) -> str | None:
    """A value that the customer gave unasked: only something unmistakable, a part with a digit that fits.

    Of a name whose words are hidden one by one, `<NAME_1> <NAME_2>`, it is the last word.
    """
    if step.pattern is None:
        return None
    found: str | None = None
    for part in message.split():
        word = _bare(part)
        is_code = any(char.isdigit() for char in word) and any(char.isupper() for char in word)
        fits = is_code and len(word) <= 40 and re.fullmatch(step.pattern, word) is not None
        if found is not None and not fits:
            return found
        found = word if fits else None
        if found is not None and TOKEN.fullmatch(part) is None:
            return found
    return found
