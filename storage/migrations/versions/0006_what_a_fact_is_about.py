"""What a fact is about, and to which request a known sender's messages belong."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("facts", sa.Column("subject", sa.Text(), nullable=True), schema="handrail")
    op.create_table(
        "threads",
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("options", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("held", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("decided_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("pack", "customer_id", "channel"),
        schema="handrail",
    )


def downgrade() -> None:
    op.drop_table("threads", schema="handrail")
    op.drop_column("facts", "subject", schema="handrail")
