"""What do customers say about themselves in German, French and Spanish: a name, an address?"""

import re
from collections.abc import Iterator
from typing import Final

from governance.name_words import FULL_NAME, NAME_WORD
from governance.personal import Span
from governance.words import word_set

_STOP: Final = (
    r"(?!(?:und|aber|oder|mit|ich|mein|meine|der|die|das|ist|aus|bei|für|wie|bitte|habe|hab|brauche|möchte|will|im|auf"
    r"|et|mais|avec|je|mon|ma|est|pour|sur|dans|s['’]il"
    r"|y|pero|con|yo|mi|es|para|por|en|tengo|quiero|necesito)\b)"
)
_VALUE: Final = rf"(?P<value>{_STOP}{NAME_WORD}(?: {_STOP}{NAME_WORD}){{0,3}})"
_NAME: Final = re.compile(
    r"\b(?:(?:mein|sein|ihr|unser)e?[nrs]? (?:voller |vollständiger )?"
    r"(?:vor|nach|familien|mädchen)?name (?:ist|lautet|war)"
    r"|ich hei(?:ß|ss)e|(?:er|sie|tochter|sohn|frau|mann|kind|mutter|vater|freund(?:in)?) hei(?:ß|ss)t"
    r"|(?:mon|son|notre|ton) (?:nom(?: de famille| complet)?|prénom) est|(?:je m|il s|elle s)['’]appelle"
    r"|me llamo|se llama|(?:mi|su|nuestro) (?:nombre(?: completo)?|apellido) es|mis apellidos son)"
    rf"[ :]+{_VALUE}",
    re.IGNORECASE,
)
_NO_NAMES: Final = word_set(
    "falsch nicht leider so anders mal auch noch jetzt wieder", "faux pas aussi", "incorrecto no así"
)
# German writes every noun with a capital, so that the name has to end its clause.
_INTRODUCED: Final = re.compile(
    r"\b(?:[Hh]ier (?:ist|spricht|schreibt)|[Jj]e suis|[Ii]ci|[Ss]oy|[Ll]e habla)"
    rf" (?:Frau |Herr )?(?P<value>{FULL_NAME})"
    rf"|\b[Ii]ch bin (?:die |der |Frau |Herr )?(?P<ended>{FULL_NAME})(?=\s*(?:[.,;!?\n]|$|und\b|aus\b|von\b))"
)
_PLACE: Final = re.compile(
    r"\b(?:ich wohne|wir wohnen|ich lebe|wohnhaft)(?: jetzt| nun)?(?: in der| in dem| im| in| am| an der| auf der)?"
    r"|\b(?:j['’]habite|nous habitons|je vis)(?: maintenant)?(?: au| à| en| dans)?"
    r"|\b(?:vivo|vivimos|resido)(?: ahora)? en"
    r"|\b(?:(?:meine|unsere|die) (?:neue |alte )?(?:(?:wohn|liefer|rechnungs|heimat)?adresse|anschrift) (?:ist|lautet)"
    r"|(?:mon|notre|l['’])\s?(?:nouvelle )?adresse est|(?:mi|nuestra) (?:nueva )?dirección es)",
    re.IGNORECASE,
)
_UP_TO: Final = re.compile(r"[ :]{1,3}(?P<value>[^\n;?!]{4,120}?)(?=\.(?:\s(?!\d)|$)|[\n;?!]|$)")


def find_in_tongues(text: str) -> Iterator[Span]:
    """Yield names and addresses by the words that introduce them; an address has a number."""
    for found in _NAME.finditer(text):
        if found["value"].split()[0].casefold() not in _NO_NAMES:
            yield Span(*found.span("value"), "NAME")
    for found in _INTRODUCED.finditer(text):
        yield Span(*found.span("value" if found["value"] else "ended"), "NAME")
    for said in _PLACE.finditer(text):
        found = _UP_TO.match(text, said.end())
        if found is not None and any(char.isdecimal() for char in found["value"]):
            yield Span(*found.span("value"), "ADDRESS")
