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
    (
        re.compile(
            r"\b(i|we|i've|we've|(?:i|we) have)((?: just| also| already| now){0,2})"
            r" (?:asked|contacted|instructed|called|phoned|rung|messaged|texted|reminded|told"
            r"|written to|spoken (?:to|with)|reached out to) (?=(?:the|our|a|an|your|one of our) (?:[a-z]{1,16} ){0,2}"
            r"(?:teams?|colleagues?|desk|crew|manager|staff|supervisor|branch|department|driver|hotel|airport|police)\b)"
        ),
        r"\1\2 informed ",
    ),
    (re.compile(r"\b(?:passed|handed) (?:it|this|that|your \w{1,12}) (?:on )?(?=to\b)"), "forwarded "),
    (re.compile(r"\b(?:sorted (?:it |this |that |everything )?out|dealt with|taken care of)\b(?! by\b)"), "arranged"),
    (re.compile(r"\bset up\b"), "created"),
    (re.compile(r"\bsigned (?:you|them) up\b"), "registered you"),
    (re.compile(r"\b(?:switched|turned) (?:it|this|that|(?:the|your) \w{1,12}) (?:on|off)\b"), "changed it"),
)
_PREFIXED: Final = re.compile(r"\b(e|re|un|pre|co)-(?=[a-z]{2,12}ed\b|sent\b|made\b)")
"""What a verb may be parted from by a dash: "e-mailed", "re-booked"."""
_IN_MORE_WORDS: Final = re.compile(
    r"\b(?:put|placed|got|told|let|passed|handed|sorted|dealt|taken|set|signed|switched|turned|asked|contacted"
    r"|instructed|called|phoned|rung|messaged|texted|reminded|written|spoken|reached)\b"
)
"""What every one of these holds."""


def fold_verbs(text: str) -> str:
    """The text in small letters, with what stands for one verb said in it."""
    folded = _PREFIXED.sub(r"\1", text.casefold().replace("’", "'"))
    folded = _CALL_BACK.sub("recalled", _CHECK_IN.sub(CHECKED_IN, folded))
    if _IN_MORE_WORDS.search(folded) is not None:
        for pattern, meant in _SAID_FOR:
            folded = pattern.sub(meant, folded)
    return folded
