"""Which tables hold a request, what was said in it, and who may answer it?"""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.columns import at, count, flag, metadata

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
    count("level", 1),
    Column("reservations", JSONB, nullable=False, server_default=text("'[]'")),
    Column("status", Text, nullable=False, server_default=text("'open'")),
    Column("holder", Text, nullable=False, server_default=text("'agent'")),
    Column("held_by", Text),
    count("epoch"),
    count("told_epoch"),
    Column("intent", Text, nullable=False, server_default=text("''")),
    Column("route", Text, nullable=False, server_default=text("''")),
    Column("goal", Text),
    Column("plan", JSONB),
    Column("flow", JSONB),
    Column("open_question", Text),
    Column("follows", Text),
    Column("outcome", Text),
    Column("key_id", Text),
    flag("restricted"),
    flag("started"),
    flag("introduced"),
    Column("locale", Text, nullable=False, server_default=text("''")),
    count("next_event"),
    count("next_inbox"),
    count("next_audit"),
    Column("audit_head", Text, nullable=False, server_default=text("''")),
    at("opened_at", now=True),
    at("updated_at", now=True),
    at("closed_at"),
    at("erased_at"),
)
# No index of `requests` holds a column that every turn changes (`updated_at`, the counters), and its pages keep room:
# a row is then updated in place, six times a turn, without a new entry in each index.
Index("requests_untold", requests.c.request_id, postgresql_where=text("told_epoch < epoch"))
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
    at("accepted_at", now=True),
    at("delivered_at"),
    at("processed_at"),
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
    at("created_at", now=True),
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
    at("updated_at", now=True),
)

claims = Table(
    "claims",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("hmac", Text, nullable=False),
    Column("request_id", Text, nullable=False, index=True),
    at("lease_until", nullable=False),
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
    at("created_at", now=True),
)
Index("entries_in_order", entries.c.request_id, entries.c.turn, entries.c.step, entries.c.n)

events = Table(
    "events",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("type", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    at("at", now=True),
)

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
    at("finished_at", now=True),
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
    at("at", now=True),
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
    at("created_at", now=True),
    at("claimed_at"),
    at("returned_at"),
)
Index("handoffs_waiting", handoffs.c.pack, handoffs.c.created_at, postgresql_where=text("state <> 'returned'"))
