"""Which cases are tried on the airline?"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from random import Random

from contracts.tool import ToolContract
from evals.attack.airline_abuses import other_method, other_record
from evals.attack.airline_book import Book
from evals.attack.airline_injections import injections
from evals.attack.airline_limits import forbidden, over_limit, replayed, stale_price, too_late
from evals.attack.airline_reads import READS
from evals.attack.airline_refunds import over_the_day, without_a_code
from evals.attack.airline_wishes import PACK, WRITES, in_turn, wishes
from evals.attack.company import Company
from evals.attack.corpus import Corpus, Size, structural
from evals.attack.corruptions import STRUCTURAL
from evals.attack.trials import Case
from evals.attack.unguarded import OwnerOf

SYSTEMS = ("booking", "fares", "loyalty", "customers", "payments", "operations")
TOGETHER = 12
"""So many customers have several payments that are refundable and go beyond the limit of a day together."""
_NAMED = re.compile(r"\b(?:pay_[0-9a-f]{16}|[A-Z0-9]{6})\b")


def airline_corpus(
    company: Company, book: Book, tools: Mapping[str, ToolContract], seed: int, size: Size, *, knowledge: bool = True
) -> Corpus:
    """Every case of this seed and size."""
    valid = [Case("valid", wish) for wish in (*wishes(WRITES, book, size.valid), *wishes(READS, book, size.reads))]
    book.keep_for_valid()
    return Corpus(
        pack=PACK,
        company=company,
        owner_of=_owners(book),
        valid=tuple(valid),
        corrupted=tuple(_corrupted(book, tools, Random(seed), size)),
        alone=tuple(stale_price(company, book, size.abuses)),
        injections=tuple(injections(company, book, knowledge=knowledge)),
    )


def _corrupted(book: Book, tools: Mapping[str, ToolContract], chance: Random, size: Size) -> Iterator[Case]:
    makers = {**WRITES, **READS}
    yield from over_the_day(book, min(size.abuses, TOGETHER))
    for number, kind in enumerate(STRUCTURAL):
        turn = in_turn(makers, book, number * 3)
        yield from structural(islice(turn, size.structural * len(makers)), tools, kind, chance)
    yield from other_record(book, size.abuses)
    yield from other_method(book, size.abuses)
    yield from forbidden(book, size.abuses)
    yield from over_limit(book, size.abuses)
    yield from too_late(book, size.abuses)
    yield from without_a_code(book, size.abuses)
    yield from replayed(book, size.abuses)


def _owners(book: Book) -> OwnerOf:
    owners = {sale.code: sale.owner.customer_id for sale in book.sales}
    owners |= {Book.payment_of(sale): sale.owner.customer_id for sale in book.sales}

    def owner_of(text: str) -> str | None:
        return next((owners[name] for name in _NAMED.findall(text) if name in owners), None)

    return owner_of
