"""Which days do the demo companies' stories happen on? They are counted from the real one, and none is fixed."""

from datetime import UTC, date, datetime, timedelta


def in_days(count: int) -> date:
    """The day that is so many days behind the companies' today."""
    return datetime.now(UTC).date() + timedelta(days=count)
