"""Does a figure follow from those that the reply states beside it, each of which is backed by itself?

"3.90 EUR a month, 46.80 EUR a year", "1.25 percent of 8000 EUR makes 100 EUR", "there and back that's twice as much".
A word of the sentence declares which of these it is.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

from governance.records import Record
from governance.wording import Figures, Wording

_MONTHS: Final = 12
_MOST: Final = 24  # figures of one unit that are tried
_YEARLY: Final = re.compile(
    r"\b(?:(?:a|per|each|every|the|one|12|1) (?:full |whole )?years?|yearly|annual(?:ly)?|12 months"
    r"|(?:im|pro|jedes) years?|jährlich|(?:al|por) years?|anual(?:es|mente)?|(?:par|l') ?years?|annuel\w*)\b",
    re.IGNORECASE,
)
_MONTHLY: Final = re.compile(r"\bmonth", re.IGNORECASE)
_PART: Final = re.compile(
    r"%|\b(?:per ?cent|prozent|por ciento|pour cent|half|quarter|third|fifth|tenth|interest|zinsen|intereses|intérêts"
    r"|hälfte|mitad|moitié)\b",
    re.IGNORECASE,
)
EACH: Final = re.compile(
    r"\b(?:each|apiece|(?:a|per|every) (?:person|head|passenger|ticket|traveller|night|month)|pro (?:person|kopf|nacht)"
    r"|je(?:weils)?|por persona|cada un[oa]|par personne|chacune?)\b",
    re.IGNORECASE,
)
_FEWEST: Final = 2
_LARGEST: Final = 31  # parts


def work_out(
    value: Decimal, unit: str, wording: Wording, stated: Figures, near: Sequence[Record], records: Sequence[Record]
) -> str:
    """Return from where an amount follows, or an empty text. `near`: records with this unit on what is said."""
    if wording.find(_YEARLY) and (source := _twelve_months(value, unit, stated, near)):
        return source
    if wording.find(_PART):
        shares = {one for record in records for one in record.of_unit("percent")} | set(stated.last("percent", _MOST))
        if _is_part(value, unit, shares, stated, near):
            return "a part of an amount"
    if wording.find(EACH):
        return next((f"each, {one.source}" for one in near if one.text and _all_of(one, unit) == value), "")
    return ""


def _twelve_months(value: Decimal, unit: str, stated: Figures, records: Sequence[Record]) -> str:
    """Twelve times what is due each month: by a rule that says so, by a result, or by the reply."""
    month = value / _MONTHS
    monthly = (one for one in records if not one.text or _MONTHLY.search(one.text))
    source = next((one.source for one in monthly if month in one.of_unit(unit)), "")
    return f"12 months, {source or 'the amounts stated'}" if source or month in stated.last(unit, _MOST) else ""


def _is_part(value: Decimal, unit: str, shares: set[Decimal], stated: Figures, near: Sequence[Record]) -> bool:
    """Whether it is one of these percentages, or what is left, of an amount that is held, or stated and so backed."""
    held = islice((one for record in near for one in record.of_unit(unit)), _MOST)
    wholes = {*held, *stated.last(unit, _MOST)} - {value}
    parts = {part for share in islice(shares, _MOST) for part in (share, 100 - share)}
    return any(abs(whole * part / 100 - value) < 1 for whole in wholes for part in parts)


def split_up(value: Decimal, unit: str, many: Sequence[Decimal], stated: Figures, near: Sequence[Record]) -> str:
    """Return from where an amount is one of so many equal parts, to the cent, or an empty text."""
    numbers = {one for one in many if one == one.to_integral_value() and _FEWEST <= one <= _LARGEST}
    held = islice((one for record in near for one in record.of_unit(unit)), _MOST)
    wholes = {*held, *stated.last(unit, _MOST)} - {value}
    parts = any(2 * abs(value * number - whole) <= number for number in numbers for whole in wholes)
    return "the parts of an amount" if parts else ""


def _all_of(record: Record, unit: str) -> Decimal | None:
    """Every alternative of a rule together: one more bag each, on a light, a classic and a flex fare."""
    values = [value.number for value in record.values if value.unit == unit]
    return sum(values, Decimal(0)) if len(values) > 1 else None
