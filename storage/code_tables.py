"""Which tables hold one-time codes, what was typed for them, and who is locked? Of the codes themselves: nothing."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, LargeBinary, Table, Text, func, text

from storage.columns import metadata

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("code_id", Text, primary_key=True),
    Column("request_id", Text, nullable=False, index=True),
    Column("set_id", Text, nullable=False, index=True),
    Column("pack", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'made'")),
    Column("typed", Integer, nullable=False, server_default=text("0")),
    Column("fits", Boolean, nullable=False, server_default=text("true")),
    Column("typed_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True)),
    Column("made_at", DateTime(timezone=True), server_default=func.now(), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("proved_at", DateTime(timezone=True)),
)
Index("one_time_codes_of_principal", one_time_codes.c.pack, one_time_codes.c.principal, one_time_codes.c.made_at)

code_attempts = Table(
    "code_attempts",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("message_key", Text, primary_key=True),
    Column("code_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("at", DateTime(timezone=True), server_default=func.now(), nullable=False),
)

code_locks = Table(
    "code_locks",
    metadata,
    Column("pack", Text, primary_key=True),
    Column("principal", Text, primary_key=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("locked_until", DateTime(timezone=True)),
)
