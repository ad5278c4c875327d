"""Where an effect's arguments come from, and which of its sends are accounted for"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sources = postgresql.JSONB(astext_type=sa.Text())
    op.add_column(
        "effects", sa.Column("sources", sources, server_default=sa.text("'[]'"), nullable=False), schema="handrail"
    )
    op.add_column(
        "effects", sa.Column("unsent", sa.Integer(), server_default=sa.text("0"), nullable=False), schema="handrail"
    )
    op.add_column("effects", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True), schema="handrail")


def downgrade() -> None:
    for name in ("sent_at", "unsent", "sources"):
        op.drop_column("effects", name, schema="handrail")
