"""Which tables hold what models were asked and said, and what it cost?"""

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.columns import at, count, flag, metadata

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
    count("attempt"),
    Column("outcome", JSONB),
    count("input_tokens"),
    count("cached_tokens"),
    count("output_tokens"),
    count("reasoning_tokens"),
    Column("cost_micro", BigInteger, nullable=False, server_default=text("0")),
    flag("billed", True),
    Column("first_token_ms", Integer),
    Column("ms", Integer),
    at("created_at", now=True),
    at("finished_at"),
)

spending = Table(
    "spending",
    metadata,
    Column("day", Date, primary_key=True),
    Column("by", Text, primary_key=True),
    Column("stripe", Integer, primary_key=True),
    Column("cost_micro", BigInteger, nullable=False),
)

held_spending = Table(
    "held_spending",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("request_id", Text, nullable=False),
    Column("visitor", Boolean, nullable=False),
    Column("cost_micro", BigInteger, nullable=False),
    at("until", nullable=False),
)
"""What calls that are under way may still cost; it counts until this time, whatever became of who called."""

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
