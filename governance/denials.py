"""Does a sentence deny that a machine says it?"""

import re
from typing import Final

from governance.denial_forms import Denial, up_to
from governance.other_denials import FRENCH, GERMAN, SPANISH

_TALKING: Final = r"(?:(?:talking|speaking|chatting|writing) (?:to|with) )?"
_OTHER_THING: Final = (  # "This is not a machine-readable passport", "I'm not a computer expert"
    r"(?!-readable| (?:readable|experts?|scientists?|engineers?|technicians?|errors?|problems?|issues?|glitch)\b)"
)
# A bot is hardly ever anything else; a program may be a loyalty program, a machine one at the gate.
_SURELY_A_MACHINE: Final = (
    rf"(?:(?:chat|voice)?bots?|robots?|ais?|a\.i|artificial intelligence|language models?)\b{_OTHER_THING}"
)
_PERHAPS_A_MACHINE: Final = rf"(?:machine|program|software|assistant|computer)s?\b{_OTHER_THING}"
_MACHINE: Final = rf"(?:{_SURELY_A_MACHINE}|{_PERHAPS_A_MACHINE})"
_NOT: Final = r"(?:\b(?:not|never|without|neither|nor|none|nothing)\b|(?<!ca)n't\b)"
_TURNS: Final = (
    "able|am|and|as|because|but|can|have to|i'm|if|like|need|or|sure|that|unless|want|what|when|which|who|will"
)
_SO_MADE: Final = (
    r"(?: (?:really|actually|just|written|generated|made|sent|typed|answered|run|talking|speaking|chatting|dealing"
    r"|being|some|any|another|kind|sort|of|to|with|by|from|an?|the)){0,5}"
)
_HUMAN: Final = r"(?:human|person|man|woman|(?:live|human) agent)\b(?!-)"
_MESSAGE: Final = "(?:answer|reply|response|message|chat|conversation|text)"
_WRITES: Final = (
    "(?:writing|typing|talking|speaking|answering|reading|written|typed|answered|wrote|writes|types|answers|reads"
    "|behind)"
)
_ENGLISH: Final = Denial(
    surely=re.compile(
        rf"\b(?:i am|i'm|(?:you are|you're|this is) {_TALKING}) ?"
        rf"(?:(?:not|no) (?:an? )?(?:\w{{1,12}} )?{_MACHINE}|(?:not|never) automat(?:ed|ic)\b"
        r"|not (?:an? )?(?:automat(?:ed|ic)|virtual|digital) (?:system|agent|answer|message|reply|response|service)\b"
        rf"|(?:an? )?(?:real |actual |live )?{_HUMAN}|one of (?:our|the|their) (?:human|live|real)\b)"
        rf"|\b(?:you aren't|you're not|you are not|this isn't|this is not) {_TALKING}(?:an? )?"
        rf"(?:\w{{1,12}} )?{_MACHINE}"
        rf"|{_NOT}{up_to(7, _TURNS)} {_SURELY_A_MACHINE}|\bno{up_to(1, _TURNS)} {_SURELY_A_MACHINE}"
        rf"|\banything but an? {_MACHINE}|\bno {_PERHAPS_A_MACHINE} (?:(?:is|are|was|has|have) )?{_WRITES}\b"
        rf"|\b(?:none of this (?:is|was)|{_MESSAGE} (?:is not|was not|isn't|wasn't)) automat(?:ed|ic)\b"
        r"|\bas a (?:fellow )?(?:human(?: being)?|person)(?: myself)?, i\b"
        r"|\b(?:real|actual|live|living) (?:person|human|agent)(?: is|'s)? (?:typing|writing|behind|reading)\b"
        r"|\b(?:i am|i'm) (?:\w{1,12} ){0,2}flesh and blood\b"
        r"|\bi(?:'m| am) (?:(?!not a (?:person|human))[^.!?]){1,60}, (?:a|another) "
        r"(?:real )?(?:human|person)(?: being| agent| like you)?\s*(?:[.,!]|$)"
    ),
    perhaps=re.compile(rf"{_NOT}{_SO_MADE} {_PERHAPS_A_MACHINE}|\bno{up_to(1, _TURNS)} {_PERHAPS_A_MACHINE}"),
    other_matter=re.compile(
        r"\b(?:need\w*|require\w*|necessary|available|install\w*|download\w*|updates?|(?:have|has|offers?) (?:no|an?)"
        r"|loyalty|rewards?|bonus|points|flyer|branch|gate|airport|station|terminal|counter|hotel|lounge)\b"
        r"|\bprograms? (?:for|of|with|that|to)\b"
    ),
)


def denies_automation(sentence: str) -> str:
    """Return the words that deny it, in any language that is read, or an empty text: "I am not a person" does not."""
    line = " ".join(sentence.casefold().replace("’", "'").split())
    return next((found for language in (_ENGLISH, GERMAN, SPANISH, FRENCH) if (found := language.find(line))), "")
