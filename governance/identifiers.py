"""Where does a text hold a number by which a state, a network or a calendar knows a person?"""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from governance.cards import passes_luhn
from governance.personal import Span

NATIONAL_ID: Final = "NATIONAL_ID"

_DIGIT: Final = re.compile(r"[0-9]")
_LETTER: Final = re.compile("[A-Za-z]")
_SSN: Final = re.compile(r"(?<![\w-])(?!000|666|9)[0-9]{3}([ -])(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![\w-])")
_NINO: Final = re.compile(
    r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?[0-9]{2}){3} ?[A-D](?!\w)", re.IGNORECASE
)
_CODICE: Final = re.compile(r"(?<!\w)[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z](?!\w)", re.IGNORECASE)
_DNI: Final = re.compile(r"(?<!\w)(?P<number>[XYZ]?[0-9]{7,8})-?(?P<letter>[A-Z])(?!\w)", re.IGNORECASE)
_DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_NIR: Final = re.compile(
    r"(?<!\w)(?P<number>[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]|[2-9][0-9]) ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3}) ?"
    r"(?P<check>[0-9]{2})(?!\w)"
)
_PERSONNUMMER: Final = re.compile(r"(?<!\w)(?:19|20)?(?P<number>[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{2}[-+][0-9]{4})(?!\w)")
_STATED: Final = re.compile(
    r"\b(?:passport|(?:driv(?:er|ing)(?:['’]?s)? )?licen[cs]e|id card|identity card|national id|social security|ssn"
    r"|nino?|national insurance|tax id(?:entification)?|tax(?= number)|personnummer"
    r"|(?:steuer|sozialversicherungs|versicherten|renten|reisepass|pass|(?:personal)?ausweis|führerschein)-?"
    r"(?:nummer|nr\.?|id(?:nr\.?|-?nummer)?)|reisepass|personalausweis|führerschein|pass(?= (?:hat|nr|nummer))"
    r"|passeport|permis de conduire|carte d['’]identité|sécurité sociale"
    r"|pasaporte|(?:carn[ée]t|permiso) de conducir|seguridad social|dni|nie|nif)"
    r"(?: (?:hat die )?(?:number|no\.?|nr\.?|code|id|nummer|número|numéro))?"
    r"(?:\s?(?:is|ist|lautet|est|es|:|#|=|,))?[ :#\n]{1,3}"
    r"(?P<value>(?=[A-Za-z-]{0,8}[0-9])[A-Za-z0-9][A-Za-z0-9-]{4,19}(?:/[0-9]{2,5}){0,2}"
    r"|(?-i:(?=[A-Z ]{0,8}[0-9])(?:[A-Z0-9]{1,10}[ /-]){1,7}[A-Z0-9]{1,10}))(?![\w-])",
    re.IGNORECASE,
)
_IP: Final = re.compile(
    r"(?<![\w.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]|\.\w)", re.I
)


def find_identifiers(text: str) -> Iterator[Span]:
    """Yield national numbers (by shape and check digits, or because they are called so) and network addresses."""
    if _DIGIT.search(text) is not None:
        yield from (Span(*found.span(), NATIONAL_ID) for found in _SSN.finditer(text))
        for pattern, is_right in ((_NIR, _is_nir), (_PERSONNUMMER, _is_personnummer)):
            yield from (Span(*found.span(), NATIONAL_ID) for found in pattern.finditer(text) if is_right(found))
        yield from _find_lettered(text) if _LETTER.search(text) is not None else ()
    yield from (Span(*found.span(), "IP") for found in _IP.finditer(text) if _is_address(found[0]))


def _find_lettered(text: str) -> Iterator[Span]:
    """Numbers with letters in them, or called by a word."""
    for pattern in (_NINO, _CODICE):
        yield from (Span(*found.span(), NATIONAL_ID) for found in pattern.finditer(text))
    yield from (Span(*found.span(), NATIONAL_ID) for found in _DNI.finditer(text) if _is_dni(found))
    yield from (Span(*found.span("value"), NATIONAL_ID) for found in _STATED.finditer(text))


def _is_dni(found: re.Match[str]) -> bool:
    """Spain: the letter is the number modulo 23; a foreigner's begins with X, Y or Z for 0, 1 or 2."""
    number = found["number"].upper()
    if number[0] in "XYZ":
        number = str("XYZ".index(number[0])) + number[1:]
    return len(number) == 8 and _DNI_LETTERS[int(number) % 23] == found["letter"].upper()


def _is_nir(found: re.Match[str]) -> bool:
    """France: the last two digits are 97 minus the rest modulo 97; Corsica's departments count as 19 and 18."""
    number = found["number"].replace(" ", "").replace("2A", "19").replace("2B", "18")
    return len(number) == 13 and 97 - int(number) % 97 == int(found["check"])


def _is_personnummer(found: re.Match[str]) -> bool:
    """Sweden: ten digits that pass Luhn."""
    return passes_luhn(found["number"].replace("-", "").replace("+", ""))


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback)
