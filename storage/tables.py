"""Which tables hold what Handrail remembers?"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(schema="handrail")


def _at(name: str, *, now: bool = False, nullable: bool = True) -> Column[object]:
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), server_default=default, nullable=nullable and not now)


def _count(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text(str(default)))


def _flag(name: str, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


requests = Table(
    "requests",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("pack", Text, nullable=False),
    Column("pack_digest", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("customer_id", Text),
    Column("role", Text, nullable=False),
    Column("assurance", Text, nullable=False),
    _count("level", 1),
    Column("reservations", JSONB, nullable=False, server_default=text("'[]'")),
    Column("status", Text, nullable=False, server_default=text("'open'")),
    Column("holder", Text, nullable=False, server_default=text("'agent'")),
    Column("held_by", Text),
    _count("epoch"),
    _count("told_epoch"),
    Column("intent", Text, nullable=False, server_default=text("''")),
    Column("route", Text, nullable=False, server_default=text("''")),
    Column("goal", Text),
    Column("plan", JSONB),
    Column("flow", JSONB),
    Column("open_question", Text),
    Column("follows", Text),
    Column("outcome", Text),
    Column("key_id", Text),
    _flag("restricted"),
    _flag("started"),
    _flag("introduced"),
    Column("locale", Text, nullable=False, server_default=text("''")),
    _count("next_event"),
    _count("next_inbox"),
    _count("next_audit"),
    Column("audit_head", Text, nullable=False, server_default=text("''")),
    _at("opened_at", now=True),
    _at("updated_at", now=True),
    _at("closed_at"),
    _at("erased_at"),
)
Index("requests_untold", requests.c.updated_at, postgresql_where=text("told_epoch < epoch"))
Index("requests_by_customer", requests.c.pack, requests.c.customer_id, requests.c.opened_at)
Index("requests_kept", requests.c.pack, requests.c.closed_at, postgresql_where=text("erased_at IS NULL"))

inbox = Table(
    "inbox",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("message_key", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hmac", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'accepted'")),
    _at("accepted_at", now=True),
    _at("delivered_at"),
    _at("processed_at"),
    UniqueConstraint("request_id", "seq"),
)
Index("inbox_undelivered", inbox.c.accepted_at, postgresql_where=text("state = 'accepted'"))
Index("inbox_unfinished", inbox.c.delivered_at, postgresql_where=text("state = 'delivered'"))

idempotency = Table(
    "idempotency",
    metadata,
    Column("principal", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("hmac", Text, nullable=False),
    Column("request_id", Text, nullable=False, index=True),
    _at("created_at", now=True),
)

threads = Table(
    "threads",
    metadata,
    Column("pack", Text, primary_key=True),
    Column("customer_id", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("request_id", Text, index=True),
    Column("options", JSONB, nullable=False, server_default=text("'[]'")),
    Column("held", JSONB, nullable=False, server_default=text("'[]'")),
    Column("decided_by", Text, nullable=False, server_default=text("''")),
    _at("updated_at", now=True),
)

claims = Table(
    "claims",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("hmac", Text, nullable=False),
    Column("request_id", Text, nullable=False, index=True),
    _at("lease_until", nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("entry_key", Text, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    _at("created_at", now=True),
)
Index("entries_in_order", entries.c.request_id, entries.c.turn, entries.c.step, entries.c.n)

calls = Table(
    "calls",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("request_id", Text, nullable=False, index=True),
    Column("turn", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("tier", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    _count("attempt"),
    Column("outcome", JSONB),
    _count("input_tokens"),
    _count("cached_tokens"),
    _count("output_tokens"),
    _count("reasoning_tokens"),
    Column("cost_micro", BigInteger, nullable=False, server_default=text("0")),
    _flag("billed", True),
    Column("first_token_ms", Integer),
    Column("ms", Integer),
    _at("created_at", now=True),
    _at("finished_at"),
)

spending = Table(
    "spending",
    metadata,
    Column("day", Date, primary_key=True),
    Column("by", Text, primary_key=True),
    Column("stripe", Integer, primary_key=True),
    Column("cost_micro", BigInteger, nullable=False),
)

sentences = Table(
    "sentences",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("idx", Integer, primary_key=True),
    Column("request_id", Text, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("event_n", Integer, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("type", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    _at("at", now=True),
)

effects = Table(
    "effects",
    metadata,
    Column("effect_id", Text, primary_key=True),
    Column("request_id", Text, nullable=False, index=True),
    Column("turn", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("tool", Text, nullable=False),
    Column("intent", Text, nullable=False, server_default=text("''")),
    Column("arguments", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    Column("set_id", Text),
    Column("state", Text, nullable=False, server_default=text("'intended'")),
    _count("attempt"),
    Column("needs", Text, nullable=False, server_default=text("'none'")),
    _flag("needs_code"),
    _flag("authorised"),
    Column("authorised_by", Text),
    Column("authorised_until", DateTime(timezone=True)),
    _count("epoch"),
    _count("policy_epoch"),
    Column("sent", LargeBinary),
    Column("send_until", DateTime(timezone=True)),
    Column("result", JSONB),
    Column("problem", JSONB),
    Column("compensates", Text),
    Column("verdicts", JSONB, nullable=False),
    Column("sources", JSONB, nullable=False, server_default=text("'[]'")),
    _count("unsent"),
    _at("sent_at"),
    _at("intended_at", now=True),
    _at("executed_at"),
)
Index("effects_by_tool", effects.c.tool, func.coalesce(effects.c.executed_at, effects.c.intended_at))
Index(
    "effects_unsettled",
    effects.c.tool,
    postgresql_where=text("state IN ('intended', 'executing', 'executed', 'uncertain')"),
)
Index(
    "effects_once",
    effects.c.request_id,
    effects.c.tool,
    effects.c.digest,
    effects.c.set_id,
    unique=True,
    postgresql_nulls_not_distinct=True,
    postgresql_where=text("state NOT IN ('rejected', 'compensated')"),
)

sets = Table(
    "sets",
    metadata,
    Column("set_id", Text, primary_key=True),
    Column("request_id", Text, nullable=False, index=True),
    Column("turn", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    Column("approval_role", Text),
    _count("approvers", 1),
    Column("approved_by", JSONB, nullable=False, server_default=text("'[]'")),
    _at("reminded_at"),
    Column("card", JSONB, nullable=False),
    Column("guarded", JSONB),
    _count("after_seq"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("decided_by", Text),
    _at("decided_at"),
    _at("created_at", now=True),
)
Index("sets_awaiting_approval", sets.c.created_at, postgresql_where=text("state = 'awaiting_approval'"))

facts = Table(
    "facts",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("fact_key", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("pointer", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("value", JSONB, nullable=False),
    Column("owner", Text),
    Column("subject", Text),
    _at("as_of", nullable=False),
    _at("read_at", now=True),
)

vault = Table(
    "vault",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("token", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value_hmac", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("source", Text, nullable=False),
    _at("created_at", now=True),
    UniqueConstraint("request_id", "kind", "value_hmac"),
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("pack", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("master", Text, nullable=False),
    Column("wrapped", LargeBinary),
    _at("created_at", now=True),
    _at("destroyed_at"),
)
Index(
    "data_keys_alive",
    data_keys.c.pack,
    data_keys.c.subject,
    unique=True,
    postgresql_where=text("wrapped IS NOT NULL"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("erasure_id", Text, primary_key=True),
    Column("pack", Text, nullable=False),
    Column("subject", Text),
    Column("requested_by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("holds", JSONB, nullable=False, server_default=text("'[]'")),
    Column("certificate", JSONB),
    _at("requested_at", now=True),
    _at("finished_at"),
)
Index("erasures_deferred", erasures.c.requested_at, postgresql_where=text("state = 'deferred'"))

legal_holds = Table(
    "legal_holds",
    metadata,
    Column("hold_id", Text, primary_key=True),
    Column("pack", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("placed_by", Text, nullable=False),
    _at("placed_at", now=True),
    _at("until"),
    _at("lifted_at"),
)
Index("legal_holds_of", legal_holds.c.pack, legal_holds.c.subject)

turns = Table(
    "turns",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("stimulus", Text, nullable=False),
    Column("pack_digest", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("confidence", JSONB, nullable=False),
    Column("route", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("cost_micro", BigInteger, nullable=False, server_default=text("0")),
    _at("finished_at", now=True),
)

audit = Table(
    "audit",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("decision_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    _at("at", now=True),
)
Index("audit_erasures", audit.c.decision_id, postgresql_where=text("kind = 'erasure'"))

handoffs = Table(
    "handoffs",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("pack", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed_by", Text),
    Column("summary", JSONB, nullable=False),
    _at("created_at", now=True),
    _at("claimed_at"),
    _at("returned_at"),
)
Index("handoffs_waiting", handoffs.c.pack, handoffs.c.created_at, postgresql_where=text("state <> 'returned'"))
