"""What do all our types have in common? They are frozen, closed and parsed at the edge."""

from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer


class Contract(BaseModel):
    """A frozen value. New fields of a subclass carry defaults, so that stored histories still parse."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Sparse(Contract):
    """A contract that is written without its fields that say nothing: histories keep one for every step of every turn.

    Left out is what is empty, false or zero and is so by default. Therefore a default that says nothing must go on
    saying it: a stored history would otherwise be read as something else.
    """

    @model_serializer(mode="wrap")
    def _without_nothings(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in write(self).items() if value or not self._says_nothing(name)}

    def _says_nothing(self, name: str) -> bool:
        """Whether the field has its default. An empty value may say something where the default is another: None."""
        field = type(self).model_fields[name]
        return not field.is_required() and getattr(self, name) == field.get_default(call_default_factory=True)
