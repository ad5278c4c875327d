"""Does what a sentence states follow from what is known, by a function that the sentence declares?

"in all" adds the amounts of one record, "there and back" doubles one, "dearer" subtracts two, "about" rounds one, "a
day before departure" goes back from a known moment; what follows from the reply's own figures is `worked_out`. Without
its word, no function is tried.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Final

from governance.asked_amounts import left_of
from governance.claims import Claim, Form
from governance.known_moments import (
    from_moments,
    from_now,
    is_nights_apart,
    minutes_apart,
    minutes_between,
    minutes_from,
)
from governance.records import Record, value_of
from governance.rounded import follows_about
from governance.subject import subject_of
from governance.wording import Figures, Wording
from governance.worked_out import EACH, split_up, work_out
from governance.working_days import ends_working_days

_TOGETHER: Final = 4  # amounts that are added at most
_MOMENTS: Final = 16  # of one request that are compared
_SUM: Final = re.compile(
    r"\b(?:totals?|in all|all in|all told|altogether|together|sum|both|combined|overall|adds? up|on top of|plus"
    r"|zusammen|insgesamt|summe|en total|juntos|suma|au total|en tout)\b|[+=] ?[€$£]?\d",
    re.I,
)
_MOVED: Final = re.compile(
    r"\b(?:spen[dt]|paid|(?:came|come|went|gone?|goes) (?:in|out|to|on)|ausgegeben|gast(?:ó|ado|aron)|dépensé\w*)\b",
    re.I,
)
_TIMES: Final = re.compile(
    r"\b(?:(?P<n>[2-9]) (?!per cent)[a-z]|(?P<two>there and back|round trip|return trip|both ways|both directions"
    r"|twice|double|hin und zurück|ida y vuelta|aller-retour))",
    re.I,
)
_TOGETHER_OR_EACH: Final = re.compile(r"\b(?:each|together|in all|altogether|in total)\b", re.I)
_LESS: Final = re.compile(
    r"\b(?:dearer|cheaper|more|less|lower|higher|differences?|sav(?:es?|ings?)|before|remain\w*|rest|left"
    r"|leav(?:es?|ing)|günstiger|billiger|teurer|weniger|unterschied|bleib\w+|menos|diferencia|qued\w+|moins"
    r"|différence|reste\w*)\b",
    re.I,
)
_ABOUT: Final = re.compile(
    r"\b(?:(?P<below>almost|nearly|just under|a little under|not quite|close to|up to almost|knapp|fast|casi"
    r"|presque|près de)"
    r"|(?P<above>over|more than|just over|a little over|a bit (?:more than|over)|a good|slightly more than)"
    r"|about|around|roughly|approximately|approx\.?|some|circa|ca\.|etwa|rund|ungefähr|unos|unas|aproximadamente"
    r"|environ|autour de)[ \u00a0€$£¥]*$",
    re.I,
)
_APART: Final = re.compile(
    r"\b(?:later|earlier|after|before|late|delay(?:ed)?|longer|shorter|between|apart|takes?)\b", re.I
)
_LEAVES: Final = re.compile(
    r"\b(?:leaves?|left|until|till|to spare|in hand|between|before|after|later|earlier)\b", re.I
)
_LACKS: Final = re.compile(r"\b(?:short of|shy of|over|past|beyond|under|below|above)\b", re.I)
# What is found is a choice among what was read: it may be fewer, and never more.
_FOUND: Final = re.compile(
    r"\b(?:i|we)(?:'ve| have)? found (?P<n>[2-9]) (?:(?:other|more|free|later|earlier) )?(?P<what>[a-z]+)\b", re.I
)
_LOOK_BACK: Final = 48  # characters before a figure in which a word for "about" ends
_ROUNDED: Final = Decimal("0.10")
_DIGITS: Final = 2  # significant ones of a rounded figure


def derive(
    claim: Claim,
    wording: Wording,
    told: Callable[[], Figures],
    records: Sequence[Record],
    today: date,
    said: Collection[Form] = (),
) -> str:
    """Return from where a claim of this sentence (its numbers in digits) follows, or an empty text. Bounded.

    `told` gives the figures of the end of the reply up to here: sums and differences are of figures that stand in it,
    or stand together. `said`: by the customer, who may have told for how many it is.
    """
    for form in claim.forms:
        if form[0] in ("date", "time"):
            source = from_moments(form, wording, told(), records)
            if not source and ends_working_days(claim, wording.text, told(), today):
                source = "the working days stated"
        else:
            source = _from_values(form, claim, wording, told, records, today) or _split(
                form, wording, told, records, said
            )
            source = source or from_now(form, claim, wording, records, today) or left_of(form, wording, records, said)
            source = source or _between(form, wording, told, records, said)
        if source:
            return source
    return ""


def _split(
    form: Form, wording: Wording, told: Callable[[], Figures], records: Sequence[Record], said: Collection[Form]
) -> str:
    """The part of each, where the reply or the customer has said how many there are."""
    value = value_of(form)
    if value is None or not value[1].isupper() or not wording.find(EACH):
        return ""
    many = [*told().last("count", _MOMENTS), *(Decimal(number) for kind, number in said if kind == "count")]
    return split_up(*value, many, told(), _about_the_same(wording, records, value[1]))


def _between(
    form: Form, wording: Wording, told: Callable[[], Figures], records: Sequence[Record], said: Collection[Form]
) -> str:
    """The time between two that the reply or the customer says, and what a length lacks of another."""
    value = value_of(form)
    if value is None or value[1] != "minute":
        return ""
    times = {*told().times, *(normal for kind, normal in said if kind == "time")} if wording.find(_LEAVES) else set()
    if any(value[0] == minutes_between(one, two) for one, two in combinations(sorted(times), 2)):
        return "the times stated"
    lengths = told().last("minute", _MOMENTS) if wording.find(_LACKS) else []
    apart = minutes_apart(records) if lengths else ()
    return "the lengths stated" if any(abs(one - two) == value[0] for one in apart for two in lengths) else ""


def _from_values(
    form: Form,
    claim: Claim,
    wording: Wording,
    told: Callable[[], Figures],
    records: Sequence[Record],
    today: date,
) -> str:
    stated = value_of(form)
    if stated is None:
        return ""
    value, unit = stated
    if unit == "count" and (source := _found(value, claim, wording, records)):
        return source
    if rounded := _ABOUT.search(wording.text, max(0, claim.at - _LOOK_BACK), claim.at):
        source = next((f"about, {source}" for source in _near(value, unit, rounded, records, today)), "")
        if source or not unit.isupper():
            return source
        if source := work_out(value, unit, wording, told(), records, records):
            return source
        near, factors = _about_the_same(wording, records, unit), _factors(wording)
        follows = follows_about(value, unit, rounded, factors, told(), near, records)
        return "about the amounts known" if follows else ""
    if unit == "percent":
        return _share(value, records)
    if unit == "night":
        return "the days between" if is_nights_apart(value, records) else ""
    if (wording.find(_SUM) or wording.find(_MOVED)) and (source := _total(value, unit, records)):
        return f"total, {source}"
    near, stated = _about_the_same(wording, records, unit), told()
    if wording.find(_SUM) and (source := _sum(value, unit, near, stated)):
        return f"sum, {source}"
    factors = _factors(wording) if unit.isupper() or wording.find(_TOGETHER_OR_EACH) else ()
    if factors and (source := _multiple(value, unit, factors, near, stated)):
        return source
    if wording.find(_LESS) and (source := _difference(value, unit, near, wording, stated)):
        return f"difference, {source}"
    if wording.find(_LESS) and (source := _changed(value, unit, records, stated)):
        return f"difference, {source}"
    if unit == "minute" and wording.find(_APART) and value in minutes_apart(records):
        return "the times between"
    return work_out(value, unit, wording, stated, near, records) if unit.isupper() else ""


def _total(value: Decimal, unit: str, records: Sequence[Record]) -> str:
    """All amounts of a list that have one value of a field: what went to one payee, all that came in."""
    return next((one.source for one in records if one.is_totals and value in one.of_unit(unit)), "")


def _found(value: Decimal, claim: Claim, wording: Wording, records: Sequence[Record]) -> str:
    """As many things as a sentence says were found stand in lists of this name: flights in `flights`."""
    found = wording.find_at(_FOUND, "n", claim.at)
    if found is None:
        return ""
    what = subject_of(found["what"])
    listed = [one for one in records if one.family and subject_of(one.family.rpartition(" ")[2]) & what]
    return f"among those found, {listed[0].source}" if len(listed) >= value else ""


def _about_the_same(wording: Wording, records: Sequence[Record], unit: str) -> list[Record]:
    """The records with this unit that share a word with the sentence; where none does, those that were read for it."""
    holding = [record for record in records if any(value.unit == unit for value in record.values)]
    return [record for record in holding if record.about & wording.about] or [one for one in holding if not one.general]


def _sum(value: Decimal, unit: str, records: Sequence[Record], stated: Figures) -> str:
    """Of the amounts of one object, of one list, of those that the reply states, or of one of these and a known one."""
    if stated.add_up_to(value, unit) or stated.stands_beside_its_parts(value, unit):
        return "the amounts stated"
    for source, values in _together(records, unit):
        if any(sum(some) == value for size in range(2, _TOGETHER + 1) for some in combinations(values, size)):
            return source
    others = stated.besides(value, unit)
    held = ((record.source, record.of_unit(unit)) for record in records)
    return next((source for source, values in held if any(value - one in values for one in others)), "")


def _together(records: Sequence[Record], unit: str) -> Iterator[tuple[str, Sequence[Decimal]]]:
    """Yield the values of each object of a result, and one column of each list. A text's are alternatives, no sum."""
    lists: dict[str, list[Decimal]] = {}
    for record in records:
        if record.family:
            values = record.of_unit(unit)[: 2 * _TOGETHER]
            yield record.source, values
            lists.setdefault(record.family, []).extend(values[:1])
    for family, values in lists.items():
        yield family, values[: 2 * _TOGETHER]


