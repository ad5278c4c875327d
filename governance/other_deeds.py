"""Does a sentence in German, Spanish or French claim a deed, or commit the company?"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from governance.action_claims import ANY_TOOL, DEEDS, Deed
from governance.evidence import Evidence
from governance.read_languages import READ, TONGUES
from governance.tongues import Tongue
from governance.words import word_set

_CLAUSE: Final = re.compile(r"(?:[.,](?!\d)|[;:!?¡¿()\n–—])+")
_WORD: Final = re.compile(r"[^\W_]+")
_YOURS: Final = word_set(
    "ihr ihre ihren ihrem ihrer ihres ihnen dein deine deinen deinem su sus tu tus votre vos vous ton ta tes"
)
_FAR: Final = 16  # words from a negation to what it is of, at most
_SHORT: Final = 3  # words of a clause that says nothing else: "jetzt erledigt"


def checked_language(locale: str, locales: Sequence[str]) -> str:
    """The language of the first of these that can be checked: the customer's `locale`, then the pack's; ISO 639-1.

    Where none can be, the customer's, in which no sentence of a model passes.
    """
    wanted = [one.split("-")[0] for one in (locale, *locales) if one]
    return next((language for language in wanted if language in READ), wanted[0])


def find_other_deeds(text: str, rules: Sequence[str] = ()) -> Iterator[Deed]:
    """Yield the deeds that a sentence claims in these languages; negations, conditions and possibilities claim none.

    Nor does what `rules`, the sentences of passages in small letters, say of how things are: "est remboursé". Each
    language is read, whichever the sentence is in: its words for deeds are no words of another one.
    """
    for clause in _clauses(text):
        for tongue in TONGUES.values():
            if any(word in tongue.deeds or word in tongue.did for word in clause):
                yield from _deeds(clause, tongue, rules)


def find_other_promise(text: str, evidence: Evidence) -> str:
    """Return what a sentence commits the company to in these languages without an effect or a policy, or nothing."""
    for clause in _clauses(text):
        for tongue in TONGUES.values():
            if tongue.commits.isdisjoint(clause) or _is_open(clause, tongue):
                continue
            line = f" {' '.join(clause)} "
            gifts = [gift for gift in tongue.gifts if f" {gift}" in line and not _is_denied(gift, line, tongue)]
            if any(not _is_promised(gift, tongue, clause, evidence) for gift in gifts):
                return line.strip()[:80]
    return ""


def _clauses(text: str) -> Iterator[list[str]]:
    for clause in _CLAUSE.split(text.casefold()):
        if words := _WORD.findall(clause):
            yield words


def _is_open(clause: Sequence[str], tongue: Tongue) -> bool:
    """Whether nothing is stated: a condition, or what may or could be."""
    return not (tongue.modals.isdisjoint(clause) and tongue.conditions.isdisjoint((*clause[:2], " ".join(clause[:2]))))


def _is_denied(gift: str, line: str, tongue: Tongue) -> bool:
    """Whether each part of a clause that names the gift denies it, or the clause ends with its denial."""
    if line.split()[-1] in tongue.negations and tongue.apart.isdisjoint(line.split()[-3:]):
        return True
    parts = [part for part in _parts(line.split(), tongue) if f" {gift}" in f" {' '.join(part)} "]
    return bool(parts) and all(_is_negated(part, len(part), tongue) for part in parts)


def _parts(clause: Sequence[str], tongue: Tongue) -> Iterator[Sequence[str]]:
    start = 0
    for end, word in enumerate((*clause, "")):
        if word in tongue.apart or end == len(clause):
            yield clause[start:end]
            start = end + 1


def _is_negated(clause: Sequence[str], place: int, tongue: Tongue) -> bool:
    """Whether a negation before this place, in the same part of the clause, is of what stands there."""
    if place + 1 < len(clause) and clause[place + 1] in tongue.only:
        return False
    for at in range(place - 1, max(-1, place - _FAR), -1):
        if clause[at] in tongue.apart:
            return False
        if clause[at] in tongue.negations and _denies(clause, at, place, tongue):
            return True
    return False


def _denies(clause: Sequence[str], at: int, place: int, tongue: Tongue) -> bool:
    """Whether a negation is one of the clause: not of the one word behind it, and not "not only"."""
    if at + 1 < len(clause) and clause[at + 1] in tongue.no_denial:
        return False
    return at + 1 == place or at == 0 or clause[at - 1] not in tongue.of_others


def _deeds(clause: Sequence[str], tongue: Tongue, rules: Sequence[str]) -> Iterator[Deed]:
    if _is_open(clause, tongue):
        return
    customers = _is_customers(f" {' '.join(clause)} ", tongue)
    earlier: bool | None = None
    for place, word in enumerate(clause):
        if (word not in tongue.did and word not in tongue.deeds) or _is_negated(clause, place, tongue):
            continue
        active = True if word in tongue.did else _claims(clause, place, tongue, earlier, customers=customers)
        if active is False and _is_state(clause, place, tongue, rules):
            active = None
        if active is not None:
            earlier = active
            yield _deed(clause, place, tongue, active=active)


def _claims(clause: Sequence[str], place: int, tongue: Tongue, earlier: bool | None, *, customers: bool) -> bool | None:
    """Whether the speaker claims to have done it (True), or that it was done (False); None: neither."""
    around = _around(clause, place, tongue)
    if not tongue.mine.isdisjoint(around) and not customers:
        return True
    if earlier is not None and place > 0 and clause[place - 1] in tongue.joins:
        return earlier
    if customers or _tells_which(clause, place, tongue):
        return None
    if not tongue.done.isdisjoint(around):
        return False
    alone = len(clause) <= _SHORT and all(word in tongue.adverbs for word in clause[:place])
    return True if alone else None


def _is_state(clause: Sequence[str], place: int, tongue: Tongue, rules: Sequence[str]) -> bool:
    """Whether it is how things are and not what was done: "est ouvert"; or a passage says so, of no customer's own."""
    around = _around(clause, place, tongue)
    if tongue.present.isdisjoint(around) or not tongue.done.isdisjoint(frozenset(around) - tongue.present):
        return False
    if clause[place].startswith(tongue.statives):
        return True
    if not _YOURS.isdisjoint(clause):
        return False
    said = f" {' '.join(clause)} "
    told = (part for rule in rules if clause[place] in rule for part in _clauses(rule))
    return any(said in f" {' '.join(part)} " and not _is_open(part, tongue) for part in told)


