"""How does one statement read rows of several tables, all as of one moment? Each table's rows as one JSON value."""

from typing import Any

from sqlalchemy import JSON, ScalarSelect, Select, func, literal_column, select


def json_rows(query: Select[*tuple[Any, ...]]) -> ScalarSelect[list[dict[str, Any]]]:
    """The query's rows, in its order, as a JSON array of objects by column name; empty where there are none.

    Times come as ISO 8601 text. Bytes do not fit: leave such a column out, or encode it.
    """
    rows = query.subquery()
    found = func.json_agg(rows.table_valued(), type_=JSON)
    return select(func.coalesce(found, literal_column("'[]'::json"), type_=JSON)).scalar_subquery()
