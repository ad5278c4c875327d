"""Where does a text hold a street with a house's number, which its shape shows in seven languages?"""

import re
from collections.abc import Iterator
from typing import Final

from governance.name_words import PROPER
from governance.personal import Span

# Every pattern is bounded. A seat ("Sitzplatz 12") and a gate ("Flugsteig 3") are no streets, so that endings which
# both have count with a post code behind them only.
_HOUSE: Final = r"[0-9]{1,4}(?:[ ]?[a-zA-Z](?![A-Za-z]))?(?:[-/][0-9]{1,4}[a-z]?)?"
_GERMAN: Final = (
    rf"(?:{PROPER}[ -]){{0,3}}(?:[^\W\d_a-zß-öø-ÿ][\w-]{{0,40}}?"
    r"(?:straße|strasse|str\.?|allee|gasse|chaussee|ufer|damm)"
    rf"|(?<=[ -])(?:Straße|Strasse|Str\.|Allee|Gasse|Chaussee|Ufer|Damm))[ ]{_HOUSE}(?!\w)"
)
_SMALL: Final = rf"[^\W\d_][\w-]{{2,40}}?(?:straße|strasse|str\.)[ ]{_HOUSE}(?!\w)"
_GERMAN_IN_TOWN: Final = (
    rf"[^\W\d_a-zß-öø-ÿ][\w-]{{0,40}}?(?:weg|platz|ring|markt|graben|pfad|hof|berg|garten|höhe|stieg)[ ]{_HOUSE}"
    rf"(?=,?\s{{1,2}}[0-9]{{4,5}}[ ]{PROPER})"
)
_KINDS: Final = r"(?:[Ss]treet|[Rr]oad|[Aa]venue|[Ll]ane|[Bb]oulevard|[Dd]rive)"
_SHORT: Final = (
    r"(?:St|Rd|Ave|Ln|Dr|Blvd|Ct|Close|Court|Square|Terrace|Gardens|Crescent|Parkway|Highway|Way|Place|Grove|Mews)"
)
_NO_STREET: Final = (
    r"(?!(?:the|an?|of|in|on|to|along|down|minutes?|mins?|hours?|days?|nights?|weeks?|blocks?|miles?|km|metres?|meters?"
    r"|lanes?|way|stars?|times|people|passengers|seats?|bags?|tickets?|euros?|eur|usd|dollars|pounds|[Oo]ne|[Ee]ach"
    r"|[Hh]alf|[Aa]nd|[Oo]r)\b)"
)
_ENGLISH: Final = (
    rf"[0-9]{{1,5}}[a-zA-Z]?(?:-[0-9]{{1,4}})?,?[ ](?:{_NO_STREET}[^\W\d_][\w'’.-]{{1,30}}[ ]){{1,3}}?"
    rf"(?:{_KINDS}|(?<=[a-z][ ]){_SHORT})\b"
)
_UNIT: Final = r"(?:[Ff]lat|[Aa]pt\.?|[Aa]partment|[Ss]uite|[Uu]nit)[ ]?#?[\w-]{1,6}"
_FRENCH: Final = (
    r"[0-9]{1,4}(?:[ ]?(?:bis|ter))?,?[ ](?:[Rr]ue|[Aa]venue|[Bb]d|[Bb]oulevard|[Pp]lace|[Aa]llée|[Ii]mpasse"
    r"|[Cc]hemin|[Qq]uai|[Cc]ours|[Rr]oute)[ ]"
    rf"(?:(?:de|du|des|la|le|les|l['’]|d['’])[ ]?){{0,3}}{PROPER}"
    rf"(?:[ -](?:(?:de|du|des|la|le)[ ]){{0,2}}{PROPER}){{0,3}}"
)
_SPANISH: Final = (
    r"(?:[Cc]alle|C/|[Aa]venida|[Aa]vda\.?|[Pp]laza|[Pp]aseo|[Cc]amino)[ ]?(?:(?:de|del|la|las|los|el)[ ]){0,3}"
    rf"{PROPER}(?:[ ](?:(?:de|del|la)[ ]){{0,2}}{PROPER}){{0,3}},?[ ](?:n[º°o]\.?[ ]?)?[0-9]{{1,4}}(?!\w)"
)
# "Via Lisbon 12 March" is a way: what follows the number ends the street.
_SOUTHERN: Final = (
    r"(?:Via|Viale|Piazza|Corso|Largo|Rua|Travessa|Praça|Alameda)[ ](?:(?:di|del|della|da|do|dos|das|de)[ ]){0,2}"
    rf"{PROPER}(?:[ ](?:(?:di|da|do|de)[ ])?{PROPER}){{0,3}},?[ ][0-9]{{1,4}}(?=[ ]*(?:[,;.\n]|$))"
)
_SWEDISH: Final = rf"{PROPER}(?:(?<=gatan)|(?<=vägen)|(?<=gränd))[ ]{_HOUSE}(?!\w)"
_STREET: Final = re.compile(
    rf"(?<![\w.,-])(?:{_UNIT},?[ ])?"
    rf"(?:{_ENGLISH}|{_FRENCH}|{_SPANISH}|{_SOUTHERN}|{_SWEDISH}|{_GERMAN}|{_GERMAN_IN_TOWN}|{_SMALL})"
    rf"(?:,?[ ]{_UNIT})?"
)
_TOWN: Final = rf"{PROPER}(?:[ -](?:(?:am|an|der|de|la|le|sur|upon|of)[ ]){{0,2}}{PROPER}){{0,2}}"
_UK: Final = r"[A-Z]{1,2}[0-9][0-9A-Z]?[ ]?[0-9][A-Z]{2}(?!\w)"
_US: Final = r"[A-Z]{2}[ ][0-9]{5}(?:-[0-9]{4})?(?!\w)"
_POST: Final = r"(?:[0-9]{4,5}|[0-9]{4}-[0-9]{3}|[0-9]{3}[ ][0-9]{2})"
_MORE: Final = re.compile(
    rf"(?:[ ]?[,\n][ ]?|[ ])(?:{_POST}[ ]{_TOWN}|(?:{_TOWN},?[ ])?(?:{_UK}|{_US}))"
    rf"|,[ ]{_TOWN}(?=[ ]*(?:[.,;!?\n]|$))"
)
_LONGEST: Final = 3  # lines behind the street


def find_streets(text: str) -> Iterator[Span]:
    """Yield streets with their number, together with the flat before or behind, and the town and post code behind."""
    for found in _STREET.finditer(text):
        end = found.end()
        for _ in range(_LONGEST):
            more = _MORE.match(text, end)
            if more is None:
                break
            end = more.end()
        yield Span(found.start(), end, "ADDRESS")
