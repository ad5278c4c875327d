"""Which tables hold personal values, their keys, and what became of both?"""

from sqlalchemy import Column, Index, LargeBinary, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.columns import at, metadata

vault = Table(
    "vault",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("token", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value_hmac", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("source", Text, nullable=False),
    at("created_at", now=True),
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
    at("created_at", now=True),
    at("destroyed_at"),
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
    at("requested_at", now=True),
    at("finished_at"),
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
    at("placed_at", now=True),
    at("until"),
    at("lifted_at"),
)
Index("legal_holds_of", legal_holds.c.pack, legal_holds.c.subject)
