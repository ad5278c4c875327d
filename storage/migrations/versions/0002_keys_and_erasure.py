"""A data key for each customer, legal holds and erasures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was sealed without a data key cannot be opened with one; no release has sealed anything so.
    op.execute("DELETE FROM handrail.vault")
    op.create_table(
        "data_keys",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id"),
        schema="handrail",
    )
    op.create_index(
        "data_keys_alive",
        "data_keys",
        ["pack", "subject"],
        unique=True,
        schema="handrail",
        postgresql_where=sa.text("wrapped IS NOT NULL"),
    )
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("holds", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("certificate", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("erasure_id"),
        schema="handrail",
    )
    op.create_index(
        "erasures_deferred",
        "erasures",
        ["requested_at"],
        unique=False,
        schema="handrail",
        postgresql_where=sa.text("state = 'deferred'"),
    )
    op.create_table(
        "legal_holds",
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hold_id"),
        schema="handrail",
    )
    op.create_index("legal_holds_of", "legal_holds", ["pack", "subject"], unique=False, schema="handrail")
    op.add_column("requests", sa.Column("key_id", sa.Text(), nullable=True), schema="handrail")
    op.add_column(
        "requests",
        sa.Column("restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="handrail",
    )
    op.add_column("requests", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True), schema="handrail")


def downgrade() -> None:
    op.execute("DELETE FROM handrail.vault")
    op.drop_column("requests", "erased_at", schema="handrail")
    op.drop_column("requests", "restricted", schema="handrail")
    op.drop_column("requests", "key_id", schema="handrail")
    op.drop_index("legal_holds_of", table_name="legal_holds", schema="handrail")
    op.drop_table("legal_holds", schema="handrail")
    op.drop_index(
        "erasures_deferred", table_name="erasures", schema="handrail", postgresql_where=sa.text("state = 'deferred'")
    )
    op.drop_table("erasures", schema="handrail")
    op.drop_index(
        "data_keys_alive", table_name="data_keys", schema="handrail", postgresql_where=sa.text("wrapped IS NOT NULL")
    )
    op.drop_table("data_keys", schema="handrail")
