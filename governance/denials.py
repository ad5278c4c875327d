"""Does a sentence deny that a machine says it?"""

import re
from typing import Final

_TALKING: Final = r"(?:(?:talking|speaking|chatting|writing) (?:to|with) )?"
_MACHINE: Final = (  # not of another thing, as in "This is not a machine-readable passport"
    r"(?:(?:chat)?bot|robot|machine|ai|program|software|assistant|computer)\b"
    r"(?!-| (?:readable|generated|expert|scientist|engineer|technician|user|operator|error|problem|issue|glitch)\b)"
)
_HUMAN: Final = r"(?:human|person|man|woman|(?:live|human) agent)\b(?!-)"
_DENIAL: Final = re.compile(
    rf"\b(?:i am|i'm|(?:you are|you're|this is) {_TALKING}) ?"
    rf"(?:(?:not|no) (?:an? )?(?:\w{{1,12}} )?{_MACHINE}|(?:not|never) automat(?:ed|ic)\b"
    rf"|(?:an? )?(?:real |actual |live )?{_HUMAN}|one of (?:our|the|their) (?:human|live|real)\b)"
    rf"|\b(?:you aren't|you're not|you are not|this isn't|this is not) {_TALKING}(?:an? )?(?:\w{{1,12}} )?{_MACHINE}"
    r"|\bas a (?:fellow )?(?:human(?: being)?|person)(?: myself)?, i\b"
    r"|\b(?:real|actual|live|living) (?:person|human|agent)(?: is|'s)? (?:typing|writing|behind|reading)\b"
    r"|\bi(?:'m| am) [^.!?]{1,60}, (?:a|another) (?:real )?(?:human|person)(?: being| like you)?\s*(?:[.,!]|$)"
    r"|\bno (?:(?:chatbot|bot|robot|machine|ai) (?:is|has|was) here"
    r"|(?:chatbot|bot|robot|machine|ai|computer|program) (?:is|has|was) (?:writing|typing|talking|speaking|written))\b"
)


def denies_automation(sentence: str) -> str:
    """Return the words that deny it, or an empty text: "I am not a person" denies nothing. Linear."""
    found = _DENIAL.search(sentence.casefold())
    if found is None or "not a person" in found[0] or "not a human" in found[0]:
        return ""
    return found[0]
