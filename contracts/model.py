"""What do all our types have in common? They are frozen, closed and parsed at the edge."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A frozen value. New fields of a subclass carry defaults, so that stored histories still parse."""

    model_config = ConfigDict(frozen=True, extra="ignore")
