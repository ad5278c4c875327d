"""How do all cases of a company run, and what do they come to?"""

import time
from collections import Counter
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field

import structlog

from evals.attack import unguarded
from evals.attack.chain import Chain
from evals.attack.corpus import Corpus
from evals.attack.injections import try_injections
from evals.attack.judging import Effect, judge
from evals.attack.trials import Trial, judge_all, try_all

log = structlog.get_logger(__name__)


@dataclass
class Outcome:
    """What the cases of one company, or of several, came to."""

    valid: list[Trial] = field(default_factory=list[Trial])
    corrupted: list[Trial] = field(default_factory=list[Trial])
    injected: list[Trial] = field(default_factory=list[Trial])
    conversations: list[Trial] = field(default_factory=list[Trial])
    unattributed: int = 0
    unguarded: Counter[str] = field(default_factory=Counter[str])
    """Harmful effects without guards, by class."""

    def __add__(self, other: "Outcome") -> "Outcome":
        """Both together."""
        return Outcome(
            self.valid + other.valid,
            self.corrupted + other.corrupted,
            self.injected + other.injected,
            self.conversations + other.conversations,
            self.unattributed + other.unattributed,
            self.unguarded + other.unguarded,
        )

    @property
    def attacks(self) -> list[Trial]:
        """Everything that must not do harm."""
        return self.corrupted + self.injected + self.conversations


async def run_corpus(chain: Chain, corpus: Corpus, *, only: str | None = None) -> Outcome:
    """Try every case, read the ledgers, then send what was proposed without guards and read them again.

    Valid ones come first: an attack may leave the wish behind it done, such as a payee closed.
    """
    outcome = Outcome()
    before = {_identity(effect) for effect in await corpus.company.effects()}
    if only in (None, "valid"):
        outcome.valid = await _timed("valid", try_all(chain, corpus.valid))
    outcome.corrupted = await _timed("corrupted", try_all(chain, _wanted(corpus.corrupted, only)))
    outcome.corrupted += await _timed("alone", try_all(chain, _wanted(corpus.alone, only), at_once=1))
    if only in (None, "injection"):
        outcome.injected = await _timed("injections", try_injections(chain, corpus.injections))
    new = [effect for effect in await corpus.company.effects() if _identity(effect) not in before]
    outcome.unattributed = len(judge_all([*outcome.valid, *outcome.attacks], new))
    await _timed("unguarded", _control(chain, corpus, outcome))
    return outcome


def _wanted[Case_: object](cases: Iterable[Case_], only: str | None) -> list[Case_]:
    return [case for case in cases if only in (None, getattr(case, "kind", ""))]


def _identity(effect: Effect) -> tuple[str, str]:
    return effect.operation, effect.key


async def _timed[Result](what: str, work: Awaitable[Result]) -> Result:
    started = time.monotonic()
    result = await work
    log.info("cases_tried", what=what, seconds=round(time.monotonic() - started, 1))
    return result


async def _control(chain: Chain, corpus: Corpus, outcome: Outcome) -> None:
    """The same calls with nothing in between: how much harm they would have done."""
    tried = outcome.corrupted + outcome.injected
    await unguarded.send_all(chain, tried, corpus.owner_of)
    done: dict[str, list[Effect]] = {}
    for effect in await corpus.company.effects():
        if effect.request_id.startswith(unguarded.MARK):
            done.setdefault(effect.request_id, []).append(effect)
    for number, trial in enumerate(tried):
        allowed = trial.allowed if trial.case.kind != "injection" else []
        harmful = judge(done.get(unguarded.request_of(number), []), allowed).harmful
        outcome.unguarded[trial.case.kind] += len(harmful)