def _factors(wording: Wording) -> Sequence[int]:
    """How often, by each word that says so, and there and back for as many."""
    found = wording.find_some(_TIMES)
    many = [int(one["n"]) for one in found if one["n"]]
    return list(dict.fromkeys([*many, *([2, *(2 * one for one in many)] if len(many) < len(found) else ())]))


def _multiple(value: Decimal, unit: str, factors: Sequence[int], records: Sequence[Record], stated: Figures) -> str:
    """Of a figure that is held, or that the reply states."""
    for factor in factors:
        found = (record.source for record in records if value / factor in record.of_unit(unit))
        told = "the amounts stated" if value / factor in stated.last(unit, _MOMENTS) else ""
        if source := next(found, told):
            return f"{factor} times, {source}"
    return ""


def _difference(value: Decimal, unit: str, records: Sequence[Record], wording: Wording, stated: Figures) -> str:
    """Between two of one object, of one list, of the reply, or one of these and a known one.

    Within one sentence of a text only where that sentence is about all that is compared.
    """
    if stated.lie_apart_by(value, unit):
        return "the amounts stated"
    known = wording.about & frozenset[str]().union(*(record.about for record in records))
    texts = ((one.source, one.of_unit(unit)) for one in records if not one.family and known <= one.about)
    for source, values in (*_together(records, unit), *texts):
        if any(abs(one - two) == value for one, two in combinations(values, 2)):
            return source
    return ""


