"""Which names and addresses stand behind a label: in a form, a table, JSON or the query of an address?"""

import re
from collections.abc import Iterator
from typing import Final

from governance.name_words import NAME_WORD
from governance.personal import Span
from governance.words import word_set

_BEGINS: Final = r"(?:^|(?<=[\n|,;{&?(>]))[ \t\"'>*•\\-]{0,6}"
_BEFORE: Final = (
    r"(?:(?:full|first|last|family|given|middle|maiden|customer|passenger|travell?er|card[ _-]?holder"
    r"|account[ _-]?holder|guest|contact|sur|fore|my)(?:['’]s)?[ _-]?)"
)
_NAMES: Final = (
    rf"(?:{_BEFORE}{{0,2}}name|passenger|card[ _-]?holder|account[ _-]?holder|contact person"
    r"|(?:vor|nach|familien|geburts|kunden)?name|(?:karten|konto)inhaber(?:in)?|ansprechpartner(?:in)?|passagier"
    r"|(?:pré)?nom(?: de famille| complet)?|titulaire|nombre(?: completo)?|apellidos?|titular)"
)
_PLACES: Final = (
    r"(?:(?:home|postal|mailing|billing|delivery|shipping|current|new|old|street|my)[ _-]?){0,2}(?:address|street)"
    r"(?:[ _-]?(?:line)?[ _-]?[12])?|anschrift|(?:wohn|liefer|rechnungs)?adresse|straße|strasse|dirección|domicilio"
)
_CODES: Final = r"(?:post[ _-]?code|zip(?:[ _-]?code)?|plz|postleitzahl|code[ _-]postal|código[ _-]postal)"
_COLON: Final = r"(?:[ ]?\([^)\n]{1,30}\))?\\?[\"'*]{0,3}[ \t]{0,3}(?:[:=|]|[-–](?=[ ])|\t)[ \t]{0,3}\\?[\"'*]{0,3}"
_NO_LABEL: Final = r"(?![^\W\d_]{1,20}[ ]?[:=])"
_NAME_FIELD: Final = re.compile(
    rf"{_BEGINS}{_NAMES}{_COLON}"
    rf"(?P<value>{NAME_WORD}\.?(?:(?:[ +]|%20|[ ]?/[ ]?|,[ ](?=[^\W\d_]{{1,30}}[ \t]*(?:$|[\n|\"])))"
    rf"{_NO_LABEL}{NAME_WORD}\.?){{0,4}})",
    re.IGNORECASE | re.MULTILINE,
)
_PLACE_FIELD: Final = re.compile(
    rf"(?:{_BEGINS}|\bmy )(?:{_PLACES}){_COLON}(?P<value>[^\n|\"&;{{}}]{{4,120}})", re.IGNORECASE | re.MULTILINE
)
_CODE_FIELD: Final = re.compile(
    rf"\b{_CODES}(?:[ ](?:is|ist|est|es))?[ :=|\"']{{1,4}}"
    r"(?P<value>[A-Z]{1,2}[0-9][0-9A-Z]?[ ]?[0-9][A-Z]{2}|[0-9]{4}(?:[ ]?[A-Z]{2}|[0-9](?:-[0-9]{4})?))(?!\w)",
    re.IGNORECASE,
)
_NO_NAMES: Final = word_set(
    "not see same unknown none na as wrong misspelt misspelled change is the of for on in to",
    "adult adults child two three",
    "falsch unbekannt keine keiner siehe wie inconnu voir desconocido ver",
)


def find_form_fields(text: str) -> Iterator[Span]:
    """Yield what stands behind a label that calls it a name, an address (with a number in it) or a post code."""
    for found in _NAME_FIELD.finditer(text):
        if re.split(r"[\W_]", found["value"].casefold(), maxsplit=1)[0] not in _NO_NAMES:
            yield Span(*found.span("value"), "NAME")
    for found in _PLACE_FIELD.finditer(text):
        value = found["value"].rstrip(" .,'\\")
        if any(char.isdecimal() for char in value) and "@" not in value:
            yield Span(found.start("value"), found.start("value") + len(value), "ADDRESS")
    for found in _CODE_FIELD.finditer(text):
        yield Span(*found.span("value"), "ADDRESS")
