"""Which cases are tried on the bank?"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from random import Random

from contracts.tool import ToolContract
from evals.attack import bank_abuses
from evals.attack.bank_abuses import in_turn, order_of
from evals.attack.bank_branch import Branch
from evals.attack.bank_injections import injections
from evals.attack.bank_sums import over_the_day
from evals.attack.bank_wishes import PACK, WRITES
from evals.attack.company import Company
from evals.attack.corpus import Corpus, Size, structural
from evals.attack.corruptions import STRUCTURAL
from evals.attack.trials import Case
from evals.attack.unguarded import OwnerOf

SYSTEMS = ("people", "accounts", "transfers", "cards")
_NAMED = re.compile(r"\b(?:DE\d{20}|(?:payee|so|card)_[0-9a-z]+)\b")


def bank_corpus(
    company: Company,
    branch: Branch,
    tools: Mapping[str, ToolContract],
    seed: int,
    size: Size,
    *,
    knowledge: bool = True,
) -> Corpus:
    """Every case of this seed and size."""
    return Corpus(
        pack=PACK,
        company=company,
        owner_of=_owners(branch),
        valid=tuple(Case("valid", make(branch, n)) for make in WRITES.values() for n in range(size.valid)),
        corrupted=tuple(_corrupted(company, branch, tools, Random(seed), size)),
        alone=(),
        injections=tuple(injections(company, branch, knowledge=knowledge)),
    )


def _corrupted(
    company: Company, branch: Branch, tools: Mapping[str, ToolContract], chance: Random, size: Size
) -> Iterator[Case]:
    for number, kind in enumerate(STRUCTURAL):
        yield from structural(
            islice(in_turn(WRITES, branch, number), size.structural * len(WRITES)), tools, kind, chance
        )
    for make in (
        bank_abuses.other_record,
        bank_abuses.other_method,
        bank_abuses.forbidden,
        bank_abuses.over_limit,
        bank_abuses.too_late,
        bank_abuses.replayed,
    ):
        yield from make(branch, size.abuses)
    yield from over_the_day(company, branch, size.abuses)


def _owners(branch: Branch) -> OwnerOf:
    owners = {account.iban: account.party_id for account in branch.accounts}
    owners |= {str(payee["payee_id"]): str(payee["customer_id"]) for payee in branch.payees}
    owners |= {str(card["card_id"]): str(card["customer_id"]) for card in branch.cards}
    owners |= {order_of(person): person.customer_id for person in branch.people}

    def owner_of(text: str) -> str | None:
        return next((owners[name] for name in _NAMED.findall(text) if name in owners), None)

    return owner_of
