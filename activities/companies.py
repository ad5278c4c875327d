"""What has been made ready of each pack when the process started: rights, classifier, passages?"""

from collections.abc import Iterable
from dataclasses import dataclass

from activities.classify_text import IntentClassifier
from activities.passages import PassageIndex
from contracts.errors import NotReady
from contracts.pack import Pack
from governance.rights import Rights


@dataclass(frozen=True)
class Company:
    """One pack, ready for work."""

    pack: Pack
    rights: Rights
    classifier: IntentClassifier
    passages: PassageIndex


def make_ready(pack: Pack) -> Company:
    """Parse the policies, train the classifier and index the knowledge; about a second."""
    return Company(
        pack=pack,
        rights=Rights(pack.policies, pack.digest[:12]),
        classifier=IntentClassifier(pack.intents, pack.manifest.thresholds),
        passages=PassageIndex(pack.passages),
    )


class Companies:
    """The companies that this process serves, by pack name."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._by_name = {pack.name: make_ready(pack) for pack in packs}

    def get(self, name: str) -> Company:
        """The company. Raises NotReady for a pack that this process has not loaded."""
        if name not in self._by_name:
            raise NotReady(f"the pack {name!r} is not loaded here; add its folder to HANDRAIL_PACKS and restart")
        return self._by_name[name]
