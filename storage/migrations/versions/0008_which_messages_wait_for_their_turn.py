"""Which messages wait for their turn, for how long since their signal?"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = sa.text("state = 'delivered'")
    op.create_index("inbox_unfinished", "inbox", ["delivered_at"], schema="handrail", postgresql_where=waiting)


def downgrade() -> None:
    op.drop_index("inbox_unfinished", table_name="inbox", schema="handrail")
