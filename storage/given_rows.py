"""How are any number of rows given to one statement? As one JSON parameter that PostgreSQL reads as rows."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, column, func
from sqlalchemy.dialects.postgresql import JSONB


def given_rows(name: str, columns: Iterable[Any]) -> Any:
    """A parameter of this name, a JSON array of objects, as rows with these columns: one statement for any number."""
    typed = (column(one.name, one.type) for one in columns)
    given = func.jsonb_to_recordset(bindparam(name, type_=JSONB))
    return given.table_valued(*typed).render_derived(with_types=True)
