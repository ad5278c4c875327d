"""Is it too soon for this caller again? A count per caller in this process's memory."""

from collections import OrderedDict

_REMEMBERED = 50_000
"""Callers; who was heard of longest ago is forgotten first."""
_MINUTE = 60_000_000_000
"""Nanoseconds: whole numbers, since steps that are rounded may add up to more than a minute."""


class RateLimit:
    """At most `per_minute` at once, and again as many in each minute (GCRA); 0 is no limit. Of one process."""

    def __init__(self, per_minute: int) -> None:
        self._step = _MINUTE // per_minute if per_minute else 0
        self._due: OrderedDict[str, int] = OrderedDict()

    def take(self, caller: str, now: int) -> int:
        """Count one more of this caller at `now`; 0, or how long to wait where it is too many. Both in nanoseconds."""
        if not self._step:
            return 0
        due = max(self._due.get(caller, now), now) + self._step
        if due - now > _MINUTE:
            return due - now - _MINUTE
        self._due[caller] = due
        self._due.move_to_end(caller)
        if len(self._due) > _REMEMBERED:
            self._due.popitem(last=False)
        return 0
