"""What is said when a customer's data is erased, or kept because it must be?"""

from contracts.model import Contract


class ErasureRef(Contract):
    """One erasure under way; whose it is stands in the database alone."""

    erasure_id: str


class ErasureBegun(Contract):
    """Whether it may go on: the reasons against it, each `reason:about`, and how many requests are concerned."""

    holds: tuple[str, ...] = ()
    requests: int = 0


class ErasureOutcome(Contract):
    """How an erasure ended: `erased`, `deferred` because of `holds`, or `unverified` where something could be read."""

    state: str
    holds: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


class RetentionRound(Contract):
    """One round over a pack's closed requests, in the order of their ids, behind `after`."""

    pack: str
    after: str = ""


class RetentionDone(Contract):
    """What a round did: requests erased, the last one looked at (empty where there was none), erasures to try again."""

    erased: int = 0
    last: str = ""
    due_again: tuple[str, ...] = ()
