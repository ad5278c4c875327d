"""Does a sentence deny that a machine says it?"""

import re
from typing import Final

from governance.denial_forms import Denial, up_to
from governance.lives import claims_a_life
from governance.other_denials import FRENCH, GERMAN, SPANISH
from governance.quoted import own_words

_TALKING: Final = r"(?:(?:talking|speaking|chatting|writing) (?:to|with) )?"
_OTHER_THING: Final = (  # "This is not a machine-readable passport", "I'm not a computer expert"
    r"(?!-readable| (?:readable|experts?|scientists?|engineers?|technicians?|errors?|problems?|issues?|glitch)\b"
    r"|'s (?:fault|error|mistake|doing|problem)\b)"
)
# A bot is hardly ever anything else; a program may be a loyalty program, a machine one at the gate.
_SURELY_A_MACHINE: Final = (
    rf"(?:(?:chat|voice)?bots?|robots?|ais?|a\.i|artificial intelligence|language models?)\b{_OTHER_THING}"
)
_PERHAPS_A_MACHINE: Final = rf"(?:machine|program|software|assistant|computer|algorithm)s?\b{_OTHER_THING}"
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
_OWN: Final = rf"(?:my|these|our|this) (?:\w{{1,12}} )?{_MESSAGE[:-1]}|repl(?:y|ies)|words)(?:s|es)?"
_MADE: Final = (  # "your receipt is not generated" is of no answer
    r"(?:(?:(?:computer|machine|ai|bot|auto)[- ]|automatically )?(?:generated|produced|composed)|(?:computer"
    r"|machine|ai)[- ]written"
    r"|automat(?:ed|ic)|artificial|pre-?written|scripted|robotic|virtual)\b"
)
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
        rf"|\b(?:i'm|i am) not one of (?:those|these|the|your) (?:\w{{1,12}} )?{_MACHINE}"
        rf"|\bfar from (?:being )?an? {_MACHINE}"
        rf"|\b{_MACHINE} (?:would|could|might)(?:n't| not| never)? [^.;!?]{{1,40}} (?:than|like"
        rf"|as) (?:me|i|we)\b"
        rf"|\b(?:none|nothing|not a word|no word) (?:of|in|about) (?:what (?:i|you) \w{{1,8}}|this|these|{_OWN}|me)"
        rf" (?:(?:here|is|are|was|were|comes|been|has) ){{1,3}}{_MADE}"
        rf"|\b{_OWN} (?:(?:are|were|is|was) (?:not|never)|aren't|weren't|isn't|wasn't) (?:\w{{1,8}} ){{0,2}}{_MADE}"
        rf"|\b(?:this|it|that) (?:is not|isn't|was not|wasn't) an? automat(?:ed|ic) {_MESSAGE}"
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
        r"\b(?:neither|nor) (?:an? )?(?:person|human|people)\b|\b(?:can't|cannot|not) (?:be )?(?:sure|certain"
        r"|tell|say|know)\b"
        r"|\b(?:need\w*|require\w*|necessary|available|install\w*|download\w*|updates?|(?:have|has|offers?) (?:no|an?)"
        r"|loyalty|rewards?|bonus|points|flyer|branch|gate|airport|station|terminal|counter|hotel|lounge)\b"
        r"|\bprograms? (?:for|of|with|that|to)\b"
    ),
)


# A box to be ticked says "I am not a robot"; an insurance covers no robots.
_LABEL: Final = re.compile(
    r"\b(?:box|checkbox|captcha|tick|button|field|kästchen|feld|ankreuzen|haken|casilla|marque|botón|case"
    r"|cochez|bouton)\b"
)
_PARTS: Final = re.compile(r"[^.,;:!?]*(?:[.,;:!?]+|$)")
_COVERS: Final = re.compile(
    r"\b(?:covers?|covered|insurance|versicherung|deckt|abgedeckt|seguro|cubren?|assurance"
    r"|couvre|couverte?)\b"
)
_SPEAKS: Final = re.compile(
    r"\b(?:i|i'm|i've|me|we|here|this|chat|you're|talking|ich|wir|hier|dieser|dieses|yo|soy|aquí|este|je|ici|cette?)\b"
)


def denies_automation(sentence: str) -> str:
    """Return the words that deny it, in any language that is read, or an empty text: "I am not a person" does not."""
    line = " ".join(sentence.casefold().replace("’", "'").split())
    if _LABEL.search(line) is not None:
        line = own_words(line)
    line = "".join(part for part in _PARTS.findall(line) if _COVERS.search(part) is None or _SPEAKS.search(part))
    denied = (found for language in (_ENGLISH, GERMAN, SPANISH, FRENCH) if (found := language.find(line)))
    return next(denied, "") or claims_a_life(line)
