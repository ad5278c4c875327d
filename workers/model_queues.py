"""Which task queues do the calls of models wait in, and how fast may each be emptied?"""

from collections.abc import Iterable

from contracts.pack import Pack
from workflows.steps import models_queue


def model_queues(packs: Iterable[Pack]) -> dict[str, float | None]:
    """Each provider's queue with the calls per second that all workers together may take from it; None: no limit.

    Where tiers or packs share a provider, the least of what they say counts: it is the provider's limit, not theirs.
    """
    limits: dict[str, float | None] = {}
    for tier in (tier for pack in packs for tier in pack.manifest.tiers.values()):
        queue = models_queue(tier.provider)
        said = [limit for limit in (limits.get(queue), tier.calls_per_second) if limit is not None]
        limits[queue] = min(said, default=None)
    return limits
