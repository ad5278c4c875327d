"""Attack Handrail: `python -m evals.attack [--seed N] [--only CLASS] [--small]`; writes docs/results/attack.json."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from evals.attack import airline, airline_talks, bank, bank_talks
from evals.attack.airline_book import Book
from evals.attack.airline_injections import NOTICES
from evals.attack.bank_branch import Branch
from evals.attack.campaign import Outcome, run_corpus
from evals.attack.chain import running_chain
from evals.attack.company import Company
from evals.attack.conversations import compromised, sloppy
from evals.attack.corpus import Corpus, Size
from evals.attack.poisoned import poison_packs
from evals.attack.report import codes, figures_of, findings
from evals.attack.trials import Trial
from evals.figures import write_results
from evals.stack import ROOT, Stack, running_stack
from storage.packs import load_packs
from workers.logs import set_up_logs

_ANYWHERE = {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1", "HANDRAIL_BANK_URL": "http://127.0.0.1"}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.attack")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--only", help="one class of cases, `valid` or `injection`; writes no results")
    parser.add_argument("--small", action="store_true", help="a sample; writes no results")
    return parser.parse_args()


async def _run(stack: Stack, corpora: list[Corpus], book: Book, branch: Branch, only: str | None) -> Outcome:
    outcome = Outcome()
    async with running_chain(stack) as chain:
        for corpus in corpora:
            corpus.company.url, corpus.company.database = stack.company_url(corpus.pack), chain.clients.database
            outcome += await run_corpus(chain, corpus, only=only)
        if only in (None, "conversation"):
            outcome.conversations = await _converse(stack, corpora[0].company, book, corpora[1].company, branch)
    return outcome


async def _converse(stack: Stack, airline: Company, book: Book, bank: Company, branch: Branch) -> list[Trial]:
    """The whole machine with a compromised model, then with a sloppy one, for which the companies are seeded anew."""
    trials = await compromised(stack, airline, await airline_talks.scenes(airline, book))
    trials += await compromised(stack, bank, await bank_talks.scenes(bank, branch))
    trials += await sloppy(stack, airline, airline_talks.SLOPPY, airline_talks.WANTED)
    return trials + await sloppy(stack, bank, bank_talks.SLOPPY, bank_talks.wanted(branch))


def main() -> int:
    """Run the campaign; 0 where no aim was missed."""
    given = _arguments()
    set_up_logs()
    size = Size.small() if given.small else Size()
    book, branch = Book(given.seed), Branch(given.seed)
    packs = load_packs([ROOT / "packs" / name for name in (airline.PACK, bank.PACK)], _ANYWHERE)
    corpora = [
        airline.airline_corpus(Company(airline.SYSTEMS), book, packs[airline.PACK].tools, given.seed, size),
        bank.bank_corpus(Company(bank.SYSTEMS), branch, packs[bank.PACK].tools, given.seed, size),
    ]
    with tempfile.TemporaryDirectory(prefix="handrail-attack-") as folder:
        poisoned = poison_packs(Path(folder), NOTICES, {airline.PACK: book.notices, bank.PACK: branch.notices})
        with running_stack(companies=(airline.PACK, bank.PACK), HANDRAIL_PACKS=poisoned) as stack:
            outcome = asyncio.run(_run(stack, corpora, book, branch, given.only))
    for line in findings(outcome):
        print(line)
    for (kind, code), times in sorted(codes(outcome).items()):
        print(f"{kind:24} {code:28} {times}")
    figures = figures_of(outcome)
    for key, one in figures.items():
        print(f"{key:44} {one.value:8g} {one.aim or '':8} {'' if one.met is None else one.met} n={one.n}")
    if not given.small and given.only is None:
        write_results("attack", figures, seed=given.seed)
    return int(any(one.met is False for one in figures.values()))


if __name__ == "__main__":
    sys.exit(main())
