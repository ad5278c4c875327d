"""What the first version remembers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "seq"),
        sa.UniqueConstraint("decision_id"),
        schema="handrail",
    )
    op.create_table(
        "calls",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("input_tokens", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("output_tokens", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reasoning_tokens", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cost_micro", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("billed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("first_token_ms", sa.Integer(), nullable=True),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("call_id"),
        schema="handrail",
    )
    op.create_index("calls_by_day", "calls", ["created_at"], unique=False, schema="handrail")
    op.create_index(op.f("ix_handrail_calls_request_id"), "calls", ["request_id"], unique=False, schema="handrail")
    op.create_table(
        "claims",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hmac", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key"),
        schema="handrail",
    )
    op.create_table(
        "effects",
        sa.Column("effect_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'intended'"), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("needs", sa.Text(), server_default=sa.text("'none'"), nullable=False),
        sa.Column("authorised", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("authorised_by", sa.Text(), nullable=True),
        sa.Column("authorised_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("epoch", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("policy_epoch", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sent", sa.LargeBinary(), nullable=True),
        sa.Column("send_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("compensates", sa.Text(), nullable=True),
        sa.Column("verdicts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("intended_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("effect_id"),
        schema="handrail",
    )
    op.create_index(
        "effects_once",
        "effects",
        ["request_id", "tool", "digest", "set_id"],
        unique=True,
        schema="handrail",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("state NOT IN ('rejected', 'compensated')"),
    )
    op.create_index(op.f("ix_handrail_effects_request_id"), "effects", ["request_id"], unique=False, schema="handrail")
    op.create_table(
        "entries",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("entry_key", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "entry_key"),
        schema="handrail",
    )
    op.create_index("entries_in_order", "entries", ["request_id", "turn", "step", "n"], unique=False, schema="handrail")
    op.create_table(
        "events",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "n"),
        schema="handrail",
    )
    op.create_table(
        "facts",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("fact_key", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "fact_key"),
        schema="handrail",
    )
    op.create_table(
        "handoffs",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id", "epoch"),
        schema="handrail",
    )
    op.create_index(
        "handoffs_waiting",
        "handoffs",
        ["pack", "created_at"],
        unique=False,
        schema="handrail",
        postgresql_where=sa.text("state <> 'returned'"),
    )
    op.create_table(
        "idempotency",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hmac", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("principal", "key"),
        schema="handrail",
    )
    op.create_table(
        "inbox",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hmac", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'accepted'"), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id", "message_key"),
        sa.UniqueConstraint("request_id", "seq"),
        schema="handrail",
    )
    op.create_index(
        "inbox_undelivered",
        "inbox",
        ["accepted_at"],
        unique=False,
        schema="handrail",
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.create_table(
        "policy_epochs",
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("pack"),
        schema="handrail",
    )
    op.create_table(
        "requests",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("pack_digest", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("assurance", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "reservations", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("holder", sa.Text(), server_default=sa.text("'agent'"), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("epoch", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("told_epoch", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("intent", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("route", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("goal", sa.Text(), nullable=True),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("flow", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("open_question", sa.Text(), nullable=True),
        sa.Column("follows", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("started", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("next_event", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_inbox", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_audit", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("audit_head", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id"),
        schema="handrail",
    )
    op.create_index(
        "requests_open_by_customer",
        "requests",
        ["pack", "customer_id"],
        unique=False,
        schema="handrail",
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index(
        "requests_untold",
        "requests",
        ["updated_at"],
        unique=False,
        schema="handrail",
        postgresql_where=sa.text("told_epoch < epoch"),
    )
    op.create_table(
        "sentences",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("event_n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "attempt", "idx"),
        schema="handrail",
    )
    op.create_table(
        "sets",
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("approval_role", sa.Text(), nullable=True),
        sa.Column("card", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("guarded", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after_seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("set_id"),
        schema="handrail",
    )
    op.create_index(op.f("ix_handrail_sets_request_id"), "sets", ["request_id"], unique=False, schema="handrail")
    op.create_table(
        "switches",
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("on", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("pack", "kind", "name"),
        schema="handrail",
    )
    op.create_table(
        "turns",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("stimulus", sa.Text(), nullable=False),
        sa.Column("pack_digest", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("confidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("cost_micro", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "turn"),
        schema="handrail",
    )
    op.create_table(
        "vault",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_hmac", sa.Text(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "token"),
        sa.UniqueConstraint("request_id", "kind", "value_hmac"),
        schema="handrail",
    )


def downgrade() -> None:
    op.drop_table("vault", schema="handrail")
    op.drop_table("turns", schema="handrail")
    op.drop_table("switches", schema="handrail")
    op.drop_index(op.f("ix_handrail_sets_request_id"), table_name="sets", schema="handrail")
    op.drop_table("sets", schema="handrail")
    op.drop_table("sentences", schema="handrail")
    op.drop_index(
        "requests_untold", table_name="requests", schema="handrail", postgresql_where=sa.text("told_epoch < epoch")
    )
    op.drop_index(
        "requests_open_by_customer",
        table_name="requests",
        schema="handrail",
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.drop_table("requests", schema="handrail")
    op.drop_table("policy_epochs", schema="handrail")
    op.drop_index(
        "inbox_undelivered", table_name="inbox", schema="handrail", postgresql_where=sa.text("state = 'accepted'")
    )
    op.drop_table("inbox", schema="handrail")
    op.drop_table("idempotency", schema="handrail")
    op.drop_index(
        "handoffs_waiting", table_name="handoffs", schema="handrail", postgresql_where=sa.text("state <> 'returned'")
    )
    op.drop_table("handoffs", schema="handrail")
    op.drop_table("facts", schema="handrail")
    op.drop_table("events", schema="handrail")
    op.drop_index("entries_in_order", table_name="entries", schema="handrail")
    op.drop_table("entries", schema="handrail")
    op.drop_index(op.f("ix_handrail_effects_request_id"), table_name="effects", schema="handrail")
    op.drop_index(
        "effects_once",
        table_name="effects",
        schema="handrail",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("state NOT IN ('rejected', 'compensated')"),
    )
    op.drop_table("effects", schema="handrail")
    op.drop_table("claims", schema="handrail")
    op.drop_index(op.f("ix_handrail_calls_request_id"), table_name="calls", schema="handrail")
    op.drop_index("calls_by_day", table_name="calls", schema="handrail")
    op.drop_table("calls", schema="handrail")
    op.drop_table("audit", schema="handrail")
