"""Which tables hold what was read in companies' systems, and what is done in them by whose leave?"""

from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.columns import at, count, flag, metadata

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
    count("attempt"),
    Column("needs", Text, nullable=False, server_default=text("'none'")),
    flag("needs_code"),
    flag("authorised"),
    Column("authorised_by", Text),
    Column("authorised_until", DateTime(timezone=True)),
    count("epoch"),
    count("policy_epoch"),
    Column("sent", LargeBinary),
    Column("send_until", DateTime(timezone=True)),
    Column("result", JSONB),
    Column("problem", JSONB),
    Column("compensates", Text),
    Column("verdicts", JSONB, nullable=False),
    Column("sources", JSONB, nullable=False, server_default=text("'[]'")),
    count("unsent"),
    at("sent_at"),
    at("intended_at", now=True),
    at("executed_at"),
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
    count("approvers", 1),
    Column("approved_by", JSONB, nullable=False, server_default=text("'[]'")),
    at("reminded_at"),
    Column("card", JSONB, nullable=False),
    Column("guarded", JSONB),
    count("after_seq"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("decided_by", Text),
    at("decided_at"),
    at("created_at", now=True),
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
    at("as_of", nullable=False),
    at("read_at", now=True),
)
