"""Which tables hold what operators decide: switches, pack versions, which of them are active, and the proof of it?"""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.columns import metadata

switches = Table(
    "switches",
    metadata,
    Column("pack", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("on", Boolean, nullable=False, server_default=text("true")),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("at", DateTime(timezone=True), server_default=func.now(), nullable=False),
)

pack_versions = Table(
    "pack_versions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("pack", Text, nullable=False, index=True),
    Column("version", Text, nullable=False),
    Column("stored_by", Text, nullable=False),
    Column("stored_at", DateTime(timezone=True), server_default=func.now(), nullable=False),
    Column("deployed_at", DateTime(timezone=True)),
)

pack_files = Table(
    "pack_files",
    metadata,
    Column("digest", Text, ForeignKey(pack_versions.c.digest, ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

pack_activations = Table(
    "pack_activations",
    metadata,
    Column("pack", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("shares", JSONB, nullable=False),
    Column("restores", Integer),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("at", DateTime(timezone=True), server_default=func.now(), nullable=False),
)
Index("pack_activations_newest", pack_activations.c.pack, pack_activations.c.epoch.desc())

control_heads = Table(
    "control_heads",
    metadata,
    Column("pack", Text, primary_key=True),
    Column("records", Integer, nullable=False, server_default=text("0")),
    Column("head", Text, nullable=False, server_default=text("''")),
)
