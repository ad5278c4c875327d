"""One-time codes, several approvers, and sums over a window"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "one_time_codes",
        sa.Column("code_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'made'"), nullable=False),
        sa.Column("typed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fits", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("typed_at", _TIME, nullable=True),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("made_at", _TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("proved_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("code_id"),
        schema="handrail",
    )
    for name, columns in (
        ("ix_handrail_one_time_codes_request_id", ["request_id"]),
        ("ix_handrail_one_time_codes_set_id", ["set_id"]),
        ("one_time_codes_of_principal", ["pack", "principal", "made_at"]),
    ):
        op.create_index(name, "one_time_codes", columns, schema="handrail")
    op.create_table(
        "code_attempts",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("code_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", _TIME, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "message_key"),
        schema="handrail",
    )
    op.create_table(
        "code_locks",
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("pack", "principal"),
        schema="handrail",
    )
    json = postgresql.JSONB(astext_type=sa.Text())
    approved = sa.Column("approved_by", json, server_default=sa.text("'[]'"), nullable=False)
    op.add_column("sets", approved, schema="handrail")
    op.add_column(
        "sets", sa.Column("approvers", sa.Integer(), server_default=sa.text("1"), nullable=False), schema="handrail"
    )
    op.add_column("sets", sa.Column("reminded_at", _TIME, nullable=True), schema="handrail")
    needs_code = sa.Column("needs_code", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("effects", needs_code, schema="handrail")
    op.create_index("effects_by_tool", "effects", ["tool", "intended_at"], schema="handrail")


def downgrade() -> None:
    op.drop_index("effects_by_tool", "effects", schema="handrail")
    op.drop_column("effects", "needs_code", schema="handrail")
    for name in ("reminded_at", "approvers", "approved_by"):
        op.drop_column("sets", name, schema="handrail")
    for table in ("code_locks", "code_attempts", "one_time_codes"):
        op.drop_table(table, schema="handrail")
