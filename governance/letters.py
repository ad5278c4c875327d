"""Which people does a letter name: who signs it, who is quoted in it, who is addressed with a title, whose relation?"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from governance.name_words import FULL_NAME, PROPER, PROPER_NAME
from governance.personal import Span

_TITLE: Final = r"(?:(?:Mr|Mrs|Ms|Mx|Dr|Prof|Herrn?|Frau|Señora?|Mme|Mlle|Monsieur|Madame)\b\.?|Sra?\.)"
_TITLED: Final = re.compile(
    rf"(?<![\w.])(?<!\d [A-Z]){_TITLE}(?:[ ](?:Dr|Prof)\.?){{0,2}}[ ](?P<value>(?:[A-Z]\.[ ]?){{0,2}}{PROPER_NAME})"
)
_STREET: Final = re.compile(r"\d[\w ]{0,30}[ ]$")
_FAREWELL: Final = (
    r"(?:(?:(?:with|kind|kindest|best|warm|warmest|many)[ ]){0,2}(?:regards|wishes|thanks)"
    r"(?:[ ]and[ ](?:best[ ]|kind[ ])?regards)?"
    r"|best|thank[ ]you|cheers|sincerely(?:[ ]yours)?|yours(?:[ ](?:sincerely|faithfully|truly))?"
    r"|mfg|vg|lg|(?:mit[ ])?(?:freundlichen?|besten?|herzlichen?|vielen?|lieben?|schönen?)[ ]"
    r"(?:grü(?:ß|ss)en?|dank)"
    r"|gru(?:ß|ss)|danke"
    r"|(?:bien[ ])?cordialement|bien[ ]à[ ]vous|salutations(?:[ ]distinguées)?|merci(?:[ ]d['’]avance)?"
    r"|sent[ ]from[ ]my[ ]\w{2,12}(?:[ ]\w{2,12})?|von[ ]meine[mr][ ]\w{2,12}(?:[ ]\w{2,12})?[ ]gesendet"
    r"|envoyé[ ]de[ ]mon[ ]\w{2,12}|enviado[ ]desde[ ]mi[ ]\w{2,12}"
    r"|(?:un[ ])?(?:cordial[ ])?saludos?(?:[ ]cordial(?:es)?)?|atentamente|(?:muchas[ ])?gracias)"
)
_SIGNED: Final = re.compile(
    rf"(?<!\w)(?i:{_FAREWELL})[ ,.!]{{0,3}}(?:\r?\n[ \t>]{{0,4}}){{1,3}}(?:{_TITLE}[ ])?"
    rf"(?P<value>(?:[A-Z]\.[ ]?){{0,2}}{PROPER_NAME})[ \t]*(?=\r?\n|$|[,|])"
    rf"|(?<!\w)(?i:{_FAREWELL}),?[ ](?P<beside>{FULL_NAME})[ \t]*[.!]?(?=\r?\n|$)"
)
_QUOTED: Final = re.compile(
    r"(?:^[ >]{0,6}(?:From|Von|De|Reply-To|Cc)[ ]?:[ ]|\bOn\b[^\n]{1,60}[,>][ ]|\b[Aa]m\b[^\n]{1,60}schrieb[ ])"
    rf"\"?(?P<value>{FULL_NAME}|{PROPER},[ ]{PROPER_NAME})\"?[ ]?(?:<(?P<mailbox>[^<>@\s]{{1,64}})@|wrote:|:)",
    re.MULTILINE,
)
_DISPLAYED: Final = re.compile(
    rf"\"(?P<value>{FULL_NAME}|{PROPER},[ ]{PROPER_NAME})\"[ ]?<(?P<mailbox>[^<>@\s]{{1,64}})@"
)
_OF_A_DESK: Final = re.compile(
    r"(?:no-?reply|support|service|info|help|hello|team|contact|kontakt|kundenservice|booking|office|sales|mail)",
    re.IGNORECASE,
)
_RELATED: Final = re.compile(
    r"\b[Mm]y (?:\w{1,10} )?(?:husband|wife|spouse|partner|fiancée?|son|daughter|child|mother|father|mum|mom|dad"
    r"|brother|sister|grandmother|grandfather|uncle|aunt|cousin|nephew|niece|friend|colleague|boss|assistant|lawyer),?"
    rf" (?P<value>{PROPER_NAME})"
)
_RELATED_ABROAD: Final = re.compile(
    r"\b(?:[Mm]eine[rn]? (?:Tochter|Mutter|Schwester|Freundin|Kollegin)"
    r"|[Mm]ein(?:e[mn])? (?:Mann|Sohn|Vater|Bruder|Freund|Kollege)"
    r"|[Mm](?:a (?:femme|fille|mère|sœur)|on (?:mari|fils|père|frère|amie?))"
    r"|[Mm]i (?:espos[ao]|marido|mujer|hij[ao]|madre|padre|herman[ao]|amig[ao])),?"
    rf" (?!Geburtstag|Urlaub|Probleme|Hilfe|Fieber|Angst)(?P<value>{PROPER_NAME})"
)
_BOOKED: Final = re.compile(
    r"\b(?:[Uu]nder (?:the|my) name(?: of)?|[Ii]n the name of|(?:booked|reserved|registered) under|[Mm]ade out to"
    r"|[Aa]uf den Namen|[Aa]u nom de|[Aa] nombre de"
    r"|(?:[Aa]ccount|[Cc]ard|[Pp]assport)[ -]?holder(?: is)?|(?:Konto|Karten)inhaber(?:in)?(?: ist)?):?"
    rf" (?P<value>{PROPER_NAME})"
)
_ON_A_TICKET: Final = re.compile(
    r"(?<![A-Z])(?P<value>[A-Z]{2,30}/[A-Z]{2,30}(?: [A-Z]{2,30}){0,2}?) ?(?:MRS?|MS|MISS|MSTR|CHD|INF|DR)(?![A-Za-z])"
)
_REACHED: Final = re.compile(
    rf"^[ >]{{0,4}}(?:[Cc]ontact: )?(?!{_TITLE})(?P<value>{FULL_NAME})"
    r"(?:,? ?[(<]?(?=[+0][0-9 /()-]{7}|[\w.+-]{1,64}@)|,? \(?(?=(?i:dob|born|geb\.|geboren|passport)\b))",
    re.MULTILINE,
)
_GREETS: Final = re.compile(
    rf"\b(?i:hi|hello|hey|good (?:morning|afternoon|evening)|dear \w{{2,15}})[,!.]?[ ](?:[Tt]here[,!.]?[ ])?"
    rf"(?:I['’]m|I am|[Ii]t['’]s)[ ](?P<value>{PROPER})(?=[ ]?(?:[.,!\n]|and\b|from\b|here\b|$))"
)
_LISTED: Final = re.compile(
    rf"\b(?:[Pp]assengers?|[Tt]ravell?ers?)(?: names)?(?: are| is|:) {FULL_NAME}"
    rf"(?:(?:, and |, | and | & ){FULL_NAME}){{0,8}}"
)
_ADDRESSED: Final = re.compile(rf"(?:^|\n)[ >]{{0,4}}(?P<value>{FULL_NAME})[ ]*,?\r?\n[ >]{{0,4}}$")
_LONGEST_LINE: Final = 90
_ONE: Final = re.compile(FULL_NAME)
_NO_NAMES: Final = re.compile(
    rf"(?i:{_FAREWELL}|customer|service|phone|mobile|please|call|sent|gesendet|envoyé|enviado|regards|team|hello"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|.*\b(?i:team|support|service)$"
)


def find_signer(text: str) -> Iterator[Span]:
    """Yield the names by which a letter's author signs it or, behind a greeting, says who they are."""
    for found in (*_SIGNED.finditer(text), *_GREETS.finditer(text)):
        group = next(name for name, value in found.groupdict().items() if value)
        if _NO_NAMES.match(found[group]) is None:
            yield Span(*found.span(group), "NAME")


