"""How much may model calls that are under way still cost? It is held against the day's budget before each begins."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_spending",
        sa.Column("call_id", sa.Text(), primary_key=True),
        sa.Column("attempt", sa.Integer(), primary_key=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("visitor", sa.Boolean(), nullable=False),
        sa.Column("cost_micro", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="handrail",
    )
    # A function, since within one each statement sees what was committed before it began: near a limit the sums are read
    # once more behind a lock, in the same round trip. The caller commits right after it, or rolls back.
    op.execute(
        """CREATE FUNCTION handrail.hold_spending(
            _call text, _attempt integer, _request text, _cost_micro bigint, _lease interval,
            _daily bigint, _callers bigint, _visitors bigint)
        RETURNS TABLE (total bigint, caller bigint, visitors bigint) LANGUAGE plpgsql AS $$
        DECLARE
            midnight timestamptz := date_trunc('day', clock_timestamp(), 'UTC');
            today date := (midnight AT TIME ZONE 'UTC')::date;
            is_visitor boolean := (SELECT r.customer_id IS NULL FROM handrail.requests AS r
                                   WHERE r.request_id = _request);
            is_locked boolean := false;
        BEGIN
            LOOP
                WITH spent AS (
                    SELECT s.by, s.cost_micro FROM handrail.spending AS s WHERE s.day = today
                    UNION ALL
                    SELECT one.by, h.cost_micro FROM handrail.held_spending AS h
                    JOIN (VALUES ('all'), ('visitors')) AS one(by) ON one.by = 'all' OR h.visitor
                    WHERE h.until > clock_timestamp()
                ), mine AS (
                    SELECT r.request_id FROM handrail.requests AS asking
                    JOIN handrail.requests AS r ON r.request_id = asking.request_id
                        OR (r.pack = asking.pack AND r.customer_id = asking.customer_id)
                    WHERE asking.request_id = _request
                )
                SELECT COALESCE((SELECT sum(cost_micro) FROM spent WHERE by = 'all'), 0),
                       COALESCE((SELECT sum(c.cost_micro) FROM mine JOIN handrail.calls AS c USING (request_id)
                                 WHERE c.billed AND c.created_at >= midnight), 0)
                       + COALESCE((SELECT sum(h.cost_micro) FROM mine JOIN handrail.held_spending AS h
                                   USING (request_id) WHERE h.until > clock_timestamp()), 0),
                       COALESCE((SELECT sum(cost_micro) FROM spent WHERE by = 'visitors'), 0)
                INTO total, caller, visitors;
                EXIT WHEN is_locked OR (
                    _daily - total >= GREATEST(_daily / 10, _cost_micro * 50)
                    AND _callers - caller >= GREATEST(_callers / 10, _cost_micro * 50)
                    AND (NOT is_visitor OR _visitors - visitors >= GREATEST(_visitors / 10, _cost_micro * 50)));
                PERFORM pg_advisory_xact_lock(hashtextextended('handrail.held_spending', 0));
                is_locked := true;
            END LOOP;
            DELETE FROM handrail.held_spending AS h USING (
                SELECT old.call_id, old.attempt FROM handrail.held_spending AS old
                WHERE old.until <= clock_timestamp() LIMIT 20 FOR UPDATE SKIP LOCKED
            ) AS over WHERE h.call_id = over.call_id AND h.attempt = over.attempt;
            INSERT INTO handrail.held_spending (call_id, attempt, request_id, visitor, cost_micro, until)
            SELECT _call, _attempt, r.request_id, r.customer_id IS NULL, _cost_micro, clock_timestamp() + _lease
            FROM handrail.requests AS r WHERE r.request_id = _request AND _cost_micro > 0;
            RETURN NEXT;
        END $$"""
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION handrail.hold_spending")
    op.drop_table("held_spending", schema="handrail")
