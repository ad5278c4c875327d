"""Does a message tell of a danger to somebody's life? So seldom said that rules know it, not a classifier of wishes."""

import re
from typing import Final, Literal

Danger = Literal["self_harm", "emergency"]

# In the languages in which replies are checked. What may be asked about packing ("may I take a gun?") is none.
_SELF_HARM: Final = (
    r"\b(?:kill|hurt|harm|cut) (?:myself|my self)\b|\b(?:end|take) my (?:own )?life\b|\bsuicid(?:e|al)\b",
    r"\b(?:want|going|wish) to die\b|\bdon'?t want to (?:live|be alive)\b",
    r"\b(?:bringe?|töte) mich (?:noch |jetzt )?um\b|\bmich (?:umbringen|umzubringen|töten)\b|\bselbstmord\b",
    r"\b(?:will|möchte|mag) (?:nur noch |einfach )?(?:sterben|nicht mehr leben)\b",
    r"\b(?:matarme|suicidarme|suicidio)\b|\bquiero morir(?:me)?\b|\bme quiero (?:matar|morir)\b|\bno quiero vivir\b",
    r"\bme (?:tuer|suicider)\b|\b(?:veux|vais) mourir\b|\bveux (?:plus|pas) vivre\b",
)
_EMERGENCY: Final = (
    r"\bheart attack\b|\bhaving a stroke\b|\bcan(?:no|')?t breathe\b|\bnot breathing\b|\bunconscious\b",
    r"\bbleeding (?:badly|heavily)\b|\b(?:call|need) an? ambulance\b|\bemergency landing\b|\bbeing attacked\b",
    r"\bthere(?: is|'?s) an? (?:(?:man|woman|person|guy|passenger) (?:with|who has) an? )?(?:bomb|gun)\b",
    r"\bthere(?: is|'?s) a fire (?:on|in|at)\b|\b(?:has|planted|saw|found) an? (?:bomb|gun)\b|\bbomb threat\b",
    r"\bherzinfarkt\b|\bschlaganfall\b|\bbewusstlos\b|\batmet nicht\b|\bbombendrohung\b",
    r"\b(?:keine luft mehr|bekomm\w+ keine luft)\b",
    r"\b(?:brauchen?|rufen sie|ruft) (?:bitte )?(?:einen|den) (?:kranken|rettungs)wagen\b",
    r"\b(?:hat eine|da ist eine) (?:bombe|waffe|pistole)\b|\bes brennt (?:in|im|am|auf)\b",
    r"\binfarto\b|\binconsciente\b|\bno pued[oe] respirar\b|\bno respira\b",
    r"\b(?:llamen|necesito) (?:a )?una ambulancia\b",
    r"\b(?:hay|tiene) una (?:bomba|pistola)\b(?! de)|\bamenaza de bomba\b",
    r"\bcrise cardiaque\b|\b(?:peux|peut|arrive) (?:pas|plus) (?:à )?respirer\b|\bne respire (?:pas|plus)\b",
    r"\b(?:appelez|faut) une ambulance\b|\b(?:y a|a) une bombe\b(?! (?:de|a))|\balerte à la bombe\b",
)
_OF: Final[dict[Danger, re.Pattern[str]]] = {
    "self_harm": re.compile("|".join(_SELF_HARM), re.IGNORECASE),
    "emergency": re.compile("|".join(_EMERGENCY), re.IGNORECASE),
}


def dangers_in(text: str) -> tuple[Danger, ...]:
    """Which dangers a text tells of, with its apostrophes straight; empty where it tells of none. Linear."""
    return tuple(danger for danger, pattern in _OF.items() if pattern.search(text))
