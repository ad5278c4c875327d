"""Each query that runs while customers wait, or again and again, finds its rows by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BY_REQUEST = ("sentences", "idempotency", "threads", "claims")
_SINCE = sa.text("coalesce(executed_at, intended_at)")


def upgrade() -> None:
    for table in _BY_REQUEST:
        op.create_index(f"ix_handrail_{table}_request_id", table, ["request_id"], schema="handrail")
    op.drop_index("effects_by_tool", table_name="effects", schema="handrail")
    op.create_index("effects_by_tool", "effects", ["tool", _SINCE], schema="handrail")
    _create_partial(
        "effects_unsettled", "effects", ["tool"], "state IN ('intended', 'executing', 'executed', 'uncertain')"
    )
    _create_partial("sets_awaiting_approval", "sets", ["created_at"], "state = 'awaiting_approval'")
    _create_partial("requests_kept", "requests", ["pack", "closed_at"], "erased_at IS NULL")
    _create_partial("audit_erasures", "audit", ["decision_id"], "kind = 'erasure'")


def _create_partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, schema="handrail", postgresql_where=sa.text(where))


def downgrade() -> None:
    op.drop_index("audit_erasures", table_name="audit", schema="handrail")
    op.drop_index("requests_kept", table_name="requests", schema="handrail")
    op.drop_index("sets_awaiting_approval", table_name="sets", schema="handrail")
    op.drop_index("effects_unsettled", table_name="effects", schema="handrail")
    op.drop_index("effects_by_tool", table_name="effects", schema="handrail")
    op.create_index("effects_by_tool", "effects", ["tool", "intended_at"], schema="handrail")
    for table in _BY_REQUEST:
        op.drop_index(f"ix_handrail_{table}_request_id", table_name=table, schema="handrail")
