"""causes behind a proposal, coded by two"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0180"
down_revision: str | None = "0171"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OFFICERS = ("drawn_by_id", "first_coder_id", "second_coder_id")


def upgrade() -> None:
    op.create_table(
        "cause_sample",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.Column("first_coder_id", sa.Integer(), nullable=True),
        sa.Column("second_coder_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "first_coder_id <> second_coder_id", name=op.f("ck_cause_sample_two_coders")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_cause_sample_proposal_id")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["officer.id"], name=op.f(f"fk_cause_sample_{name}"))
            for name in OFFICERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cause_sample")),
    )
    op.create_index(op.f("ix_cause_sample_proposal_id"), "cause_sample", ["proposal_id"])
    op.create_table(
        "cause_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sample_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        *(sa.Column(n, sa.String(length=2), nullable=True) for n in ("first", "second", "settled")),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["cause_sample.id"], name=op.f("fk_cause_case_sample_id")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_cause_case_claim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cause_case")),
        sa.UniqueConstraint("sample_id", "ordinal", name=op.f("uq_cause_case_sample_id_ordinal")),
    )
    op.create_index(op.f("ix_cause_case_claim_id"), "cause_case", ["claim_id"])


def downgrade() -> None:
    op.drop_table("cause_case")
    op.drop_table("cause_sample")
