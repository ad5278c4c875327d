"""What may a reply of this request state, and from where is it known?"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from typing import Final

from pydantic import JsonValue

from governance.claims import Claim, ClaimKind, Form, money_form
from governance.dates import forms_of_day
from governance.derive import derive
from governance.echoes import takes_up
from governance.moments import Moment, read_moments
from governance.numbers import plain_number
from governance.records import MOST_RECORDS, Record, result_records, text_records
from governance.result_forms import result_forms, states_in, text_forms, wider_forms
from governance.rows import Listing, ReadRows, gather_listings, read_rows
from governance.same_subject import names_another
from governance.sentences import split_sentences
from governance.subject import SCHEDULE, subject_of
from governance.wording import Figures, Wording

MAIL_ADDRESS: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_WITH_CENTS: Final = re.compile(r"\d[.,]\d\d$")
# What the customer says backs these; for prices and percentages only the company's word counts.
_CUSTOMERS_WORD: Final = frozenset[ClaimKind]({"date", "time", "identifier", "count", "measure"})


_LOOK_BACK: Final = 80  # characters before a day in which it is said what happens then
_TERM: Final = re.compile(
    r"\b(?:(?<!you )will (?:be|arrive|reach|come|leave|follow)|will (?:get|receive|have)|(?:is|are) (?:due"
    r"|expected|planned)"
    r"|arrives?|reach(?:es)?)"
    r"\b(?![^,;:.!?\n]*\b(?:not|if|when|whether)\b)[^,;:.!?\n]{0,60}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class KnownText:
    """A text of the company's own: a passage, a fact of the pack, a confirmation card. `source` is what is shown."""

    source: str
    text: str
    title: str = ""  # what every sentence of it is about
    general: bool = False  # it stands in every request: it backs only what is about the same
    lasting: bool = False  # the pack's: the same in many requests, read once and kept


@dataclass(frozen=True, slots=True)
class KnownResult:
    """A validated result of a tool. `source` is what is shown, such as `fare rules, read 12:03`."""

    source: str
    result: JsonValue
    title: str = ""  # what the tool reads


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a result backs, read once: the same in every turn of a day."""

    source: str
    forms: tuple[Form, ...]
    states: frozenset[str]
    records: tuple[Record, ...]
    words: frozenset[str]  # of what the tool reads
    moments: frozenset[Moment] = frozenset()
    rows: ReadRows = field(default_factory=ReadRows)


def read_result(known: KnownResult, today: date) -> ReadResult:
    """Read a result: every typed value in it, its states, and what stands together in it. The costly part."""
    return ReadResult(
        source=known.source,
        forms=tuple(dict.fromkeys(result_forms(known.result, today))),
        states=frozenset(states_in(known.result)),
        records=tuple(islice(result_records(known.source, known.title, known.result), MOST_RECORDS)),
        words=frozenset(known.title.casefold().replace("_", " ").split()),
        moments=read_moments(known.result),
        rows=read_rows(known.title, known.result, today),
    )


@dataclass(frozen=True, slots=True)
class ExecutedEffect:
    """A write that the ledger holds as executed or verified, with the company's validated answer."""

    tool: str
    title: str = ""
    result: JsonValue = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to be backed, and `told`: the figures of the end of the reply up to and with it.

    `about`: what it and the reply before it are about. `of_price`: it speaks of a price, so that a bare number may be
    an amount.
    """

    wording: Wording
    told: Callable[[], Figures] = Figures
    about: frozenset[str] = frozenset()
    of_price: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything of this request that may back a sentence. Built by `gather_evidence`."""

    today: date
    backed: Mapping[Form, str] = field(default_factory=dict[Form, str])
    records: tuple[Record, ...] = ()  # what stands together in results and texts
    said: frozenset[Form] = frozenset()  # by the customer
    asked: frozenset[str] = frozenset()  # what the customer's words are about
    states: frozenset[str] = frozenset()  # words that results hold as a status: cancelled, confirmed
    effects: tuple[ExecutedEffect, ...] = ()
    done: frozenset[str] = frozenset()  # the sources that are effects
    tokens: frozenset[str] = frozenset()  # personal values of this request
    policy: tuple[str, ...] = ()  # the sentences of passages and facts, in lower case
    read: frozenset[str] = frozenset()  # the words of what was read: "a bag case"
    moments: frozenset[Moment] = frozenset()  # which time is on which day, by what was read
    listings: tuple[Listing, ...] = ()  # lists that were read, row by row
    addresses: frozenset[str] = frozenset()  # mail addresses that passages and facts hold
    canaries: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()  # where links may lead
    language: str = ""  # in which the customer is answered, as an ISO 639-1 code; empty: any

    def source_of(self, claim: Claim, sentence: Sentence) -> str:
        """Return what backs a claim of this sentence, or an empty text."""
        elsewhere = names_another(claim, sentence.wording, self.records, self.done)
        for form in claim.forms:
            if (source := self.backed.get(form)) and not elsewhere:
                return source
            if self._is_said(form) and (_may_say(form, claim, sentence) or takes_up(sentence.wording.text, claim.at)):
                return "the customer"
        if source := ("" if elsewhere else self._general_rule(claim, sentence)) or (
            self._price(claim) if sentence.of_price else ""
        ):
            return source
        return self.derived(claim, sentence)

    def derived(self, claim: Claim, sentence: Sentence) -> str:
        """Return from what a claim follows, by a function that the sentence declares, or an empty text."""
        return derive(claim, sentence.wording, sentence.told, self.records, self.today, self.said)

    def _is_said(self, form: Form) -> bool:
        """Whether the customer said so; "send 6000" names an amount without its currency."""
        return form in self.said or (form[0] == "money" and _without_currency(form) in self.said)

    def _general_rule(self, claim: Claim, sentence: Sentence) -> str:
        """A rule that stands in every request backs what is about the same as it, by the words of either side."""
        about = sentence.about | self.asked
        rules = (record for record in self.records if record.general and record.about & about - SCHEDULE)
        return next((rule.source for rule in rules if not rule.forms.isdisjoint(claim.forms)), "")

    def _price(self, claim: Claim) -> str:
        """A bare number in a sentence about a price may be an amount."""
        if claim.kind != "count":
            return ""
        amounts = {money_form(Decimal(normal), "")[:-1] for _, normal in claim.forms}
        held = (at for (kind, form), at in self.backed.items() if kind == "money" and form[:-4] in amounts)
        general = (
            record.source
            for record in self.records
            if record.general and any(kind == "money" and form[:-4] in amounts for kind, form in record.forms)
        )
        return next(held, "") or next(general, "")


