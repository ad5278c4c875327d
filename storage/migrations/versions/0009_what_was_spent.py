"""What have models cost, by day? And a customer's requests are found by one index, open or not."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TODAY = """
    INSERT INTO handrail.spending (day, by, stripe, cost_micro)
    SELECT (now() AT TIME ZONE 'UTC')::date, one.by, 0, sum(c.cost_micro)
    FROM handrail.calls AS c JOIN handrail.requests AS r ON r.request_id = c.request_id
    JOIN (VALUES ('all'), ('visitors')) AS one(by) ON one.by = 'all' OR r.customer_id IS NULL
    WHERE c.billed AND c.cost_micro > 0
      AND c.created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
    GROUP BY one.by
"""


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("stripe", sa.Integer(), nullable=False),
        sa.Column("cost_micro", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "by", "stripe"),
        schema="handrail",
    )
    op.execute(_TODAY)
    op.drop_index("calls_by_day", table_name="calls", schema="handrail")
    op.drop_index("requests_open_by_customer", table_name="requests", schema="handrail")
    op.create_index("requests_by_customer", "requests", ["pack", "customer_id", "opened_at"], schema="handrail")


def downgrade() -> None:
    op.drop_index("requests_by_customer", table_name="requests", schema="handrail")
    still_open = sa.text("status <> 'closed'")
    op.create_index(
        "requests_open_by_customer", "requests", ["pack", "customer_id"], schema="handrail", postgresql_where=still_open
    )
    op.create_index("calls_by_day", "calls", ["created_at"], unique=False, schema="handrail")
    op.drop_table("spending", schema="handrail")
