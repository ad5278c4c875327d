"""Which words of a message answer a question for a name, an address or a date of birth?"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from governance.asked_places import find_places
from governance.asked_ways import find_ways
from governance.birthdays import DATE
from governance.common_words import is_common
from governance.name_words import PARTICLES
from governance.personal import TOKEN, Span, blank_out
from governance.words import word_set

CODE: Final = "CODE"
"""What is asked for is no personal value, but may be given beside one."""
_LONGEST: Final = 160
"""Characters. A longer message tells a story, and what it says of people is found by how it says it."""
_MOST_WORDS: Final = 12
_MOST_NAMES: Final = 6
"""Words of an answer, and those among them that may be names: more are words of a language that nobody reads here."""
_SENTENCE: Final = re.compile(r"[^.!?¿\n]*[.!?\n]*")
_ASKS: Final = re.compile(
    r"\?|\b(?:please|tell|give|need|require|enter|type|provide|share|state|spell|confirm|let me|and (?:the|your)|bitte"
    r"|nenn\w*|sag\w*|gib|geben|brauch\w*|benötig\w*|por favor|d[ií]ga\w*|d[ei]me|indi\w*|necesit\w*|facilit\w*"
    r"|s'il vous|donn\w*|besoin|précis\w*)\b",
    re.IGNORECASE,
)
_OF_NO_PERSON: Final = (
    r"(?<!user )(?<!user)(?<!product )(?<!company )(?<!file )(?<!hotel )(?<!brand )(?<!street )(?<!city )(?<!bank )"
    r"(?<!airline )(?<!airport )(?<!domain )(?<!login )(?<!merchant )(?<!employer )(?<!pet['’]s )(?<!company['’]s )"
    r"(?<!merchant['’]s )(?<!employer['’]s )(?<!airline['’]s )(?<!hotel['’]s )(?<!shop )(?<!shop['’]s )"
)
_OF_A_THING: Final = (
    r"(?!(?: (?:of|de|del|des|der|hat))?(?: (?:the|your|our|an?|both|das|der|die|el|la|le))? (?:l['’]|\w{1,20} )?"
    r"(?:cit(?:y|ies)|destinations?|hotels?|airports?|airlines?|banks?|company|employer|merchant|shop|products?|places?"
    r"|stations?|streets?|stadt|flughafens?|fluggesellschaft|firma|hôtel|ville|aéroport|ciudad|aeropuerto|aerolínea)\b"
    r"(?![ -](?:account|booking|reservation|ticket|passenger|travell?er|customer|guest|contact|holder|card|employee)))"
)
"""What is behind a name that is no person's: `name of the hotel`, but not `name of the hotel guest`."""
_NAME: Final = re.compile(
    rf"{_OF_NO_PERSON}\b(?:(?:sur|last|first|family|maiden|full|nach|vor|familien|geburts)-?)?namen?s?\b{_OF_A_THING}"
    r"|\bwho(?:m| is| are)? (?:am i|is travell?ing|is flying|are the (?:passengers|travell?ers)|is the\b)"
    r"(?! (?:manufacturer|merchant|carrier|airline|maker)\b)"
    r"|\bhei(?:ß|ss)en sie\b"
    rf"|\b(?:nombres?|apellidos?|se llama|prénoms?|noms?|vous appelez|cognome|nome|sobrenome|apelido|achternaam|naam)\b"
    rf"{_OF_A_THING}",
    re.IGNORECASE,
)
_NO_MAIL: Final = r"(?<!mail )(?<!mail-)(?<!mail)(?<!ip )(?<!web )"
_ADDRESS: Final = re.compile(
    rf"{_NO_MAIL}\baddress(?:es)?\b"
    r"|\bwhere (?:do you live|(?:should|shall|can|may) we (?:deliver|send|ship|bring|post))"
    rf"|{_NO_MAIL}\b(?:\w{{4,12}}anschrift|anschrift|(?:liefer|post|wohn)?adresse)\b"
    r"(?! (?:e-?mail|électr|de courriel))"
    r"|\bwo wohnen sie\b|\bwohin (?:sollen|dürfen) wir\b|\b(?:dirección(?! de correo| electr)|domicilio)\b"
    r"|\boù (?:habitez|faut-il livrer)",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"\b(?:codes?|pnr|references?|numbers?|\w{2,16}(?:nummer|code)|nummer|código|localizador|référence|numéro)\b",
    re.IGNORECASE,
)
_ALL_CAPITALS: Final = re.compile(r"[A-Z]{5,8}")
_BIRTH: Final = re.compile(
    r"\b(?:date of birth|birth ?date|birthday|dob|when were (?:you|they) born|geburts(?:datum|tag)|geboren"
    r"|fecha de nacimiento|nació|date de naissance|naissance|née?)\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_PARTICLES: Final = word_set(*PARTICLES, "vom dem das della du las los het ibn zum zur ten mac mc st")
_NO_FIRST: Final = frozenset(("der", "den", "dem", "das", "zum", "zur", "vom"))
"""Particles with which no name begins: `der Keller` is Keller."""
_JOINED: Final = re.compile(r"[ \u00a0]{1,2}")
_DAY: Final = re.compile(rf"(?<![\w.,/-]){DATE}(?![\w/-])", re.IGNORECASE)


def kinds_asked(said: str) -> frozenset[str]:
    """Return the kinds that the agent's last words ask for: `NAME`, `ADDRESS`, `DOB`, and `CODE` for any code.

    Linear in their length.
    """
    asking = [sentence for sentence in _SENTENCE.findall(said) if _ASKS.search(sentence) is not None]
    wanted = (("NAME", _NAME), ("ADDRESS", _ADDRESS), ("DOB", _BIRTH), (CODE, _CODE))
    return frozenset(kind for kind, words in wanted if any(words.search(sentence) for sentence in asking))


def may_answer(text: str) -> bool:
    """Return whether a message may be an answer: a story and a question of the customer's own are none."""
    return len(text) <= _LONGEST and not text.rstrip().endswith("?") and any(char.isalnum() for char in text)


def find_asked(text: str, asked: Collection[str], found: Sequence[Span], known: Collection[str]) -> list[Span]:
    """Return the spans of a short message that answer what was `asked`, in order.

    `found` is personal anyhow, and stays out. `known` are words of the company's own trade, which are nobody's name,
    in small letters.
    """
    if not asked or not may_answer(text):
        return []
    plain = _without(text, found)
    days = list(_days(plain)) if "DOB" in asked else []
    plain = _without(plain, days)
    places = list(find_places(plain, known)) if "ADDRESS" in asked else []
    plain = _without(plain, places)
    is_named = any(span.kind == "NAME" for span in found)
    names = list(_names(plain, known, beside_code=CODE in asked, is_named=is_named)) if "NAME" in asked else []
    return sorted([*days, *places, *names], key=lambda span: span.start)


def _without(text: str, found: Sequence[Span]) -> str:
    """The text, of the same length, with what is personal anyhow as line ends: nothing joins across them."""
    tokens = [Span(*token.span(), token[1]) for token in TOKEN.finditer(text)]
    return blank_out(text, [*found, *tokens], "\n")


def _days(text: str) -> Iterator[Span]:
    yield from (Span(*day.span(), "DOB") for day in _DAY.finditer(text))


def _names(text: str, known: Collection[str], *, beside_code: bool, is_named: bool) -> Iterator[Span]:
    """Each word that is common nowhere; of a journey's only where there is no other, nor `is_named` otherwise."""
    words = [one for one in _WORD.finditer(text) if not _touches_digit(text, one)]
    code = _code_in(text, words) if beside_code else None
    names = {one.start() for one in words if one is not code and not is_common(one[0], known)}
    others = names - find_ways(text, words, names)
    names = others if others or is_named else names
    if len(words) <= _MOST_WORDS and len(names) <= _MOST_NAMES:
        yield from _each(text, words, names)


def split_names(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return the spans with every name that was read as a whole in its words: who was asked for one takes the last."""
    parts: list[Span] = []
    for span in spans:
        words = [*_WORD.finditer(text, span.start, span.end)] if span.kind == "NAME" and not span.value else []
        parts += list(_each(text, words, {one.start() for one in words})) or [span]
    return parts


def _each(text: str, words: Sequence[re.Match[str]], names: Collection[int]) -> Iterator[Span]:
    """Each of these words that begins at one of `names`, with the particles before it; no initials."""
    particles: list[re.Match[str]] = []
    for one in words:
        name = one[0].rstrip(".")
        if one.start() not in names or _is_particle(one):
            particles = _with_particle(text, particles, one)
        elif len(name) > 1:
            yield Span(_begin(text, particles, one), one.start() + len(name), "NAME")
            particles = []


def _code_in(text: str, words: Sequence[re.Match[str]]) -> re.Match[str] | None:
    """The code that was asked for besides, where it is all letters: the first word in capitals, unless one has digits.

    Of `QWERTY` alone nobody knows which of the two it is; a name is seldom written so.
    """
    if any(char.isdecimal() for char in text):
        return None
    return next((one for one in words if _ALL_CAPITALS.fullmatch(one[0])), None)


def _is_particle(word: re.Match[str]) -> bool:
    return word[0].casefold().rstrip(".") in _PARTICLES


def _with_particle(text: str, before: list[re.Match[str]], one: re.Match[str]) -> list[re.Match[str]]:
    """The particles that stand directly before the next word, once this word has passed."""
    if not _is_particle(one):
        return []
    joined = before and _JOINED.fullmatch(text[before[-1].end() : one.start()])
    return [*before, one] if joined else [one]


def _begin(text: str, particles: list[re.Match[str]], name: re.Match[str]) -> int:
    """Where a name begins whose first word this is."""
    if not particles or not _JOINED.fullmatch(text[particles[-1].end() : name.start()]):
        return name.start()
    while particles and particles[0][0].casefold() in _NO_FIRST:
        particles = particles[1:]
    return particles[0].start() if particles else name.start()


def _touches_digit(text: str, word: re.Match[str]) -> bool:
    """Whether the letters are part of a code: `K7Q2LM`."""
    before, after = text[: word.start()][-1:], text[word.end() :][:1]
    return before.isdecimal() or after.isdecimal() or before == "_" or after == "_"