def _without_currency(form: Form) -> Form:
    amount, _, currency = form[1].partition(" ")
    return "count", plain_number(Decimal(amount).scaleb(-2)) if currency else amount


def _may_say(form: Form, claim: Claim, sentence: Sentence) -> bool:
    """Whether the customer's word alone is enough: for a price or a percentage it never is, named as one or not.

    Nor for a day by which the company does something.
    """
    if form[0] in ("date", "time") and _is_term(claim, sentence.wording):
        return False
    return form[0] in _CUSTOMERS_WORD and not (sentence.of_price and _WITH_CENTS.search(claim.text))


def _is_term(claim: Claim, wording: Wording) -> bool:
    """Whether it is said until when something will be there: "your bag will be with you by Friday"."""
    before = wording.text[max(0, claim.at - _LOOK_BACK) : claim.at]
    return not wording.text.rstrip().endswith("?") and _TERM.search(before) is not None


def gather_evidence(
    *,
    today: date,
    results: Iterable[KnownResult | ReadResult] = (),
    texts: Iterable[KnownText] = (),
    customer_words: Iterable[str] = (),
    effects: Iterable[ExecutedEffect] = (),
    tokens: Iterable[str] = (),
    canaries: Iterable[str] = (),
    hosts: Iterable[str] = (),
    language: str = "",
) -> Evidence:
    """Collect what backs a reply: results by their structure, what was written by its claims."""
    words_said, carried_out = tuple(customer_words), tuple(effects)
    known = [result if isinstance(result, ReadResult) else read_result(result, today) for result in results]
    written = [_read_lasting(text, today) if text.lasting else _read(text, today) for text in texts]
    policy = [line for lines, _ in written for line in lines]
    stated = [record for _, of_text in written for record in of_text]
    records = chain((record for one in known for record in one.records), stated)
    return Evidence(
        today=today,
        backed=_what_backs(known, stated, today),
        records=tuple(islice(records, MOST_RECORDS)),
        asked=subject_of(" ".join(words_said)) - SCHEDULE,
        said=frozenset(form for words in words_said for form in text_forms(words, today, language)),
        states=frozenset(state for one in known for state in one.states),
        effects=carried_out,
        done=frozenset(effect.title for effect in carried_out),
        tokens=frozenset(tokens),
        policy=tuple(policy),
        read=frozenset(word for one in known for word in one.words),
        moments=frozenset(moment for one in known for moment in one.moments),
        listings=gather_listings(
            [one.rows for one in known], (form for one in stated if not one.general for form in one.forms)
        ),
        addresses=frozenset(found[0] for line in policy for found in MAIL_ADDRESS.finditer(line)),
        canaries=tuple(canaries),
        hosts=frozenset(hosts),
        language=language,
    )


def _what_backs(known: Sequence[ReadResult], stated: Iterable[Record], today: date) -> dict[Form, str]:
    """Each figure and its first source: results before what was written, and that before the calendar."""
    backed: dict[Form, str] = {}
    for one in known:
        for form in one.forms:
            backed.setdefault(form, one.source)
    for record in stated:
        if not record.general:
            _back(backed, record)
    for form in _calendar(today):
        backed.setdefault(form, "the calendar")
    return backed


def _calendar(today: date) -> tuple[Form, ...]:
    """What everybody knows of the day."""
    known = (*forms_of_day(today)[:2], f"month-{today.month}")
    return (*(("date", form) for form in known), ("count", str(today.year)))


def _read(text: KnownText, today: date) -> tuple[tuple[str, ...], tuple[Record, ...]]:
    """The sentences of a text in lower case, and what they state."""
    lines = tuple(line.casefold() for line in split_sentences(text.text))
    return lines, tuple(text_records(text.source, text.title, text.text, today, general=text.general))


# Texts of packs only: nothing that a customer said, or that was said to one, is kept.
_read_lasting: Final = lru_cache(maxsize=1_024)(_read)


def _back(backed: dict[Form, str], record: Record) -> None:
    for form in record.forms:
        for one in (form, *wider_forms(form)):
            backed.setdefault(one, record.source)
