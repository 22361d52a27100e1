"""a second person confirms an erasure by decision"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0230"
down_revision: str | None = "0223"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
STATES = ("proposed", "confirmed", "refused", "expired", "withdrawn")
TWO_PERSONS = """
ALTER TABLE erasure ADD CONSTRAINT ck_erasure_two_persons CHECK (
  (rule <> 'decision' AND proposed_by_id IS NULL) OR (proposed_by_id IS NOT NULL
  AND by_id IS NOT NULL AND by_id <> proposed_by_id)) NOT VALID;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM erasure WHERE rule = 'decision') THEN
    ALTER TABLE erasure VALIDATE CONSTRAINT ck_erasure_two_persons;
  END IF;
END $$;
"""
"""What was erased on one person's word stays on record as it was."""


def upgrade() -> None:
    op.create_table(
        "erasure_proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATES, name="proposalstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("because", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "status IN ('proposed', 'confirmed', 'refused', 'expired', 'withdrawn')",
            name="ck_erasure_proposal_proposalstatus",
        ),
        sa.CheckConstraint(
            "(status = 'proposed') = (decided_at IS NULL)", name="ck_erasure_proposal_decided"
        ),
        sa.CheckConstraint(
            "status NOT IN ('confirmed', 'refused')"
            " OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)",
            name="ck_erasure_proposal_two_persons",
        ),
        sa.CheckConstraint(
            "status <> 'withdrawn' OR decided_by_id IS NOT DISTINCT FROM proposed_by_id",
            name="ck_erasure_proposal_own",
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name="fk_erasure_proposal_appeal_id"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["officer.id"], name="fk_erasure_proposal_proposed_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["officer.id"], name="fk_erasure_proposal_decided_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_erasure_proposal"),
    )
    op.create_index("ix_erasure_proposal_appeal_id", "erasure_proposal", ["appeal_id"])
    op.create_index(
        "uq_erasure_proposal_open", "erasure_proposal", ["appeal_id"], unique=True,
        postgresql_where=sa.text("status = 'proposed'"),
    )  # fmt: skip
    op.add_column(
        "erasure", sa.Column("because", sa.String(300), nullable=False, server_default="")
    )
    op.add_column("erasure", sa.Column("proposed_by_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        "fk_erasure_proposed_by_id", "erasure", "officer", ["proposed_by_id"], ["id"]
    )
    op.execute(TWO_PERSONS)


def downgrade() -> None:
    op.drop_constraint("ck_erasure_two_persons", "erasure")
    op.drop_column("erasure", "proposed_by_id")
    op.drop_column("erasure", "because")
    op.drop_table("erasure_proposal")
