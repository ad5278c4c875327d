"""Which rows change with every turn, and how is that done without writing every index of theirs anew?"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_UNTOLD = sa.text("told_epoch < epoch")


def upgrade() -> None:
    op.drop_index("requests_untold", table_name="requests", schema="handrail")
    op.create_index("requests_untold", "requests", ["request_id"], schema="handrail", postgresql_where=_UNTOLD)
    op.execute("ALTER TABLE handrail.requests SET (fillfactor = 80)")


def downgrade() -> None:
    op.execute("ALTER TABLE handrail.requests RESET (fillfactor)")
    op.drop_index("requests_untold", table_name="requests", schema="handrail")
    op.create_index("requests_untold", "requests", ["updated_at"], schema="handrail", postgresql_where=_UNTOLD)
