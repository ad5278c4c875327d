"""Which part of a short answer is the address that was asked for?"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from governance.common_words import is_common
from governance.personal import Span
from governance.words import word_set

_EDGES: Final = " ,.;:!\"'()\n\t"
_NO_HOUSE: Final = re.compile(
    r"(?i:\d{1,2}[:.h]\d{2}(?:am|pm|h)?|\d{1,2}(?:am|pm|h)|\d{1,3}kg|[€£$]\d.*|.*\d[€£$%])"  # 10:40, 5pm, £40
    r"|\d{1,4}(?P<mark>[.-])\d{1,2}(?P=mark)\d{1,4}"  # 3.5.2026
    r"|(?i:[a-z]{2}\d{3,4})|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{5,8}"  # NW204, K7Q2LM
)
"""What holds a figure and numbers no house: a time of day, an amount, a date, a flight, a record's code."""
_UK_POST: Final = re.compile(r"[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2}")
_POST_CODE: Final = re.compile(r"(?:[a-z]{1,2}-)?\d{4,6}", re.IGNORECASE)
_STREET_LIKE: Final = re.compile(
    r"(?:street|road|lane|way|close|court|stra(?:ß|ss)e|str|weg|gasse|allee|platz|hof|gatan|vägen)\.?", re.IGNORECASE
)
_STREET: Final = word_set(
    "street st road rd lane avenue ave square terrace drive court ct crescent gardens grove mews place row boulevard",
    "blvd straße strasse str weg allee gasse platz",
)
"""What a street's name ends with, as a word of its own."""
_FILLERS: Final = word_set("no nr n number nummer número numéro")
_NUMBERED: Final = word_set(
    "gate terminal seat row flight platform track coach carriage carousel belt counter desk zone group hall exit line",
    "bus train option gleis sitz sitzplatz reihe wagen halle schalter band ausgang gruppe flug flugsteig bahnsteig",
    "linie zug puerta asiento fila vía andén coche mostrador cinta vuelo zona grupo tren línea porte siège rang voie",
    "quai voiture comptoir tapis vol groupe ligne sortie",
)
"""What carries a number of its own, written behind it: `gate 12`."""
_COUNTED: Final = word_set(
    "adult adults child children kid kids baby babies infant infants people person persons passenger passengers",
    "traveller travellers traveler travelers guest guests bag bags suitcase suitcases piece pieces night nights day",
    "days week weeks month months year years hour hours hrs minute minutes min mins o'clock am pm euro euros eur",
    "usd dollars pounds kg kilo kilos lbs km miles ticket tickets seat seats time times stop stops passport",
    "passports erwachsene erwachsener kinder kind babys personen passagiere reisende gäste koffer tasche taschen",
    "gepäckstück gepäckstücke stück nacht nächte tag tage woche wochen stunde stunden minuten uhr mal plätze adulto",
    "adultos niño niños persona personas maleta maletas noche noches día días semana semanas hora horas minutos",
    "veces billetes adulte adultes enfant enfants personnes valise valises sac sacs nuit nuits jour jours semaine",
    "semaines heure heures fois billets",
)
"""What is counted by the number before it: `2 adults`."""
_MONTHS: Final = word_set(
    "january february march april may june july august september october",
    "november december januar februar märz mai juni juli oktober dezember enero febrero marzo abril mayo junio",
    "julio agosto septiembre octubre noviembre diciembre janvier février mars avril juin juillet août septembre",
    "octobre novembre décembre",
)
"""What is dated by the number before it: `12 March`."""
_CLOCK: Final = word_set("at by before after until around um gegen ab bis las à vers")


def find_places(text: str, known: Collection[str]) -> Iterator[Span]:
    """Yield the part of an answer from the first telling word or number to the last, where it may be an address.

    That takes a number as houses or post codes have one and a word of no language, which is none of `known`: words of
    the company's own trade, in small letters. What is numbered (`gate 12`), counted (`2 adults`) or dated is no
    address, but a street's name is (`5 May Street`, `17 Juni 135`); nor are a number and one small word alone
    (`2 rucksacks`).
    """
    words = [*re.finditer(r"[^\s,;]+", text)]
    bare = [one[0].strip(_EDGES) for one in words]
    numbers = [at for at in range(len(words)) if _is_house(bare, at)]
    names = [at for at, word in enumerate(bare) if _is_telling(word, known) or _ends_street(bare, at)]
    if not numbers or not names or (len(numbers) == len(names) == 1 and _is_counted(bare, numbers[0], names[0])):
        return
    first, last = min(*numbers, *names), max(*numbers, *names)
    whole = text[words[first].start() : words[last].end()]
    yield Span(words[first].start(), words[first].start() + len(whole.rstrip(_EDGES)), "ADDRESS")


def _is_house(words: Sequence[str], at: int) -> bool:
    """Whether the word here has a figure that may be a house's or a post code's, by its neighbours too."""
    word = words[at]
    if not any(char.isdecimal() for char in word) or (_NO_HOUSE.fullmatch(word) and not _UK_POST.fullmatch(word)):
        return False
    behind = words[at + 1].casefold() if at + 1 < len(words) else ""
    before = next((bare for one in reversed(words[:at]) if (bare := one.casefold().rstrip(".")) not in _FILLERS), "")
    if behind in _MONTHS | _COUNTED:
        is_dated = behind in _MONTHS and at + 2 < len(words)
        is_street = _ends_street(words, at + 2) or (is_dated and _is_house(words, at + 2))
        return is_street and before not in _NUMBERED
    return before not in _NUMBERED and not (before in _CLOCK and not behind)


def _ends_street(words: Sequence[str], at: int) -> bool:
    """Whether the word here makes a street's name of what a number before it seems to count: `5 May Street`."""
    if not 2 <= at < len(words) or words[at].casefold().rstrip(".") not in _STREET:
        return False
    return words[at - 1].casefold() in _MONTHS | _COUNTED and any(char.isdecimal() for char in words[at - 2])


def _is_telling(word: str, known: Collection[str]) -> bool:
    """Whether the word, which holds no figure, is common nowhere."""
    is_word = any(char.isalpha() for char in word) and not any(char.isdecimal() for char in word)
    return is_word and word.casefold() not in _NUMBERED | _COUNTED | _MONTHS and not is_common(word, known)


def _is_counted(words: Sequence[str], number: int, name: int) -> bool:
    """Whether the only number counts the only word: in front of it, which is written small and is no street's."""
    word = words[name]
    is_street = _STREET_LIKE.search(word) is not None or _POST_CODE.fullmatch(words[number]) is not None
    return number < name and word == word.lower() and not is_street
