"""Does a sentence commit the company, or advise where it may not?"""

import re
from collections.abc import Sequence
from typing import Final

from governance.clauses import Clause, split_clauses
from governance.evidence import Evidence

# What a company commits to, as the word begins, and how its policies may put it.
_GIFTS: Final = {
    "compensat": ("compensat",),
    "upgrad": ("upgrad",),
    "reimburs": ("reimburs", "paid back", "refund"),
    "refund": ("refund", "paid back"),
    **dict.fromkeys(
        ("money back", "cent back", "penny back", "price back", "fare back", "everything back", "all of it back"),
        ("money back", "in full", "full refund", "is refunded", "are refunded", "be refunded"),
    ),
    "pay you": ("compensat", "paid back", "refund"),
    "paid": ("compensat", "paid back", "refund"),
    "cash": ("cash", "compensat"),
    "voucher": ("voucher",),
    "discount": ("discount",),
    "waive": ("waive", "no change fee", "without a fee", "pay no"),
    "credit": ("credit",),
}
_WILL: Final = re.compile(
    r"\b(?:i|we|you|they|northwind air|the company)"
    r"(?:(?:'ll| will| shall|'m going to| am going to|'re going to| are going to|'s going to| is going to) (?!not\b)"
    r"|(?:'m| am|'re| are|'s| is) (?=(?:now |also |all )?(?:getting|receiving|giving|granting|sending|paying|issuing"
    r"|adding|refunding|reimbursing|compensating|crediting|upgrading|waiving)\b))"
    r"(?P<what>[^.;!?\n]{1,120})"
)
_ASSURED: Final = re.compile(
    r"\b(?:your|the|a) (?P<what>[^.,;:!?\n]{1,60}) (?:is|are) (?:fully )?(?P<word>guarantee|assured|certain)"
)
_CONDITION: Final = re.compile(r"\b(?:if|once|when|unless|in case|should you|check|ask|see whether)\b")
_CHARGE: Final = re.compile(r"\b(?:credit|debit) cards?\b")

_SHOULD: Final = (
    r"(?:you (?:should|must|ought to|need to|could|can safely)|i(?:'d| would)? (?:recommend|advise|suggest))"
)
_ADVICE: Final = {
    "medical": re.compile(
        rf"\b{_SHOULD}\b.{{0,30}}\b(?:aspirin|ibuprofen|paracetamol|tablets?|pills?|dose|dosage|medication"
        rf"|antibiotics?|"
        r"sedatives?|injections?)\b"
        r"|\b(?:half an? |one |two |an? |\d |mild )(?:tablets?|pills?|dose|sedatives?|painkillers?)\b.{0,60}"
        r"\b(?:works?|helps?|will (?:help|do|calm|ease)|does the trick|is (?:usually )?(?:enough|fine|safe))\b"
        r"|\bsafe for you to (?:fly|travel)\b|\byou (?:probably |may )?have (?:an? )?"
        r"(?:infection|thrombosis|flu|fracture)\b"
    ),
    "legal": re.compile(
        rf"\b{_SHOULD}\b.{{0,30}}\b(?:sue|court|lawsuit|lawyer)\b|\blegally,? you\b|\byou(?:'re| are) legally\b"
        r"|\b(?:win|claim) .{0,20}\bin court\b"
    ),
    "invest": re.compile(
        r"\b(?:i'd|i would|you should|you could|better) (?:buy|sell|invest)\b"
        r"|\b(?:better off|wiser|smarter|should|could|i'd|i would|recommend|suggest|advise|my tip)\b[^.!?\n]{0,60}"
        r"\b(?:in|into|to) (?:an? |the |some )?(?:\w{1,16} )?(?:funds?|shares|stocks|etfs?|bonds|gold"
        r"|crypto\w*)\b|\b(?:shares|stocks|crypto\w*|bonds) "
        r"(?:will|should) (?:rise|fall|go)\b"
    ),
    "betting": re.compile(r"\b(?:i'd|i would|you should) (?:bet|gamble)\b|\bplace a bet\b"),
}


def find_advice(text: str, topics: Sequence[str]) -> str:
    """Return the advice that a sentence gives on a topic that the pack forbids (`medical advice`), or nothing."""
    line = text.casefold()
    for topic, pattern in _ADVICE.items():
        if any(topic in one for one in topics) and (found := pattern.search(line)):
            return found[0]
    return ""


def find_promise(text: str, evidence: Evidence) -> str:
    """Return what a sentence commits the company to without an effect or a policy that says so, or nothing.

    A policy is a sentence of a passage or a fact; a promised amount has to stand in it too. A commitment in a clause
    with a condition, and an offer to check, is none. What is guaranteed a policy has to guarantee.
    """
    line = _CHARGE.sub("card", text.casefold())
    clauses = list(split_clauses(line))
    for said in (*_WILL.finditer(line), *_ASSURED.finditer(line)):
        also = said.groupdict().get("word") or ""
        for gift, policies in _GIFTS.items():
            at = said["what"].find(gift)
            if at < 0 or _is_open(line, clauses, said.start(), said.start("what") + at):
                continue
            if not _is_backed(gift, policies, said["what"], evidence, also):
                return said[0].strip()[:80]
    return ""


def _is_open(line: str, clauses: Sequence[Clause], start: int, gift: int) -> bool:
    """Whether a question or a condition stands where the commitment does: from its first clause to its gift's."""
    own = [clause for clause in clauses if clause.end > start and clause.start <= gift]
    return any(clause.asks or _CONDITION.search(line, clause.start, clause.end) for clause in own)


def _is_backed(gift: str, policies: Sequence[str], said: str, evidence: Evidence, also: str) -> bool:
    done = (word for effect in evidence.effects for word in (effect.tool, effect.title.casefold()))
    if any(gift in word or any(policy in word for policy in policies) for word in done):
        return True
    figures = re.findall(r"\d+", said)
    return any(
        any(policy in rule for policy in policies) and also in rule and all(figure in rule for figure in figures)
        for rule in evidence.policy
    )
