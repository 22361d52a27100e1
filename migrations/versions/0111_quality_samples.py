"""samples of answered claims for quality control"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0111"
down_revision: str | None = "0110"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "quality_sample",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("rule_from", sa.Date(), nullable=False),
        sa.Column("lot", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_sample")),
        sa.UniqueConstraint("month", name=op.f("uq_quality_sample_month")),
    )
    op.create_table(
        "quality_pick",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sample_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("wanting", JSONB(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["quality_sample.id"], name=op.f("fk_quality_pick_sample_id")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_quality_pick_claim_id")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_quality_pick_agency_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_quality_pick_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_pick")),
        sa.UniqueConstraint("sample_id", "claim_id", name=op.f("uq_quality_pick_sample_id_claim_id")),
    )
    op.create_index(op.f("ix_quality_pick_claim_id"), "quality_pick", ["claim_id"])


def downgrade() -> None:
    op.drop_table("quality_pick")
    op.drop_table("quality_sample")
