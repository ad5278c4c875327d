"""Where does a text hold personal data that no record names? Offline: Presidio for phones, rules for the rest."""

from collections.abc import Sequence
from typing import Final

from contracts.personal import PersonalCode
from governance.detect import find_structured
from governance.personal import Span, first_of
from governance.stated_values import find_stated

DEFAULT_REGIONS: Final = ("DE", "GB", "US", "FR", "PT")


class PersonalDataFinder:
    """Finds phones of these regions, cards, IBANs, emails, and what customers say about themselves.

    Make one when the process starts (seconds). `find` takes about 5 ms for 200 characters and holds the GIL, so it runs
    in a bounded process pool.
    """

    def __init__(self, regions: Sequence[str] = DEFAULT_REGIONS) -> None:
        from activities.find_phones import PhoneFinder  # here: only the process that searches pays for the libraries

        self._phones = PhoneFinder(regions)

    def find(self, text: str, codes: Sequence[PersonalCode] = ()) -> list[Span]:
        """Return the spans in order, without overlaps; what is structured wins over what is guessed.

        `codes`: those of the company's pack.
        """
        if not text.strip():
            return []
        return first_of(find_structured(text, codes), find_stated(text), self._phones.find(text))
