"""What time is it in a company's world, and what time is it really?

What a company plans follows its own clock, which a demo may stop. Ages, expiries, tokens and logs follow the real one,
because other systems compare them with theirs.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time


def real_now() -> datetime:
    """The real time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Clock:
    """A company's clock: `stopped_at` when set, else the real time.

    Stopped at a moment (aware) it stays there; stopped at a time of day (UTC unless it names an offset) it is that time
    of the real day, every day.
    """

    stopped_at: datetime | time | None = None

    def now(self) -> datetime:
        """The company's time, aware, in UTC."""
        if isinstance(self.stopped_at, time):
            zone = self.stopped_at.tzinfo or UTC
            return datetime.combine(real_now().astimezone(zone), self.stopped_at, zone).astimezone(UTC)
        return self.stopped_at.astimezone(UTC) if self.stopped_at else real_now()

    def today(self) -> date:
        """The company's day."""
        return self.now().date()