def _around(clause: Sequence[str], place: int, tongue: Tongue) -> Sequence[str]:
    """The words among which the auxiliary of the participle at this place is looked for."""
    return clause if tongue.near is None else clause[max(0, place - tongue.near) : place]


def _is_customers(line: str, tongue: Tongue) -> bool:
    """Whether it is what the customer did: "Sie haben NW204 gebucht"."""
    return any(f" {said} " in line for said in tongue.theirs)


def _tells_which(clause: Sequence[str], place: int, tongue: Tongue) -> bool:
    """Whether the clause only says which ones are meant: "die storniert wurden"."""
    return clause[0] in tongue.relatives and place + 1 < len(clause) and clause[place + 1] in tongue.done


def _deed(clause: Sequence[str], place: int, tongue: Tongue, *, active: bool) -> Deed:
    word = clause[place]
    said = tongue.did.get(word) or tongue.deeds[word]
    return Deed(
        text=" ".join(clause[max(0, place - 4) : place + 1]),
        said=said,
        stems=DEEDS.get(said, (ANY_TOOL,)),
        active=active,
        things=frozenset(tongue.things[near] for near in clause if near in tongue.things),
        times=1 if tongue.both.isdisjoint(clause) else 2,
    )


def _is_promised(gift: str, tongue: Tongue, clause: Sequence[str], evidence: Evidence) -> bool:
    """Whether an effect, or a rule with the same figures, in English or in this language, says so."""
    policies = (*tongue.gifts[gift], gift.strip())
    done = (told for effect in evidence.effects for told in (effect.tool, effect.title.casefold()))
    if any(policy in told for told in done for policy in policies):
        return True
    figures = [part for part in clause if part.isdecimal()]
    return any(
        any(policy in rule for policy in policies) and all(figure in rule for figure in figures)
        for rule in evidence.policy
    )
