"""What time is it in a company's world, and what time is it really?

What a company plans follows its own clock, which a demo may stop. Ages, expiries, tokens and logs follow the real one,
because other systems compare them with theirs.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime


def real_now() -> datetime:
    """The real time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Clock:
    """A company's clock: `stopped_at` when set, else the real time."""

    stopped_at: datetime | None = None

    def now(self) -> datetime:
        """The company's time, aware, in UTC."""
        return self.stopped_at.astimezone(UTC) if self.stopped_at else real_now()

    def today(self) -> date:
        """The company's day."""
        return self.now().date()