def _changed(value: Decimal, unit: str, records: Sequence[Record], stated: Figures) -> str:
    """Between a figure of the reply and one that a tool has returned: what it was before."""
    others = stated.besides(value, unit)
    held = ((record.source, record.of_unit(unit)) for record in records if record.family)
    return next((source for source, values in held if any(abs(value - one) in values for one in others)), "")


def _share(value: Decimal, records: Sequence[Record]) -> str:
    """A percentage is, to its last digit, the share of one amount in another, in all of its record or of a list."""
    exponent = min(0, int(value.as_tuple().exponent))
    last = Decimal(1).scaleb(exponent)
    for source, values, wholes in _shares(records):
        if any((100 * one / whole).quantize(last) == value for one in values for whole in wholes if one != whole):
            return f"share, {source}"
    return ""


def _shares(records: Sequence[Record]) -> Iterator[tuple[str, set[Decimal], set[Decimal]]]:
    """Yield amounts of one currency, and of which wholes they may be the share; a sum of fields is held, too."""
    held = {one.number for record in records for one in record.values if one.unit.isupper()}
    lists: dict[tuple[str, str], list[Decimal]] = {}
    for record in records:
        for unit in {one.unit for one in record.values if one.unit.isupper()}:
            values = [one.number for one in record.values if one.unit == unit and one.number][: 2 * _MOMENTS]
            whole = sum(values, Decimal(0))
            yield record.source, set(values), {*values, *({whole} & held)} if len(values) > 1 else set()
            if record.family and len(values) == 1:
                lists.setdefault((record.family, unit), []).extend(values)
    for (family, _), values in lists.items():
        if 1 < len(values) <= _MOMENTS:
            yield family, set(values), {sum(values, Decimal(0))}


def _near(value: Decimal, unit: str, said: re.Match[str], records: Sequence[Record], today: date) -> Iterator[str]:
    """Where values stand that this rounded figure may be said for, in the direction that the sentence names."""
    if len(str(value.normalize().as_tuple().digits).strip("(,)").split(",")) > _DIGITS and unit != "minute":
        return
    exact = [(one, record.source) for record in records for one in record.of_unit(unit)]
    if unit == "minute":
        exact += [(one, "the times between") for one in (*minutes_apart(records), *minutes_from(today, records))]
    for one, source in exact:
        fits = one <= value if said["below"] else one >= value if said["above"] else True
        if fits and abs(one - value) <= _ROUNDED * one:
            yield source
