"""Whether the customer was told that they write with a machine, and which language they write."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    flag = sa.Column("introduced", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("requests", flag, schema="handrail")
    locale = sa.Column("locale", sa.Text(), server_default=sa.text("''"), nullable=False)
    op.add_column("requests", locale, schema="handrail")


def downgrade() -> None:
    op.drop_column("requests", "locale", schema="handrail")
    op.drop_column("requests", "introduced", schema="handrail")
