"""Which tables are there in all?"""

from storage import call_tables, code_tables, control_tables, effect_tables, tables, vault_tables
from storage.columns import metadata

__all__ = ["metadata"]
TABLES = (call_tables, code_tables, control_tables, effect_tables, vault_tables, tables)
"""Every module of tables; whoever imports this one has them all in `metadata`."""
