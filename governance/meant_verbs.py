"""Which verb is meant by what is said in several words: "put you on", "called it back"?"""

import re
from typing import Final

CHECKED_IN: Final = "checked_in"
_CALL_BACK: Final = re.compile(r"\bcalled (?:(?!me|you|us)[\w']{1,12} ){1,3}back\b|\bcalled back (?=the|your|this|it)")
_CHECK_IN: Final = re.compile(r"\bchecked (?:you |your \w{1,12} |(?:them|him|her|everyone|both) )?in\b(?! on\b)")
# What is said in two words, or in a verb of many meanings → the verb that is meant.
_SAID_FOR: Final = (
    (re.compile(r"\b(?:put|placed|got) (?:you|them|everyone|(?:all|both) of you) (?=on(?:to)?\b)"), "moved you "),
    (
        re.compile(
            r"\b(i|we|i've|we've|(?:i|we) have)((?: just| also| already| now)?) (?:told|let) (?=(?:the|our|a) )"
        ),
        r"\1\2 informed ",
    ),
    (re.compile(r"\b(?:passed|handed) (?:it|this|that|your \w{1,12}) (?:on )?(?=to\b)"), "forwarded "),
    (re.compile(r"\b(?:sorted (?:it |this |that |everything )?out|dealt with|taken care of)\b(?! by\b)"), "arranged"),
    (re.compile(r"\bset up\b"), "created"),
    (re.compile(r"\bsigned (?:you|them) up\b"), "registered you"),
    (re.compile(r"\b(?:switched|turned) (?:it|this|that|(?:the|your) \w{1,12}) (?:on|off)\b"), "changed it"),
)
_IN_MORE_WORDS: Final = re.compile(
    r"\b(?:put|placed|got|told|let|passed|handed|sorted|dealt|taken|set|signed|switched|turned)\b"
)
"""What every one of these holds."""


def fold_verbs(text: str) -> str:
    """The text in small letters, with what stands for one verb said in it."""
    folded = _CALL_BACK.sub("recalled", _CHECK_IN.sub(CHECKED_IN, text.casefold().replace("’", "'")))
    if _IN_MORE_WORDS.search(folded) is not None:
        for pattern, meant in _SAID_FOR:
            folded = pattern.sub(meant, folded)
    return folded
