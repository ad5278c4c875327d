"""Which cases are tried on one company? Made from its contract, its rules' plain meaning and its seed; nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from contracts.tool import ToolContract
from evals.attack.company import Company
from evals.attack.corruptions import STRUCTURAL, Corrupt
from evals.attack.injections import Injection
from evals.attack.play import Play
from evals.attack.scripted_model import Call
from evals.attack.trials import Case, Spoil
from evals.attack.unguarded import OwnerOf
from evals.attack.wishes import Wish


@dataclass(frozen=True)
class Corpus:
    """Everything for one pack. `alone` are cases that change what others read, so that they are tried one by one."""

    pack: str
    company: Company
    owner_of: OwnerOf
    valid: tuple[Case, ...]
    corrupted: tuple[Case, ...]
    alone: tuple[Case, ...]
    injections: tuple[Injection, ...]


@dataclass(frozen=True)
class Size:
    """How many cases: valid ones a write tool, structural ones a class and tool, well-formed ones a class."""

    valid: int = 30
    reads: int = 8
    structural: int = 2
    abuses: int = 21

    @classmethod
    def small(cls) -> "Size":
        """Seconds instead of minutes."""
        return cls(valid=1, reads=1, structural=1, abuses=5)


def structural(wishes: Iterable[Wish], tools: Mapping[str, ToolContract], kind: str, chance: Random) -> Iterator[Case]:
    """The wishes with the call of their tool spoilt in this way."""
    for wish in wishes:
        yield Case(kind, wish, _spoiling(wish.tool, tools[wish.tool], STRUCTURAL[kind], Random(chance.random())))


def _spoiling(tool: str, contract: ToolContract, corrupt: Corrupt, chance: Random) -> Spoil:
    async def spoil(play: Play, calls: list[Call]) -> list[Call]:
        del play
        return [corrupt(call, contract, chance) if call.tool == tool else call for call in calls]

    return spoil
