"""What if a search for personal data never ends? A finder for the pool's processes that hangs when it is told to."""

from collections.abc import Sequence

from contracts.personal import PersonalCode
from governance.personal import Span
from workers.gateway import tokenise

WITHIN = 0.5


class StuckFinder:
    """Finds nothing; hangs on a text that says so."""

    def find(self, text: str, _: Sequence[PersonalCode]) -> list[Span]:
        """Hang, or return no spans."""
        while "hang" in text:
            pass
        return []


def load(regions: tuple[str, ...]) -> None:
    """Prepare one process of the pool."""
    tokenise._finder["it"] = StuckFinder()  # type: ignore[assignment,reportPrivateUsage]  # stands in for the real one
    tokenise.WITHIN = WITHIN


def load_all_but_britain(regions: tuple[str, ...]) -> None:
    """Prepare one process of the pool; one region's recognisers do not load."""
    if "GB" in regions:
        raise MemoryError
    load(regions)
