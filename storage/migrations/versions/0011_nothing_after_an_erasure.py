"""Nothing that can be read is written of an erased request any more: the database refuses it."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# What an erasure empties, and does not remove.
EMPTIED = {
    "inbox": "body, hmac",
    "entries": "body",
    "calls": "outcome",
    "effects": "arguments, sent, result, problem, verdicts, sources",
    "sets": "card, guarded, decided_by",
    "handoffs": "summary",
}
REMOVED = ("sentences", "events", "facts", "vault", "one_time_codes", "code_attempts")


def upgrade() -> None:
    # `handrail.erasing` lets the erasure itself pass, for its transaction.
    for name, condition in (
        (
            "refuse_for_erased",
            "EXISTS (SELECT FROM handrail.requests WHERE request_id = NEW.request_id AND erased_at IS NOT NULL)",
        ),
        ("refuse_in_erased", "OLD.erased_at IS NOT NULL"),
    ):
        op.execute(
            f"""CREATE FUNCTION handrail.{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} AND current_setting('handrail.erasing', true) IS DISTINCT FROM 'on' THEN
                    RAISE EXCEPTION 'request % is erased: nothing is written of it', NEW.request_id
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$"""
        )
    for table, columns in EMPTIED.items():
        _guard(table, f"INSERT OR UPDATE OF {columns}")
    for table in REMOVED:
        _guard(table, "INSERT")
    op.execute(
        """CREATE TRIGGER erased BEFORE UPDATE OF customer_id, reservations, goal, plan, flow, open_question
        ON handrail.requests FOR EACH ROW EXECUTE FUNCTION handrail.refuse_in_erased()"""
    )


def _guard(table: str, change: str) -> None:
    op.execute(
        f"CREATE TRIGGER erased BEFORE {change} ON handrail.{table} "
        "FOR EACH ROW EXECUTE FUNCTION handrail.refuse_for_erased()"
    )


def downgrade() -> None:
    for table in (*EMPTIED, *REMOVED, "requests"):
        op.execute(f"DROP TRIGGER erased ON handrail.{table}")
    op.execute("DROP FUNCTION handrail.refuse_for_erased()")
    op.execute("DROP FUNCTION handrail.refuse_in_erased()")
