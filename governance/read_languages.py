"""Which languages do the reply checks read?"""

from typing import Final

from governance.tongue_french import FRENCH
from governance.tongue_german import GERMAN
from governance.tongue_spanish import SPANISH

TONGUES: Final = {"de": GERMAN, "es": SPANISH, "fr": FRENCH}
READ: Final = frozenset({"en", *TONGUES})
"""In these deeds, promises and figures in words are read."""
