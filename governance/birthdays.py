"""Where does a text say on which day somebody was born?"""

import re
from collections.abc import Iterator
from typing import Final

from governance.personal import Span

_MONTH: Final = r"(?:\d{1,2}|[^\W\d_]{3,10}\.?)"
_ORDINAL: Final = r"(?:st|nd|rd|th|er)?"
DATE: Final = (
    r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{8}"
    rf"|\d{{1,2}}{_ORDINAL}[ ./-]{{1,2}}(?:(?:of|de) )?{_MONTH}[ ./,-]{{1,2}}(?:(?:of|del?) )?['’]?\d{{2,4}}"
    rf"|[^\W\d_]{{3,10}}\.?[ -]\d{{1,2}}{_ORDINAL}[ ,-]{{1,2}}\d{{2,4}})"
)
"""A day of a year in figures or with the month's name, in the order and with the marks of five languages."""
_JOIN: Final = (
    r"(?:[ ]?(?:['’]s|is|was|ist|est|es|the|am|on|le|el|den|der|:|=|\||\([^)\n]{1,14}\)|\\?[\"'*]{1,2}|,)[ ]?){0,5}"
)
_BORN: Final = re.compile(
    r"(?<![^\W\d_])(?:d\.?o\.?b\.?|date[ _-]?of[ _-]?birth|birth[ _-]?(?:date|day)|born"
    r"|geburts(?:datum|tag)|geb\.|geboren|né(?:e|\(e\))?|date de naissance|naissance"
    r"|fecha de nacimiento|nac[ií](?:d[oa])?|cumpleaños)"
    rf"[ ]?{_JOIN}[ ]?(?P<value>{DATE})(?!\w)",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(
    rf"(?<!\w)(?P<value>{DATE})[ ]"
    r"(?:geboren\b|\(?(?:dob|date of birth|geburtsdatum)\b)",
    re.IGNORECASE,
)
# A month alone with a year, or a day of the year: only where nothing but a birth can be meant.
_ROUGHLY: Final = re.compile(
    r"\b(?:born|geboren|née?|nací)(?: in| im| en)(?: the)? (?P<month>[^\W\d_]{3,10} (?:19|20)[0-9]{2})(?!\w)"
    r"|\b(?:(?:my|his|her) birthday(?: is|['’]s)|[^\W\d_]{2,20}['’]s birthday(?: is)?)(?: on)?(?: the)?"
    r" (?P<day>[0-9]{1,2}(?:st|nd|rd|th)?(?: of)? [^\W\d_]{3,10}|[^\W\d_]{3,10} [0-9]{1,2}(?:st|nd|rd|th)?)(?!\w)",
    re.IGNORECASE,
)


def find_birthdays(text: str) -> Iterator[Span]:
    """Yield the dates that words of four languages call a birth's; any other date is a journey's or a payment's."""
    for pattern in (_BORN, _BEHIND):
        yield from (Span(*found.span("value"), "DOB") for found in pattern.finditer(text))
    for found in _ROUGHLY.finditer(text):
        yield Span(*found.span("month" if found["month"] else "day"), "DOB")
