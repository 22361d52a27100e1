"""reminders"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_reminder_claim_id")),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_reminder_officer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "claim_id", "officer_id", "stage", "due_on", name=op.f("uq_reminder_claim_id_officer_id_stage_due_on")
        ),
    )
    op.create_index(op.f("ix_reminder_officer_id"), "reminder", ["officer_id"], unique=False)
    op.create_table(
        "officer_reach",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("telegram", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_officer_reach_officer_id")
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer_reach")),
    )


def downgrade() -> None:
    op.drop_table("officer_reach")
    op.drop_index(op.f("ix_reminder_officer_id"), table_name="reminder")
    op.drop_table("reminder")
