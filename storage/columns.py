"""Of which columns are our tables made?"""

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, func, text

metadata = MetaData(schema="handrail")


def at(name: str, *, now: bool = False, nullable: bool = True) -> Column[object]:
    """A time; `now`: that of its row's transaction, and never missing."""
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), server_default=default, nullable=nullable and not now)


def count(name: str, default: int = 0) -> Column[int]:
    """A whole number that is never missing."""
    return Column(name, Integer, nullable=False, server_default=text(str(default)))


def flag(name: str, default: bool = False) -> Column[bool]:
    """Yes or no, and never missing."""
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))