def find_in_letters(text: str) -> Iterator[Span]:
    """Yield the names of who signs, of who is quoted with a mailbox of their own, behind titles and relations."""
    for found in _TITLED.finditer(text):
        if _STREET.search(text, max(0, found.start() - 32), found.start()) is None:
            yield Span(*found.span("value"), "NAME")
    yield from find_signer(text)
    for pattern in (_QUOTED, _DISPLAYED):
        for found in pattern.finditer(text):
            if found["mailbox"] is None or _OF_A_DESK.match(found["mailbox"]) is None:
                yield Span(*found.span("value"), "NAME")
    for pattern in (_RELATED, _RELATED_ABROAD, _BOOKED, _ON_A_TICKET, _REACHED):
        yield from _named(pattern, text)
    for found in _LISTED.finditer(text):
        yield from (Span(*one.span(), "NAME") for one in _ONE.finditer(text, found.start() + 10, found.end()))


def find_addressees(text: str, streets: Sequence[Span]) -> Iterator[Span]:
    """Yield the names that stand alone in the line above a street."""
    for street in streets:
        if found := _ADDRESSED.search(text, max(0, street.start - _LONGEST_LINE), street.start):
            yield Span(*found.span("value"), "NAME")


def _named(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    for found in pattern.finditer(text):
        if _NO_NAMES.match(found["value"]) is None:
            yield Span(*found.span("value"), "NAME")
