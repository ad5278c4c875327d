"""Pack versions, which of them are active, and the record of what operators decide"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
EMPTY = sa.text("''")


def upgrade() -> None:
    op.create_table(
        "pack_versions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("stored_by", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
        schema="handrail",
    )
    op.create_index(op.f("ix_handrail_pack_versions_pack"), "pack_versions", ["pack"], schema="handrail")
    op.create_table(
        "pack_files",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["handrail.pack_versions.digest"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", "path"),
        schema="handrail",
    )
    _create_activations()
    op.create_table(
        "control_heads",
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("records", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("head", sa.Text(), server_default=EMPTY, nullable=False),
        sa.PrimaryKeyConstraint("pack"),
        schema="handrail",
    )
    op.add_column("effects", sa.Column("intent", sa.Text(), server_default=EMPTY, nullable=False), schema="handrail")


def _create_activations() -> None:
    """Epochs go on where they were: an effect of an earlier epoch must not look as if it were of this one."""
    op.create_table(
        "pack_activations",
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("shares", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("pack", "epoch"),
        schema="handrail",
    )
    newest = ["pack", sa.text("epoch DESC")]
    op.create_index("pack_activations_newest", "pack_activations", newest, schema="handrail")
    op.execute(
        """
        INSERT INTO handrail.pack_activations (pack, epoch, kind, shares, by, at)
        SELECT pack, epoch, 'activated', jsonb_build_array(jsonb_build_array(digest, 10000)), 'migration', activated_at
        FROM handrail.policy_epochs
        """
    )
    op.drop_table("policy_epochs", schema="handrail")


def downgrade() -> None:
    op.create_table(
        "policy_epochs",
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("pack"),
        schema="handrail",
    )
    op.execute(
        """
        INSERT INTO handrail.policy_epochs (pack, epoch, digest, activated_at)
        SELECT DISTINCT ON (pack) pack, epoch, shares -> 0 ->> 0, at
        FROM handrail.pack_activations ORDER BY pack, epoch DESC
        """
    )
    op.drop_column("effects", "intent", schema="handrail")
    op.drop_table("control_heads", schema="handrail")
    op.drop_table("pack_activations", schema="handrail")
    op.drop_table("pack_files", schema="handrail")
    op.drop_table("pack_versions", schema="handrail")
